// What a fetch asks for and what it offers (SERVERS 7 and 8). Pure.
#pragma once

#include "base/refs.hpp"
#include "plan/plan.hpp"
#include "transfer/commit_graph.hpp"

#include <optional>
#include <vector>

namespace occ::transfer {

// The new tips that the target does not already have by one of its own.
[[nodiscard]] std::vector<Oid> needed_objects(const plan::Plan& plan, const RefListing& target);

// The target's tips to offer, the most telling first: the old tips of what changes, `shared`, then
// for new refs many of the target's branches and for others some.
[[nodiscard]] std::vector<Oid> offered_haves(const plan::Plan& plan, const RefListing& target,
                                             const OidSet& shared);

// For FetchRequest::cut_hint: a commit that both have, with all that lies behind it, and that is
// probably old: that of the lowest version tag, else of another tag. What is older than it is sent
// again if it is wanted, so only where all that is pushed are fast-forwards, of which a merge may
// still bring in something older. Only the source tells which commit a tag object names.
[[nodiscard]] std::optional<Oid> old_common_commit(const plan::Plan& plan, const RefListing& source,
                                                   const RefListing& target);

}  // namespace occ::transfer
