// From what differs between two trees to what the report tells of it.
#pragma once

#include "analysis/findings.hpp"
#include "analysis/ref_objects.hpp"
#include "store/object_store.hpp"
#include "store/tree_diff.hpp"

#include <string>
#include <vector>

namespace occ::analysis {

// `fetched`: whether the files themselves are in the store; `large`: those that are not for their
// size. `budget`: what may be compared line by line.
[[nodiscard]] FileChanges describe_changes(const store::ObjectStore& store,
                                           const store::TreeDiff& diff, const FetchedFiles& fetched,
                                           const LargeFiles& large, store::CompareBudget& budget);

// The files on either side of the changes, to be fetched for line counts and renames.
[[nodiscard]] std::vector<Oid> files_of(const std::vector<store::Delta>& deltas);

}  // namespace occ::analysis
