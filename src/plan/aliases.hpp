// Symbolic refs of the target: moving one moves the ref that it stands for. Pure.
#pragma once

#include "plan/plan.hpp"

namespace occ::plan {

// Blocks every ref that is symbolic on the target unless the plan leaves the ref that it stands for
// where it should be itself; and every deletion and overwriting of a ref that a symbolic one stands
// for if that one should stay as it is. Asks (Questions::aliases) where the listing does not tell;
// only refs that share their tip with another one can be either. Where many branches share one and
// only fast-forwards are planned nothing is asked: what goes along then is told afterwards.
void guard_aliases(Plan& plan, const RefListing& target);

}  // namespace occ::plan
