// What differs between two trees, file by file, as `git diff --raw -M` tells it.
#pragma once

#include "base/limits.hpp"
#include "base/oid.hpp"
#include "store/object_store.hpp"
#include "store/renames.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace occ::store {

enum class DeltaKind : std::uint8_t { added, deleted, modified, renamed, type_changed };

// File modes as git stores them: 0100644, 0100755, 0120000 (symlink), 0160000 (submodule); 0: none.
// Historic ones, such as 0100664, are told as what git takes them for.
struct Delta {
  DeltaKind kind = DeltaKind::modified;
  std::string old_path;
  std::string new_path;
  std::uint32_t old_mode = 0;
  std::uint32_t new_mode = 0;
  Oid old_oid;
  Oid new_oid;
  int similarity = 0;  // percent, of a rename
};

struct LineCounts {
  bool binary = false;
  std::uint64_t added = 0;
  std::uint64_t removed = 0;
};

// Why a file has no line counts.
enum class LineGap : std::uint8_t {
  none,
  not_there,  // the store lacks one of the two versions
  too_large   // they have more bytes or lines than limits.hpp allows, of one file or of a run
};

struct CountedLines {
  std::optional<LineCounts> counts;
  LineGap gap = LineGap::none;
};

// Bytes and lines that may still be compared in a run.
class CompareBudget {
 public:
  [[nodiscard]] bool take_bytes(std::uint64_t bytes);  // of both versions of a file
  [[nodiscard]] bool take_lines(std::uint64_t lines);

 private:
  std::uint64_t bytes_left_ = limits::kComparedBytesOfRun;
  std::uint64_t lines_left_ = limits::kComparedLinesOfRun;
};

// This and the functions below throw Failure{limit_exceeded} where trees multiply beyond
// limits.hpp, and what the store's watch throws.
class TreeDiff {
 public:
  // Both trees with all their subtrees that differ must be in the store. A null tree is the empty
  // one. `store` is borrowed. Throws Failure{internal_error} if a tree is missing.
  TreeDiff(const ObjectStore& store, const Oid& old_tree, const Oid& new_tree, Renames renames);

  // By path, the new one if there are two.
  [[nodiscard]] const std::vector<Delta>& deltas() const { return deltas_; }
  [[nodiscard]] RenameGap rename_gap() const { return rename_gap_; }
  // As `git diff --numstat` counts.
  [[nodiscard]] CountedLines count_lines(std::size_t index, CompareBudget& budget) const;

 private:
  void take_renames(Renames renames);

  const ObjectStore& store_;
  std::vector<Delta> deltas_;
  RenameGap rename_gap_ = RenameGap::none;
};

inline constexpr std::uint32_t kSubmoduleMode = 0160000;

// Subtrees below either tree that the store lacks, as far as they can be seen: what must be fetched
// before the trees can be compared. Empty: nothing is missing.
[[nodiscard]] std::vector<Oid> missing_trees(const ObjectStore& store, const Oid& old_tree,
                                             const Oid& new_tree);

// Paths below `new_tree` that differ from a neighbour in nothing but case (of ASCII letters), where
// `old_tree` lacks at least one of them; sorted. Subtrees that the store lacks are not looked at.
[[nodiscard]] std::vector<std::string> case_collisions(const ObjectStore& store,
                                                       const Oid& old_tree, const Oid& new_tree);

}  // namespace occ::store
