// Renames in a three-way merge, as git's "ort" follows them: each file is moved, in the trees that
// have it under the old name, to where the other side's version stands. What is left is a merge
// of trees without renames. Renamed folders are not followed.
#pragma once

#include "base/oid.hpp"
#include "store/object_store.hpp"
#include "store/tree_merge.hpp"

#include <vector>

namespace occ::store {

struct FollowedRenames {
  // The three trees, rewritten.
  Oid base;
  Oid ours;
  Oid theirs;
  // That the rewritten trees do not show: renamed differently by the two sides, or deleted by one.
  std::vector<MergeConflict> conflicts;
};

// Writes trees into the store. Everything that either side added or deleted, and what the other
// made of it, must be there; a null `base` has nothing to rename. Throws Failure{internal_error} if
// a tree is missing.
[[nodiscard]] FollowedRenames follow_renames(const ObjectStore& store, const Oid& base,
                                             const Oid& ours, const Oid& theirs);

}  // namespace occ::store
