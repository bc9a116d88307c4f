// The objects of one ref that tell what a sync or a merge changes: which to fetch, from which side,
// in which order.
#pragma once

#include "analysis/file_search.hpp"
#include "analysis/object_source.hpp"
#include "plan/plan.hpp"
#include "store/object_store.hpp"

#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <unordered_set>
#include <vector>

namespace occ::analysis {

// What may be fetched, shared by all refs of a run.
struct Budgets {
  Budget trees;  // commits and trees
  FileBudget files;
};

// What became of files that were wanted.
struct FetchedFiles {
  std::string why_not;  // empty: all are there but for `gaps`
  std::string gaps;     // why some may be missing though the others are there
  [[nodiscard]] bool complete() const { return why_not.empty() && gaps.empty(); }
};

class RefObjects {
 public:
  // All borrowed. `folder`: where the store may stand.
  RefObjects(const plan::PlannedRef& ref, transfer::Remote& source, transfer::Remote& target,
             const std::string& folder, Budgets& budgets)
      : ref_(ref), source_(source), target_(target), budgets_(budgets), store_(folder) {}

  [[nodiscard]] store::ObjectStore& store() { return store_; }
  // Both sides have commits of their own.
  [[nodiscard]] bool parted() const;

  // The four below return false if the budget did not suffice. Throw Failure.
  // The commits of both ranges, and the two tips and where they parted.
  [[nodiscard]] bool fetch_commits();
  // All trees in which the two differ.
  [[nodiscard]] bool complete_trees(const Oid& ours, const Oid& theirs);
  [[nodiscard]] bool fetch_base_trees(const Oid& base, const Oid& ours, const Oid& theirs);
  // Brings files that the store lacks. `of_source`, sorted: those that the source has; all others
  // are asked of the target where the two have parted.
  [[nodiscard]] FetchedFiles fetch_files(const std::vector<Oid>& wanted,
                                         const std::vector<Oid>& of_source);
  // Those that were not fetched because they are large.
  [[nodiscard]] const LargeFiles& large_files() const { return large_; }
  // Where the histories parted, but for what another of these commits reaches: the merge bases
  // (git-merge-base, "--all"). One request, or two. Throws Failure.
  [[nodiscard]] std::vector<Oid> merge_bases();

 private:
  [[nodiscard]] transfer::Remote& keeper_of_old();
  [[nodiscard]] bool fetch(std::vector<Errand> errands);
  [[nodiscard]] bool fetch_missing(const Oid& ours, const Oid& theirs);
  [[nodiscard]] bool whole_trees();
  // Says why not, or nothing.
  [[nodiscard]] std::string fetch_missing_files(const std::vector<Oid>& missing,
                                                const std::vector<Oid>& of_source);
  [[nodiscard]] bool fetch_from_sides(const std::vector<Oid>& missing,
                                      const std::vector<Oid>& of_source);
  [[nodiscard]] std::unordered_set<Oid> all_below(const std::vector<Oid>& tips) const;

  const plan::PlannedRef& ref_;
  transfer::Remote& source_;
  transfer::Remote& target_;
  Budgets& budgets_;
  store::ObjectStore store_;
  LargeFiles large_;
  // What was fetched: remote, wants, haves, what was left out, depth.
  std::set<std::tuple<const transfer::Remote*, std::vector<Oid>, std::vector<Oid>,
                      transfer::ObjectRequest::Leave, int>>
      asked_;
};

}  // namespace occ::analysis
