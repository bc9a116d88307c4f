// Whether a run that another workflow started (webhook event `workflow_run`) goes on: the build has
// to be one of what is synced, and a good one.
#pragma once

#include "inputs/settings.hpp"

#include <string>

namespace occ::app {

// Why it does nothing, for people; empty: it goes on. What the payload does not tell holds nobody
// up.
[[nodiscard]] std::string held_by_build_gate(const inputs::Settings& settings);

}  // namespace occ::app
