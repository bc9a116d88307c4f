// What a fetch asks for and what it offers (relay-facts 7 and 8). Pure.
#pragma once

#include "base/refs.hpp"
#include "plan/plan.hpp"
#include "transfer/commit_graph.hpp"

#include <vector>

namespace occ::transfer {

// The new tips that the target does not already have by one of its own.
[[nodiscard]] std::vector<Oid> needed_objects(const plan::Plan& plan, const RefListing& target);

// The target's tips to offer, the most telling first: the old tips of what changes, `shared`, then
// for new refs many of the target's branches and for others some.
[[nodiscard]] std::vector<Oid> offered_haves(const plan::Plan& plan, const RefListing& target,
                                             const OidSet& shared);

}  // namespace occ::transfer
