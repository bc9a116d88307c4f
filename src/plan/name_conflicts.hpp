// Names that cannot stand beside each other: `a` and `a/b` (git-check-ref-format).
#pragma once

#include "plan/plan.hpp"

namespace occ::plan {

// Blocks every creation whose name clashes with a ref that the target has and keeps, or with a
// creation before it.
void block_name_conflicts(Plan& plan, const RefListing& target);

// Whether a deletion of the plan frees the name for a creation of it: such a push cannot be
// atomic (SERVERS 22).
[[nodiscard]] bool has_freed_name(const Plan& plan);

}  // namespace occ::plan
