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

using plan::Relation;

class RefAnalysis {
 public:
  RefAnalysis(const plan::PlannedRef& ref, transfer::Remote& source, transfer::Remote& target,
              const AnalysisOptions& options, Budgets& budgets)
      : ref_(ref),
        tip_(plan::source_tip(ref)),
        options_(options),
        objects_(ref, source, target, options.folder, budgets),
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
    if (!objects_.complete_trees(ours->tree, theirs->tree)) {
      findings_.not_analysed_because = over_budget();
      return std::move(findings_);
    }
    compare(ours->tree, theirs->tree);
    if (objects_.parted()) look_at_merge(ours->tree, theirs->tree);
    return std::move(findings_);
  }

 private:
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

  void compare(const Oid& ours, const Oid& theirs) {
    const store::TreeDiff rough(store_, ours, theirs, store::Renames::exact);
    for (const store::Delta& delta : rough.deltas()) {
      if (delta.new_mode != 0) source_files_.push_back(delta.new_oid);
    }
    std::sort(source_files_.begin(), source_files_.end());
    const FetchedFiles fetched = objects_.fetch_files(files_of(rough.deltas()), source_files_);
    if (fetched.complete() && could_hold_renames(rough.deltas())) {
      const store::TreeDiff close(store_, ours, theirs, store::Renames::similar);
      findings_.changes = describe_changes(store_, close, fetched, objects_.large_files());
    } else {
      findings_.changes = describe_changes(store_, rough, fetched, objects_.large_files());
    }
    findings_.warnings = find_warnings(
        store_, {rough.deltas(), ours, theirs, only_commit(), objects_.large_files()});
  }

  // All that changes was changed by it; nothing if there are more.
  [[nodiscard]] std::optional<Oid> only_commit() const {
    const CommitList& commits = findings_.commits;
    if (findings_.divergence || commits.commits.size() != 1 || commits.left_out > 0) return {};
    return commits.commits.front().oid;
  }

  void look_at_merge(const Oid& ours, const Oid& theirs) {
    Divergence& divergence = *findings_.divergence;
    MergeTrees trees{Oid(), ours, theirs};
    if (bases_.size() > 1) {
      divergence.not_tried_because =
          "the histories met more than once, so there is no single merge base";
      return;
    }
    if (bases_.empty()) {
      divergence.not_tried_because = "the histories have nothing in common";
      return;
    }
    const auto base = store_.commit(bases_.front());
    if (!base || !objects_.fetch_base_trees(base->tree, ours, theirs)) {
      divergence.not_tried_because = over_budget();
      return;
    }
    trees.base = base->tree;
    const MergeNeeds needs = merge_needs(store_, trees);
    const FetchedFiles pairs = objects_.fetch_files(needs.pairs, source_files_);
    if (!pairs.complete()) {
      divergence.not_tried_because = pairs.why_not.empty() ? pairs.gaps : pairs.why_not;
      return;
    }
    const bool all = objects_.fetch_files(needs.candidates, source_files_).complete();
    try_merge(store_, trees, all ? store::Renames::similar : store::Renames::none, divergence);
  }

  [[nodiscard]] std::string over_budget() const {
    return "more than " + shown_bytes(options_.most_tree_bytes) +
           " of commits and folders would have to be fetched";
  }

  const plan::PlannedRef& ref_;
  const Oid& tip_;  // the source's
  const AnalysisOptions& options_;
  RefObjects objects_;
  const store::ObjectStore& store_;
  std::vector<Oid> bases_;
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
