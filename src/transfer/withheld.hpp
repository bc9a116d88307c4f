// Tips that a side lists and does not hand out, because they are missing or damaged there: their
// refs count as broken.
#pragma once

#include "base/failure.hpp"
#include "base/refs.hpp"
#include "transfer/commit_graph.hpp"
#include "transfer/remote.hpp"

#include <vector>

namespace occ::transfer {

// Whether a ref of the listing names it.
[[nodiscard]] bool is_listed(const RefListing& listing, const Oid& oid);

// Makes broken ones of the refs that name one of `withheld`.
void take_out(RefListing& listing, const OidSet& withheld);

// Whether a fetch may have failed so because the server cannot read what it was asked for, and does
// not say what.
[[nodiscard]] bool may_be_damage(const Failure& failure);

// Which wants of `request`, that failed so, the remote cannot send, though it can send others: asks
// for them in parts. Where it began to send before it failed, the packs are read to their ends, up
// to a gigabyte. Nothing where it sends all or none, or more than a few are damaged. Throws
// Failure{cancelled}.
[[nodiscard]] std::vector<Oid> find_damaged(Remote& remote, const wire::FetchRequest& request,
                                            const Failure& failure);

}  // namespace occ::transfer
