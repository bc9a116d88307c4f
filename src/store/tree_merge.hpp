// A three-way merge in memory, as `git merge-tree --write-tree` makes it, except that renamed
// directories are not followed.
#pragma once

#include "base/oid.hpp"
#include "store/object_store.hpp"
#include "store/tree_diff.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace occ::store {

struct ConflictSide {
  std::string path;
  std::uint32_t mode = 0;
  Oid oid;
};

// One path on which the merge stopped. A side that lacks the file is absent.
struct MergeConflict {
  std::optional<ConflictSide> base;
  std::optional<ConflictSide> ours;
  std::optional<ConflictSide> theirs;
};

struct MergedTree {
  std::vector<MergeConflict> conflicts;
  bool clean = false;
};

// Every file that both sides changed, and for Renames::similar everything that either side added
// or deleted, must be in the store. Throws Failure{internal_error} if an object is missing.
[[nodiscard]] MergedTree merge_trees(const ObjectStore& store, const Oid& base, const Oid& ours,
                                     const Oid& theirs, Renames renames);

struct MergeHunk {
  std::uint64_t ours_line = 0;  // 1-based
  std::uint64_t theirs_line = 0;
  std::vector<std::string> base;
  std::vector<std::string> ours;
  std::vector<std::string> theirs;
};

// The stretches of a text conflict; nothing for binary files or if a side is missing.
[[nodiscard]] std::optional<std::vector<MergeHunk>> conflict_hunks(const ObjectStore& store,
                                                                   const MergeConflict& conflict);

}  // namespace occ::store
