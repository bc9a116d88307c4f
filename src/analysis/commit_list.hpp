// The commits of a range, newest first, as `git log` orders them. Pure but for reading the store.
#pragma once

#include "analysis/findings.hpp"
#include "store/object_store.hpp"

#include <cstddef>
#include <vector>

namespace occ::analysis {

// What `tip` reaches within the store, without `stop_at` and what lies behind it. The store holds
// the range and, behind it, at most commits of `stop_at`.
[[nodiscard]] CommitList list_commits(const store::ObjectStore& store, const Oid& tip,
                                      const std::vector<Oid>& stop_at, std::size_t most);

}  // namespace occ::analysis
