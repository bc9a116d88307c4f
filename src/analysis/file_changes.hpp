// From what differs between two trees to what the report tells of it.
#pragma once

#include "analysis/findings.hpp"
#include "store/object_store.hpp"
#include "store/tree_diff.hpp"

#include <string>
#include <vector>

namespace occ::analysis {

// `not_counted_because`: why the files themselves are not in the store; empty: they are.
[[nodiscard]] FileChanges describe_changes(const store::ObjectStore& store,
                                           const store::TreeDiff& diff,
                                           const std::string& not_counted_because);

// The files on either side of the changes, to be fetched for line counts and renames.
[[nodiscard]] std::vector<Oid> files_of(const std::vector<store::Delta>& deltas);

// Whether a rename could be found by looking into files: something was added and something deleted.
[[nodiscard]] bool could_hold_renames(const std::vector<store::Delta>& deltas);

}  // namespace occ::analysis
