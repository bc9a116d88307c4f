#include "analysis/ref_analysis.hpp"

#include "analysis/commit_list.hpp"
#include "analysis/divergence.hpp"
#include "analysis/file_changes.hpp"
#include "analysis/preflight.hpp"
#include "base/failure.hpp"
#include "base/shown_bytes.hpp"

#include <algorithm>

namespace occ::analysis {
namespace {

using Leave = transfer::ObjectRequest::Leave;
using plan::Relation;

constexpr std::size_t kMostFilesLookedInto = 4000;
constexpr int kMostTreeRounds = 30;  // of fetching subtrees that turned out missing

class RefAnalysis {
 public:
  RefAnalysis(const plan::PlannedRef& ref, transfer::Remote& source, transfer::Remote& target,
              const AnalysisOptions& options, Budgets& budgets)
      : ref_(ref),
        source_(source),
        target_(target),
        options_(options),
        budgets_(budgets),
        store_(options.folder) {
    findings_.target_ref = ref.target_ref;
  }

  RefFindings run() {
    if (ref_.relation == Relation::new_ref) {
      findings_.not_analysed_because = "the branch is new on the target";
      return std::move(findings_);
    }
    if (!fetch_commits()) {
      findings_.not_analysed_because = over_budget();
      return std::move(findings_);
    }
    list();
    const auto ours = store_.commit(ref_.old_oid);
    const auto theirs = store_.commit(ref_.new_oid);
    if (!ours || !theirs) {
      findings_.not_analysed_because = "the servers did not send the two tips";
      return std::move(findings_);
    }
    if (!complete_trees(ours->tree, theirs->tree)) {
      findings_.not_analysed_because = over_budget();
      return std::move(findings_);
    }
    compare(ours->tree, theirs->tree);
    if (parted()) look_at_merge(ours->tree, theirs->tree);
    return std::move(findings_);
  }

 private:
  [[nodiscard]] bool parted() const {
    return ref_.relation == Relation::diverged || ref_.relation == Relation::unrelated;
  }
  // Which side can tell of the target's tip: its own, unless the source has it too.
  [[nodiscard]] transfer::Remote& keeper_of_old() {
    return ref_.relation == Relation::fast_forward ? source_ : target_;
  }
  [[nodiscard]] std::string over_budget() const {
    return "more than " + shown_bytes(options_.most_tree_bytes) +
           " of commits and folders would have to be fetched";
  }

  static Errand errand(transfer::Remote& remote, std::vector<Oid> wants, std::vector<Oid> haves,
                       Leave leave, int depth = 0) {
    return {&remote, {std::move(wants), std::move(haves), leave, depth}};
  }

  bool fetch(const std::vector<Errand>& errands) {
    return run_errands(errands, store_, budgets_.trees);
  }

  // The commits of both ranges, and the two tips and the base themselves.
  bool fetch_commits() {
    std::vector<Errand> errands;
    switch (ref_.relation) {
      case Relation::fast_forward:
        errands.push_back(errand(source_, {ref_.new_oid}, {ref_.old_oid}, Leave::trees_and_blobs));
        errands.push_back(errand(source_, {ref_.old_oid}, {}, Leave::trees_and_blobs, 1));
        break;
      case Relation::target_ahead:
        errands.push_back(errand(target_, {ref_.old_oid}, {ref_.new_oid}, Leave::trees_and_blobs));
        errands.push_back(errand(source_, {ref_.new_oid}, {}, Leave::trees_and_blobs, 1));
        break;
      case Relation::diverged:
        errands.push_back(errand(source_, {ref_.new_oid}, ref_.parting, Leave::trees_and_blobs));
        errands.push_back(errand(target_, {ref_.old_oid}, ref_.parting, Leave::trees_and_blobs));
        errands.push_back(errand(source_, ref_.parting, {}, Leave::trees_and_blobs, 1));
        break;
      default:
        errands.push_back(errand(source_, {ref_.new_oid}, {}, Leave::trees_and_blobs));
        errands.push_back(errand(target_, {ref_.old_oid}, {}, Leave::trees_and_blobs));
        break;
    }
    return fetch(errands);
  }

  void list() {
    std::vector<Oid> common = ref_.parting;
    common.push_back(ref_.old_oid);
    if (ref_.relation != Relation::target_ahead) {
      findings_.commits = list_commits(store_, ref_.new_oid, common, options_.most_commits);
    }
    if (ref_.relation == Relation::fast_forward) return;
    common.back() = ref_.new_oid;
    Divergence divergence;
    divergence.target_commits = list_commits(store_, ref_.old_oid, common, options_.most_commits);
    if (ref_.parting.size() == 1) divergence.merge_base = ref_.parting.front();
    if (ref_.relation == Relation::target_ahead) {
      divergence.merge_base = ref_.new_oid;
      divergence.not_tried_because = "the source has nothing to merge";
    }
    findings_.divergence = std::move(divergence);
  }

  // Asks for the trees of one side that the other lacks (trees serve as wants and haves), and then
  // for what is still missing, by id: a server may leave out what any older commit had.
  bool complete_trees(const Oid& ours, const Oid& theirs) {
    if (ours == theirs) return true;
    if (!transfer::can_leave_out(source_) || !transfer::can_leave_out(keeper_of_old())) {
      return whole_trees();
    }
    if (parted()) {
      if (!fetch({errand(source_, {theirs}, {}, Leave::blobs),
                  errand(target_, {ours}, {}, Leave::blobs)})) {
        return false;
      }
    } else if (!fetch({errand(source_, {theirs}, {ours}, Leave::blobs),
                       errand(keeper_of_old(), {ours}, {theirs}, Leave::blobs)})) {
      return false;
    }
    return fetch_missing(ours, theirs);
  }

