// Symbolic refs of the target: moving one moves the ref that it stands for. Pure.
#pragma once

#include "plan/plan.hpp"

namespace occ::plan {

// Blocks every deletion and every overwriting of a ref that is symbolic on the target, and of a ref
// that a symbolic one stands for if that one should stay as it is. Asks (Questions::aliases) where
// the listing does not tell; only refs that share their tip with another one can be either.
void guard_aliases(Plan& plan, const RefListing& target);

}  // namespace occ::plan
