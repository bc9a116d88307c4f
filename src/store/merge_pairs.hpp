// Files to which both sides of a merge did something: where git stops and libgit2 does not, and
// what is too large to be merged.
#pragma once

#include "store/merge_attributes.hpp"
#include "store/object_store.hpp"
#include "store/tree_diff.hpp"
#include "store/tree_merge.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace occ::store {

[[nodiscard]] bool is_plain_file(std::uint32_t mode);
[[nodiscard]] std::uint64_t lines_of(std::string_view content);  // one of an empty file

// Where git stops and libgit2 does not.
[[nodiscard]] std::vector<MergeConflict> further_conflicts(const TreeDiff& our_diff,
                                                           const TreeDiff& their_diff,
                                                           MergeAttributes& attributes);

// Throws Failure{limit_exceeded}: libgit2 merges the contents of all files in one go.
void hold_contents_to_limits(const ObjectStore& store, const TreeDiff& our_diff,
                             const TreeDiff& their_diff);

}  // namespace occ::store
