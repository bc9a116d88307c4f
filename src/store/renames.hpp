// Which deleted files live on under another name, as `git diff -M` pairs them (gitdiffcore,
// "diffcore-rename").
#pragma once

#include "base/oid.hpp"
#include "store/object_store.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace occ::store {

enum class Renames : std::uint8_t {
  none,
  exact,   // equal content only: needs no file
  similar  // at least 50 % alike: needs the content of what was added and deleted
};

// Why renames with changed content may be missing.
enum class RenameGap : std::uint8_t {
  none,              // there are none, or all were looked for
  content_not_read,  // not asked for, or the store lacks some of the files
  too_many_files     // more than the limit allows
};

struct RenameCandidate {
  std::string path;
  std::uint32_t mode = 0;
  Oid oid;
  bool matters = true;  // of a deleted file: whether it is compared with others that are not equal
};

struct Rename {
  std::size_t deleted = 0;  // positions in the two lists
  std::size_t added = 0;
  int similarity = 0;  // percent
};

struct RenameSearch {
  std::vector<Rename> renames;
  RenameGap gap = RenameGap::none;
};

inline constexpr std::size_t kDiffRenameLimit = 1000;  // git's diff.renameLimit
// Git's merge.renameLimit is 7000: minutes. Beyond it a rename is not followed, and a file that the
// other side changed is a conflict.
inline constexpr std::size_t kMergeRenameLimit = 2000;

// Both lists by path; each file is paired once at most. Git's own hash of lines differs, so that a
// similarity may be one percent off. `limit`: as many deleted times as many added files are
// compared.
[[nodiscard]] RenameSearch find_renames(const ObjectStore& store,
                                        const std::vector<RenameCandidate>& deleted,
                                        const std::vector<RenameCandidate>& added, Renames how,
                                        std::size_t limit = kDiffRenameLimit);

}  // namespace occ::store
