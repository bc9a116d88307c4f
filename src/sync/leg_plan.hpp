// What each kind of leg plans, from its listings.
#pragma once

#include "inputs/settings.hpp"
#include "plan/plan.hpp"
#include "sync/built_commit.hpp"
#include "sync/run_history.hpp"

#include <optional>
#include <string>

namespace occ::sync {

// What is known when a plan is made. Borrowed.
struct Known {
  const RefListing& source;
  const RefListing& target;
  const plan::Facts& facts;
  const std::optional<std::string>& target_head;  // see plan::make_plan
};

// From the run's source to its target. May ask the source what was built. Throws Failure where
// there is no plan at all.
[[nodiscard]] plan::Plan plan_there(const inputs::Settings& settings, const Known& known,
                                    BuiltCommit& built);

// Of `direction: both`, from the target to the source: an empty plan if the target has nothing to
// give.
[[nodiscard]] plan::Plan plan_back(const inputs::Settings& settings, const Known& known);

}  // namespace occ::sync
