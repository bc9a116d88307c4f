// What is done with a branch that both sides have and that differs: facts of ancestry and the
// user's wishes in, an action and its reason out. Pure.
#pragma once

#include "plan/plan.hpp"

#include <string>

namespace occ::plan {

// `built`: the source's tip is the commit that a build ran on, not the branch's own.
void decide_branch(PlannedRef& ref, const inputs::Settings& settings, const Facts& facts,
                   bool built);

void block(PlannedRef& ref, FailureCode problem, std::string reason);

}  // namespace occ::plan
