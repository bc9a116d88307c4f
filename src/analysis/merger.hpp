// Merges two diverged tips into a commit of our own: the target's tip is its first parent, the
// source's its second. The same tips always make the same commit.
#pragma once

#include "analysis/ref_objects.hpp"
#include "plan/plan.hpp"
#include "store/tree_merge.hpp"
#include "transfer/remote.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace occ::analysis {

struct MergeOptions {
  std::string author;  // "Name <email>"
  std::string source;  // name of the source, for the message
  store::Resolve resolve = store::Resolve::nothing;
  std::uint64_t most_bytes = 1ULL << 30U;  // fetched for one merge
};

struct MergeResult {
  plan::MergeTrial trial;
  std::vector<store::NewObject> objects;  // that the commit needs, the commit among them
};

// `refs` have diverged; the results are in their order. What they need is asked for together. What
// cannot be merged says why in its trial. Throws Failure{cancelled} and what another try can help.
[[nodiscard]] std::vector<MergeResult> merge_all(const std::vector<const plan::PlannedRef*>& refs,
                                                 transfer::Remote& source, transfer::Remote& target,
                                                 ObjectPool& pool, const MergeOptions& options);

}  // namespace occ::analysis
