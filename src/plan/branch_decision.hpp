// What is done with a branch that both sides have and that differs: facts of ancestry and the
// user's wishes in, an action and its reason out. Pure.
#pragma once

#include "plan/plan.hpp"

#include <string>

namespace occ::plan {

// `built`: what is synced is a commit that was built, behind the source's tip, and so may the
// target's be, whose own commits then are none.
void decide_branch(PlannedRef& ref, const inputs::Settings& settings, const Facts& facts,
                   bool built);

void block(PlannedRef& ref, FailureCode problem, std::string reason);

}  // namespace occ::plan