  bool fetch_missing(const Oid& ours, const Oid& theirs) {
    for (int round = 0; round < kMostTreeRounds; ++round) {
      const std::vector<Oid> missing = store::missing_trees(store_, ours, theirs);
      if (missing.empty()) return true;
      // Either side's trees: a fast-forward's are all on the source.
      transfer::Remote& keeper = ref_.relation == Relation::fast_forward ? source_ : target_;
      if (!fetch({errand(keeper, missing, {}, Leave::blobs)})) return false;
    }
    return false;
  }

  // Without `filter` a tip comes with all its files, or not at all.
  bool whole_trees() {
    return fetch({errand(source_, {ref_.new_oid}, {}, Leave::blobs, 1),
                  errand(keeper_of_old(), {ref_.old_oid}, {}, Leave::blobs, 1)});
  }

  // Brings files that the store lacks. Says why not, or nothing.
  std::string fetch_files(const std::vector<Oid>& wanted) {
    std::vector<Oid> missing;
    for (const Oid& oid : wanted) {
      if (!store_.has(oid)) missing.push_back(oid);
    }
    if (missing.empty()) return {};
    if (missing.size() > kMostFilesLookedInto) {
      return std::to_string(missing.size()) + " versions of files would have to be fetched, and " +
             std::to_string(kMostFilesLookedInto) + " is the limit";
    }
    if (!transfer::can_leave_out(source_)) return "the source cannot send single files";
    try {
      if (fetch_from_sides(missing)) return {};
    } catch (const Failure& failure) {
      if (failure.code() == FailureCode::cancelled) throw;
      return std::string("a server did not send single files: ") + failure.what();
    }
    return "the changed files are larger than " + shown_bytes(options_.most_file_bytes);
  }

  // Files of the new tip are at the source; others may be only at the target.
  bool fetch_from_sides(const std::vector<Oid>& missing) {
    if (!parted() && ref_.relation != Relation::target_ahead) {
      return run_errands({errand(source_, missing, {}, Leave::nothing)}, store_, budgets_.files);
    }
    std::vector<Oid> at_source;
    std::vector<Oid> at_target;
    for (const Oid& oid : missing) (is_of_source(oid) ? at_source : at_target).push_back(oid);
    std::vector<Errand> errands;
    if (!at_source.empty()) errands.push_back(errand(source_, at_source, {}, Leave::nothing));
    if (!at_target.empty()) errands.push_back(errand(target_, at_target, {}, Leave::nothing));
    return run_errands(errands, store_, budgets_.files);
  }

  [[nodiscard]] bool is_of_source(const Oid& oid) const {
    return std::binary_search(source_files_.begin(), source_files_.end(), oid);
  }

  void compare(const Oid& ours, const Oid& theirs) {
    const store::TreeDiff rough(store_, ours, theirs, store::Renames::exact);
    for (const store::Delta& delta : rough.deltas()) {
      if (delta.new_mode != 0) source_files_.push_back(delta.new_oid);
    }
    std::sort(source_files_.begin(), source_files_.end());
    const std::string why_not = fetch_files(files_of(rough.deltas()));
    if (why_not.empty() && could_hold_renames(rough.deltas())) {
      const store::TreeDiff close(store_, ours, theirs, store::Renames::similar);
      findings_.changes = describe_changes(store_, close, why_not);
    } else {
      findings_.changes = describe_changes(store_, rough, why_not);
    }
    findings_.warnings = find_warnings(store_, rough.deltas(), ours, theirs);
  }

  void look_at_merge(const Oid& ours, const Oid& theirs) {
    Divergence& divergence = *findings_.divergence;
    MergeTrees trees{Oid(), ours, theirs};
    if (ref_.parting.size() > 1) {
      divergence.not_tried_because =
          "the histories met more than once, so there is no single merge base";
      return;
    }
    if (ref_.parting.empty()) {
      divergence.not_tried_because = "the histories have nothing in common";
      return;
    }
    const auto base = store_.commit(ref_.parting.front());
    if (!base || !fetch_base_trees(base->tree, ours, theirs)) {
      divergence.not_tried_because = over_budget();
      return;
    }
    trees.base = base->tree;
    const MergeNeeds needs = merge_needs(store_, trees);
    std::string why_not = fetch_files(needs.pairs);
    if (!why_not.empty()) {
      divergence.not_tried_because = why_not;
      return;
    }
    why_not = fetch_files(needs.candidates);
    try_merge(store_, trees, why_not.empty() ? store::Renames::similar : store::Renames::none,
              divergence);
  }

  bool fetch_base_trees(const Oid& base, const Oid& ours, const Oid& theirs) {
    if (!fetch({errand(source_, {base}, {theirs}, Leave::blobs)})) return false;
    for (const Oid& side : {ours, theirs}) {
      for (int round = 0; round < kMostTreeRounds; ++round) {
        const std::vector<Oid> missing = store::missing_trees(store_, base, side);
        if (missing.empty()) break;
        // The base is in both histories.
        if (!fetch({errand(source_, missing, {}, Leave::blobs)})) return false;
      }
    }
    return true;
  }

  const plan::PlannedRef& ref_;
  transfer::Remote& source_;
  transfer::Remote& target_;
  const AnalysisOptions& options_;
  Budgets& budgets_;
  store::ObjectStore store_;
  std::vector<Oid> source_files_;  // sorted: files of the new tip that differ
  RefFindings findings_;
};

}  // namespace

RefFindings analyse_ref(const plan::PlannedRef& ref, transfer::Remote& source,
                        transfer::Remote& target, const AnalysisOptions& options,
                        Budgets& budgets) {
  return RefAnalysis(ref, source, target, options, budgets).run();
}

}  // namespace occ::analysis
