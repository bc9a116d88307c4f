// What a merge of two diverged tips would bring: tried in memory, never written anywhere. Reads the
// store; what it must hold is told by merge_needs().
#pragma once

#include "analysis/findings.hpp"
#include "store/object_store.hpp"
#include "store/tree_diff.hpp"

#include <optional>
#include <string>
#include <vector>

namespace occ::analysis {

struct MergeTrees {
  Oid base;    // null: no common history
  Oid ours;    // the target's
  Oid theirs;  // the source's

  // The merged tree where no more than one side changed anything, or both did the same: then no
  // tree need be looked into.
  [[nodiscard]] std::optional<Oid> settled() const {
    if (ours == theirs || theirs == base) return ours;
    if (ours == base) return theirs;
    return std::nullopt;
  }
};

// Files that a merge reads. `pairs`: those that both sides changed; `candidates`: those that either
// side added or deleted, for renames.
struct MergeNeeds {
  std::vector<Oid> pairs;
  std::vector<Oid> candidates;
};
[[nodiscard]] MergeNeeds merge_needs(const store::ObjectStore& store, const MergeTrees& trees);

// Fills in `divergence` whether the merge is clean, and each conflict, up to 500; the rest is
// counted. Throws Failure{internal_error} if an object is missing.
void try_merge(const store::ObjectStore& store, const MergeTrees& trees, store::Renames renames,
               Divergence& divergence);

}  // namespace occ::analysis
