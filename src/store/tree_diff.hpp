// What differs between two trees, file by file, as `git diff --raw -M` tells it.
#pragma once

#include "base/oid.hpp"
#include "store/object_store.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace occ::store {

enum class DeltaKind : std::uint8_t { added, deleted, modified, renamed, type_changed };

// File modes as git stores them: 0100644, 0100755, 0120000 (symlink), 0160000 (submodule); 0: none.
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

enum class Renames : std::uint8_t {
  none,
  exact,   // equal content only: needs no file
  similar  // at least 50 % alike: needs the content of what was added and deleted
};

class TreeDiff {
 public:
  // Both trees with all their subtrees that differ must be in the store. A null `old_tree` is the
  // empty tree. `store` is borrowed. Throws Failure{internal_error} if an object is missing.
  TreeDiff(const ObjectStore& store, const Oid& old_tree, const Oid& new_tree, Renames renames);
  ~TreeDiff();
  TreeDiff(const TreeDiff&) = delete;
  TreeDiff& operator=(const TreeDiff&) = delete;

  [[nodiscard]] const std::vector<Delta>& deltas() const { return deltas_; }
  // Nothing if the store lacks one of the two files.
  [[nodiscard]] std::optional<LineCounts> count_lines(std::size_t index) const;

 private:
  struct State;

  const ObjectStore& store_;
  std::unique_ptr<State> state_;
  std::vector<Delta> deltas_;
};

inline constexpr std::uint32_t kSubmoduleMode = 0160000;

// Subtrees below either tree that the store lacks, as far as they can be seen: what must be fetched
// before the trees can be compared. Empty: nothing is missing.
[[nodiscard]] std::vector<Oid> missing_trees(const ObjectStore& store, const Oid& old_tree,
                                             const Oid& new_tree);

// Paths below `new_tree` that differ from a neighbour in nothing but case, in folders that are not
// the same in `old_tree`. Subtrees that the store lacks are not looked at.
[[nodiscard]] std::vector<std::string> case_collisions(const ObjectStore& store,
                                                       const Oid& old_tree, const Oid& new_tree);

}  // namespace occ::store
