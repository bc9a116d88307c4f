#include "analysis/merger.hpp"

#include "analysis/divergence.hpp"
#include "analysis/file_changes.hpp"
#include "analysis/together.hpp"
#include "base/failure.hpp"
#include "base/shown_bytes.hpp"
#include "store/tree_diff.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

namespace occ::analysis {
namespace {

Budgets budgets_of(const MergeOptions& options) {
  return {{options.most_bytes, 0, 0}, {{options.most_bytes, 0, 0}}};
}

bool is_sha1(const plan::PlannedRef& ref) {
  return ref.old_oid.hex().size() == 2 * raw_size(ObjectFormat::sha1);
}

class Merge {
 public:
  Merge(const plan::PlannedRef& ref, transfer::Remote& source, transfer::Remote& target,
        ObjectPool& pool, const MergeOptions& options)
      : ref_(ref),
        options_(options),
        budgets_(budgets_of(options)),
        objects_(ref, source, target, pool, budgets_) {}

  MergeResult run() {
    result_.trial.why_not = try_it();
    return std::move(result_);
  }

 private:
  // Returns why there is no merge; empty: there is one, or it conflicts.
  std::string try_it() {
    if (!is_sha1(ref_)) {
      return "repositories with SHA-256 ids are not merged";
    }
    if (!objects_.fetch_commits()) return over_budget();
    const auto ours = objects_.store().commit(ref_.old_oid);
    const auto theirs = objects_.store().commit(plan::source_tip(ref_));
    const std::vector<Oid> bases = objects_.merge_bases();
    if (bases.size() != 1) {
      return bases.empty() ? "the histories have nothing in common"
                           : "the histories met more than once, so there is no single merge base";
    }
    const auto base = objects_.store().commit(bases.front());
    if (!ours || !theirs || !base) return "the servers did not send the commits";
    const MergeTrees trees{base->tree, ours->tree, theirs->tree};
    if (const auto settled = trees.settled()) {
      add_commit(*settled, *ours, *theirs);
      return {};
    }
    if (!objects_.complete_trees(trees.ours, trees.theirs) ||
        !objects_.fetch_base_trees(trees.base, trees.ours, trees.theirs)) {
      return over_budget();
    }
    if (std::string why_not = fetch_files(trees); !why_not.empty()) return why_not;
    const store::WrittenMerge written =
        store::write_merge(objects_.store(), trees.base, trees.ours, trees.theirs,
                           store::Renames::similar, options_.resolve);
    for (const store::MergeConflict& conflict : written.conflicts) {
      for (const auto* side : {&conflict.ours, &conflict.theirs, &conflict.base}) {
        if (!*side) continue;
        result_.trial.conflicts.push_back((*side)->path);
        break;
      }
    }
    if (!written.tree) return {};
    result_.objects = written.objects;
    add_commit(*written.tree, *ours, *theirs);
    return {};
  }

  void add_commit(const Oid& tree, const store::CommitRecord& ours,
                  const store::CommitRecord& theirs) {
    result_.objects.push_back(commit(tree, ours, theirs));
    result_.trial.commit = result_.objects.back().oid;
  }

  std::string fetch_files(const MergeTrees& trees) {
    const MergeNeeds needs = merge_needs(objects_.store(), trees);
    const store::TreeDiff of_source(objects_.store(), trees.base, trees.theirs,
                                    store::Renames::none);
    std::vector<Oid> source_files;
    for (const store::Delta& delta : of_source.deltas()) {
      if (delta.old_mode != 0) source_files.push_back(delta.old_oid);
      if (delta.new_mode != 0) source_files.push_back(delta.new_oid);
    }
    std::sort(source_files.begin(), source_files.end());
    std::string why_not = objects_.fetch_files(needs.pairs, source_files).why_not;
    if (!why_not.empty()) return why_not;
    return objects_.fetch_files(needs.candidates, source_files).why_not;
  }

  store::NewObject commit(const Oid& tree, const store::CommitRecord& ours,
                          const store::CommitRecord& theirs) const {
    const std::int64_t time = std::max(ours.committer.time, theirs.committer.time);
    const std::string who = options_.author + ' ' + std::to_string(time) + " +0000\n";
    std::string name = ref_.source_ref;
    if (const auto slash = name.find('/', 5); slash != std::string::npos) name.erase(0, slash + 1);
    return store::new_commit("tree " + tree.hex() + "\nparent " + ours.oid.hex() + "\nparent " +
                             theirs.oid.hex() + "\nauthor " + who + "committer " + who +
                             "\nMerge branch '" + name + "' of " + options_.source + '\n');
  }

  [[nodiscard]] std::string over_budget() const {
    return "more than " + shown_bytes(options_.most_bytes) + " would have to be fetched";
  }

  const plan::PlannedRef& ref_;
  const MergeOptions& options_;
  Budgets budgets_;
  RefObjects objects_;
  MergeResult result_;
};

}  // namespace

std::vector<MergeResult> merge_all(const std::vector<const plan::PlannedRef*>& refs,
                                   transfer::Remote& source, transfer::Remote& target,
                                   ObjectPool& pool, const MergeOptions& options) {
  std::vector<const plan::PlannedRef*> readable;
  std::copy_if(refs.begin(), refs.end(), std::back_inserter(readable),
               [](const plan::PlannedRef* ref) { return is_sha1(*ref); });
  Budgets budgets = budgets_of(options);
  fetch_together(readable, source, target, pool, budgets);
  std::vector<MergeResult> results;
  for (const plan::PlannedRef* ref : refs) {
    try {
      results.push_back(Merge(*ref, source, target, pool, options).run());
    } catch (const Failure& failure) {
      if (failure.code() == FailureCode::cancelled || failure.retry_may_help()) throw;
      plan::MergeTrial trial{Oid(), {}, failure.what()};
      if (failure.code() == FailureCode::temporary_folder) trial.obstacle = failure.code();
      results.push_back({std::move(trial), {}});
    }
  }
  return results;
}

}  // namespace occ::analysis
