// What was fetched for an analysis, of one ref or of several: a throw-away store, and what it cost.
#pragma once

#include "analysis/file_search.hpp"
#include "analysis/object_source.hpp"
#include "store/object_store.hpp"
#include "store/tree_diff.hpp"

#include <set>
#include <tuple>
#include <vector>

namespace occ::analysis {

// What may be fetched, shared by all refs of a run.
struct Budgets {
  Budget trees;  // commits and trees
  FileBudget files;
  store::CompareBudget compared = {};  // line by line
};

class ObjectPool {
 public:
  // Throws Failure{internal_error}.
  explicit ObjectPool(const StorePlace& place) : store_(place.folder, place.watch) {}

  [[nodiscard]] store::ObjectStore& store() { return store_; }
  // Those that were not fetched because they are large.
  [[nodiscard]] LargeFiles& large() { return large_; }
  // Runs what was not asked before. Returns false if the budget did not suffice. Throws Failure.
  [[nodiscard]] bool fetch(std::vector<Errand> errands, Budget& budget);

 private:
  store::ObjectStore store_;
  LargeFiles large_;
  // What was fetched: remote, wants, haves, what was left out, depth.
  std::set<std::tuple<const transfer::Remote*, std::vector<Oid>, std::vector<Oid>,
                      transfer::ObjectRequest::Leave, int>>
      asked_;
};

}  // namespace occ::analysis
