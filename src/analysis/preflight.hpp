// What a host or a person may stumble over, told before the push. Reads the store; fetches nothing.
#pragma once

#include "analysis/file_search.hpp"
#include "analysis/findings.hpp"
#include "store/object_store.hpp"
#include "store/tree_diff.hpp"

#include <optional>
#include <vector>

namespace occ::analysis {

// What changes. Borrowed.
struct Changes {
  const std::vector<store::Delta>& deltas;
  const Oid& old_tree;
  const Oid& new_tree;
  std::optional<Oid> commit;  // that made all of it; nothing: there are more, or it is not known
  const LargeFiles& large;    // that are not in the store for their size
};

// Looks into files only as far as the store has them.
[[nodiscard]] std::vector<Warning> find_warnings(const store::ObjectStore& store,
                                                 const Changes& changes);

}  // namespace occ::analysis
