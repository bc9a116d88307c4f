// Brings for several refs at once what the analysis of each will look for, so that the number of
// requests does not grow with the refs. What it leaves out, each ref's analysis fetches for itself.
#pragma once

#include "analysis/object_pool.hpp"
#include "plan/plan.hpp"
#include "transfer/remote.hpp"

#include <vector>

namespace occ::analysis {

// Throws Failure{cancelled} and nothing else.
void fetch_together(const std::vector<const plan::PlannedRef*>& refs, transfer::Remote& source,
                    transfer::Remote& target, ObjectPool& pool, Budgets& budgets);

}  // namespace occ::analysis
