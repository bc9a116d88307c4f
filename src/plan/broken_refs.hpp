// Refs that a side lists without a tip to plan from (RefListing::broken): told, and left alone on
// both sides.
#pragma once

#include "plan/deletions.hpp"
#include "plan/plan.hpp"

namespace occ::plan {

// Adds a blocked ref for each broken one of either side that the patterns select and that the plan
// does not have yet. `plan` holds what the source's own refs came to. Returns whether one of the
// source's is among them.
bool add_broken_refs(Plan& plan, const RefListing& source, const RefListing& target,
                     const Selection& selection, const inputs::Settings& settings);

// Blocks whatever the plan does with, or thinks of, a ref that is broken on the target.
void block_broken_refs(Plan& plan, const RefListing& target, const inputs::Settings& settings);

}  // namespace occ::plan
