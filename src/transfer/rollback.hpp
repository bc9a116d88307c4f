// Moves refs of the target back to what they were: list, plan, push, confirm. Asks no source, and
// sends no object but the record of the run.
#pragma once

#include "net/loop.hpp"
#include "plan/plan.hpp"
#include "transfer/delivery.hpp"
#include "transfer/outcome.hpp"
#include "transfer/remote.hpp"
#include "transfer/sync.hpp"

#include <functional>

namespace occ::transfer {

// Called again whenever the listing has changed. May ask the target.
using RollbackPlanner = std::function<plan::Plan(const RefListing& target)>;

// Never throws a Failure: it becomes Outcome::failure. Of `options`, prefixes are not used.
[[nodiscard]] Outcome run_rollback(Remote& target, net::Loop& loop, const RollbackPlanner& planner,
                                   const OwnRefs& own, const SyncOptions& options,
                                   const OnPlan& on_plan);

}  // namespace occ::transfer
