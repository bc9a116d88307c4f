// What a host or a person may stumble over, told before the push. Reads the store; fetches nothing.
#pragma once

#include "analysis/findings.hpp"
#include "store/object_store.hpp"
#include "store/tree_diff.hpp"

#include <vector>

namespace occ::analysis {

// `deltas`: what changes. Looks into files only as far as the store has them.
[[nodiscard]] std::vector<Warning> find_warnings(const store::ObjectStore& store,
                                                 const std::vector<store::Delta>& deltas,
                                                 const Oid& old_tree, const Oid& new_tree);

}  // namespace occ::analysis
