// What a plan changes, at the cost of the change: for each ref that moves, the few objects that
// tell are fetched into a pool, unless they are there, and read. Never the whole repository.
#pragma once

#include "analysis/findings.hpp"
#include "analysis/object_pool.hpp"
#include "base/refs.hpp"
#include "plan/plan.hpp"
#include "store/tree_merge.hpp"
#include "transfer/learning.hpp"
#include "transfer/remote.hpp"

#include <cstdint>
#include <functional>
#include <vector>

namespace occ::analysis {

// The objects that a merge of our own needs and neither side has, by its commit; nothing if it is
// none. Borrowed.
using MergesMade = std::function<const std::vector<store::NewObject>*(const Oid& commit)>;

struct AnalysisOptions {
  std::size_t most_commits = 1000;                 // listed for one ref
  std::uint64_t most_file_bytes = 32ULL << 20U;    // fetched to look into files, for the whole run
  std::uint64_t most_tree_bytes = 64ULL << 20U;    // fetched for commits and trees, likewise
  std::size_t most_refs = 20;                      // analysed
  std::size_t most_new_refs = 10;                  // likewise, of branches that the target lacks
  MergesMade merges = {};                          // that the plan pushes
  const transfer::Learning::News* news = nullptr;  // borrowed: of the plan's new branches
};

// Brings into the pool what analyse() will look for, and what the merges need that the plan wants,
// within the limits of the analysis. Throws Failure{cancelled} and nothing else.
void prepare(const plan::Plan& plan, const RefListing& target_listing, transfer::Remote& source,
             transfer::Remote& target, ObjectPool& pool, const AnalysisOptions& options);

// A ref that cannot be analysed says why in its findings; nothing of this ends a run, except a
// cancel, which is thrown.
[[nodiscard]] Findings analyse(const plan::Plan& plan, const RefListing& target_listing,
                               transfer::Remote& source, transfer::Remote& target, ObjectPool& pool,
                               const AnalysisOptions& options);

}  // namespace occ::analysis
