#include "analysis/ref_analysis.hpp"

#include "analysis/commit_list.hpp"
#include "analysis/divergence.hpp"
#include "analysis/file_changes.hpp"
#include "analysis/preflight.hpp"
#include "base/failure.hpp"
#include "base/shown_bytes.hpp"
#include "base/untrusted.hpp"

#include <algorithm>

namespace occ::analysis {
namespace {

using plan::Relation;

class RefAnalysis {
 public:
  RefAnalysis(const plan::PlannedRef& ref, transfer::Remote& source, transfer::Remote& target,
              const AnalysisOptions& options, ObjectPool& pool, Budgets& budgets)
      : ref_(ref),
        tip_(plan::source_tip(ref)),
        options_(options),
        budgets_(budgets),
        objects_(ref, source, target, pool, budgets),
        store_(objects_.store()) {
    findings_.target_ref = ref.target_ref;
  }

  RefFindings run() {
    if (!objects_.fetch_commits()) {
      findings_.not_analysed_because = over_budget();
      return std::move(findings_);
    }
    list();
    const auto ours = store_.commit(ref_.old_oid);
    const auto theirs = store_.commit(tip_);
    if (!ours || !theirs) {
      findings_.not_analysed_because = "the servers did not send the two tips";
      return std::move(findings_);
    }
    // The commits are worth telling even if the files are not to be had.
    findings_.not_analysed_because =
        why_not([&] { return look_at_files(ours->tree, theirs->tree); });
    return std::move(findings_);
  }

 private:
  // Returns what it returned, or what it failed at.
  template <typename Step>
  static std::string why_not(Step step) {
    try {
      return step();
    } catch (const Failure& failure) {
      if (failure.code() == FailureCode::cancelled) throw;
      return printable(failure.what());
    }
  }

  std::string look_at_files(const Oid& ours, const Oid& theirs) {
    if (!objects_.complete_trees(ours, theirs)) return over_budget();
    compare(ours, theirs, tree_of_merge().value_or(theirs));
    const bool brings_nothing = ref_.relation == Relation::target_ahead && !is_overwritten();
    brought_since_ = brings_nothing ? theirs : ours;
    if (objects_.parted()) {
      findings_.divergence->not_tried_because = why_not([&] {
        return look_at_merge({Oid(), ours, theirs});
      });
    }
    warn(ours, theirs);
    return {};
  }

  void list() {
    std::vector<Oid> common = ref_.parting->commits;
    common.push_back(ref_.old_oid);
    if (ref_.relation != Relation::target_ahead) {
      findings_.commits = list_commits(store_, tip_, common, options_.most_commits);
    }
    if (ref_.relation == Relation::fast_forward) return;
    common.back() = tip_;
    Divergence divergence;
    divergence.target_commits = list_commits(store_, ref_.old_oid, common, options_.most_commits);
    if (ref_.relation == Relation::diverged) bases_ = objects_.merge_bases();
    if (bases_.size() == 1) divergence.merge_base = bases_.front();
    if (ref_.relation == Relation::target_ahead) {
      divergence.merge_base = tip_;
      divergence.not_tried_because = "the source has nothing to merge";
    }
    findings_.divergence = std::move(divergence);
  }

  // The tree that a merge of ours gives the target: neither side's tip has it.
  std::optional<Oid> tree_of_merge() {
    if (ref_.action != plan::Action::merge || !options_.merges) return std::nullopt;
    const auto* made = options_.merges(ref_.new_oid);
    if (made == nullptr) return std::nullopt;
    store::add_objects(objects_.store(), *made);
    const auto commit = store_.commit(ref_.new_oid);
    return commit ? std::optional(commit->tree) : std::nullopt;
  }

  // `result`: the tree that the target's branch will have; without a merge it is the source's.
  void compare(const Oid& ours, const Oid& theirs, const Oid& result) {
    const store::TreeDiff apart(store_, ours, theirs, store::Renames::exact);
    differing_ = apart.deltas();
    for (const store::Delta& delta : differing_) {
      if (delta.new_mode != 0) source_files_.push_back(delta.new_oid);
    }
    std::sort(source_files_.begin(), source_files_.end());
    if (result == theirs) return describe(apart, ours, theirs);
    describe(store::TreeDiff(store_, ours, result, store::Renames::exact), ours, result);
  }

