// Which of the commits where histories parted are merge bases (git-merge-base, "--all"): those that
// no other of them reaches. For all refs at once.
#pragma once

#include "analysis/object_pool.hpp"
#include "transfer/remote.hpp"

#include <vector>

namespace occ::analysis {

// Brings what merge_bases_among() needs to know of each of `partings`: two requests at most.
// Returns false if the budget did not suffice. Throws Failure.
[[nodiscard]] bool fetch_between(const std::vector<std::vector<Oid>>& partings,
                                 transfer::Remote& source, ObjectPool& pool, Budget& budget);

// As far as `store` tells.
[[nodiscard]] std::vector<Oid> merge_bases_among(std::vector<Oid> parting,
                                                 const store::ObjectStore& store);

}  // namespace occ::analysis
