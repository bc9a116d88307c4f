// The objects of one ref that tell what a sync or a merge changes: which to fetch, from which side,
// in which order.
#pragma once

#include "analysis/object_pool.hpp"
#include "plan/plan.hpp"
#include "store/object_store.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace occ::analysis {

// What became of files that were wanted.
struct FetchedFiles {
  std::string why_not;  // empty: all are there but for `gaps`
  std::string gaps;     // why some may be missing though the others are there
  [[nodiscard]] bool complete() const { return why_not.empty() && gaps.empty(); }
};

class RefObjects {
 public:
  // All borrowed. What the pool has is not fetched again.
  RefObjects(const plan::PlannedRef& ref, transfer::Remote& source, transfer::Remote& target,
             ObjectPool& pool, Budgets& budgets)
      : ref_(ref),
        source_(source),
        target_(target),
        budgets_(budgets),
        pool_(pool),
        store_(pool.store()) {}

  [[nodiscard]] store::ObjectStore& store() { return store_; }
  // Both sides have commits of their own.
  [[nodiscard]] bool parted() const;

  // Whether the store has all that fetch_commits() would bring, and every commit is counted; and
  // the same of what one side alone has.
  [[nodiscard]] bool has_commits() const;
  [[nodiscard]] bool has_new_commits() const;
  [[nodiscard]] bool has_old_commits() const;
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
  [[nodiscard]] const LargeFiles& large_files() const { return pool_.large(); }
  // Where the histories parted, but for what another of these commits reaches: the merge bases
  // (git-merge-base, "--all"). One request, or two. Throws Failure.
  [[nodiscard]] std::vector<Oid> merge_bases();

 private:
  [[nodiscard]] transfer::Remote& keeper_of_old();
  [[nodiscard]] bool fetch(std::vector<Errand> errands);
  [[nodiscard]] bool fetch_missing(const Oid& ours, const Oid& theirs);
  [[nodiscard]] bool whole_trees();
  // Whether the store has so many commits behind `tip`, not counting those of `stop_at`.
  [[nodiscard]] bool has_behind(const Oid& tip, std::vector<Oid> stop_at,
                                const std::optional<std::uint64_t>& count) const;
  // Says why not, or nothing.
  [[nodiscard]] std::string fetch_missing_files(const std::vector<Oid>& missing,
                                                const std::vector<Oid>& of_source);
  [[nodiscard]] bool fetch_from_sides(const std::vector<Oid>& missing,
                                      const std::vector<Oid>& of_source);

  const plan::PlannedRef& ref_;
  transfer::Remote& source_;
  transfer::Remote& target_;
  Budgets& budgets_;
  ObjectPool& pool_;
  store::ObjectStore& store_;
};

}  // namespace occ::analysis
