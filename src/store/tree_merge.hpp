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

// One path on which the merge stopped. A side that lacks the file is absent; the base of a file
// that one side renamed and the other deleted has the old name.
struct MergeConflict {
  std::optional<ConflictSide> base;
  std::optional<ConflictSide> ours;
  std::optional<ConflictSide> theirs;
};

struct MergedTree {
  std::vector<MergeConflict> conflicts;
  bool clean = false;
};

// Every file that both sides changed, ours' .gitattributes in the folders above them
// (store/merge_attributes), and for Renames::similar everything that either side added
// or deleted, must be in the store; nothing if one side left the base alone. Throws
// Failure{internal_error} if an object is missing, and Failure{limit_exceeded} where trees multiply
// or files are larger than limits.hpp allows.
[[nodiscard]] MergedTree merge_trees(const ObjectStore& store, const Oid& base, const Oid& ours,
                                     const Oid& theirs, Renames renames);

// Whose version of a file stands where the merge stopped.
enum class Resolve : std::uint8_t { nothing, ours, theirs };

// An object that the merge made: neither side's tip has it.
struct NewObject {
  enum class Kind : std::uint8_t { commit, tree, blob };

  Kind kind = Kind::blob;
  Oid oid;
  std::string content;
};

struct WrittenMerge {
  std::vector<MergeConflict> conflicts;  // all of them, though they may be resolved
  std::optional<Oid> tree;               // nothing if conflicts stay
  std::vector<NewObject> objects;        // trees and blobs that `tree` needs
};

// The same merge, written into the store. `renames` as above.
[[nodiscard]] WrittenMerge write_merge(const ObjectStore& store, const Oid& base, const Oid& ours,
                                       const Oid& theirs, Renames renames, Resolve resolve);

// Puts what write_merge() made in another store into this one. Throws Failure{internal_error}.
void add_objects(ObjectStore& store, const std::vector<NewObject>& objects);

// The id that `content` has as a commit.
[[nodiscard]] NewObject new_commit(std::string content);

// Lines stand without their ends, but for a carriage return where not all of them have one. Sides
// that differ in nothing but the last line's end have git's "\\ No newline at end of file".
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