  // `rough`: between the two trees.
  void describe(const store::TreeDiff& rough, const Oid& ours, const Oid& theirs) {
    const FetchedFiles fetched = objects_.fetch_files(files_of(rough.deltas()), source_files_);
    if (fetched.why_not.empty() && rough.rename_gap() != store::RenameGap::none) {
      const store::TreeDiff close(store_, ours, theirs, store::Renames::similar);
      findings_.changes =
          describe_changes(store_, close, fetched, objects_.large_files(), budgets_.compared);
    } else {
      findings_.changes =
          describe_changes(store_, rough, fetched, objects_.large_files(), budgets_.compared);
    }
  }

  // Of what the source brings to the target: on a branch that both went on with, and that is not
  // overwritten, its changes since the merge base.
  void warn(const Oid& ours, const Oid& theirs) {
    const auto look = [&](const std::vector<store::Delta>& brought) {
      findings_.warnings = find_warnings(
          store_, {brought, brought_since_, theirs, only_commit(), objects_.large_files()});
    };
    if (brought_since_ == ours) return look(differing_);
    look(store::TreeDiff(store_, brought_since_, theirs, store::Renames::exact).deltas());
  }

  // All that changes was changed by it; nothing if there are more.
  [[nodiscard]] std::optional<Oid> only_commit() const {
    const CommitList& commits = findings_.commits;
    if (findings_.divergence || commits.commits.size() != 1 || commits.left_out > 0) return {};
    return commits.commits.front().oid;
  }

  // Returns why no merge was tried, or nothing.
  std::string look_at_merge(MergeTrees trees) {
    if (bases_.size() > 1) {
      return "the histories met more than once, so there is no single merge base";
    }
    if (bases_.empty()) return "the histories have nothing in common";
    const auto base = store_.commit(bases_.front());
    if (!base) return "the source did not send the merge base";
    trees.base = base->tree;
    Divergence& divergence = *findings_.divergence;
    const bool is_settled = trees.settled().has_value();
    if (!is_settled && !objects_.fetch_base_trees(trees.base, trees.ours, trees.theirs)) {
      return over_budget();
    }
    if (!is_overwritten() && trees.ours != trees.theirs) brought_since_ = trees.base;
    if (is_settled) {
      divergence.merge_was_tried = true;
      divergence.merges_cleanly = true;
      return {};
    }
    const MergeNeeds needs = merge_needs(store_, trees);
    const FetchedFiles pairs = objects_.fetch_files(needs.pairs, source_files_);
    if (!pairs.complete()) return pairs.why_not.empty() ? pairs.gaps : pairs.why_not;
    const bool all = objects_.fetch_files(needs.candidates, source_files_).complete();
    try_merge(store_, trees, all ? store::Renames::similar : store::Renames::none, divergence);
    return {};
  }

  [[nodiscard]] bool is_overwritten() const { return ref_.action == plan::Action::force; }

  [[nodiscard]] std::string over_budget() const {
    return "more than " + shown_bytes(options_.most_tree_bytes) +
           " of commits and folders would have to be fetched";
  }

  const plan::PlannedRef& ref_;
  const Oid& tip_;  // the source's
  const AnalysisOptions& options_;
  Budgets& budgets_;
  RefObjects objects_;
  const store::ObjectStore& store_;
  std::vector<Oid> bases_;
  std::vector<store::Delta> differing_;  // between the two tips
  Oid brought_since_;                    // the tree that the source's changes are counted from
  std::vector<Oid> source_files_;        // sorted: files of the new tip that differ
  RefFindings findings_;
};

}  // namespace

RefFindings analyse_ref(const plan::PlannedRef& ref, transfer::Remote& source,
                        transfer::Remote& target, const AnalysisOptions& options, ObjectPool& pool,
                        Budgets& budgets) {
  return RefAnalysis(ref, source, target, options, pool, budgets).run();
}

}  // namespace occ::analysis
