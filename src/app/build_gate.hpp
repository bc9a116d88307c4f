// Whether a run that another workflow started (webhook event `workflow_run`) goes on: the build has
// to be one of what is synced, and a good one.
#pragma once

#include "inputs/settings.hpp"

#include <string>

namespace occ::app {

// Why it does nothing, for people; empty: it goes on. A field of the payload that should tell what
// was built and cannot be understood holds it up.
[[nodiscard]] std::string held_by_build_gate(const inputs::Settings& settings);

// Which fields a payload that is not GitHub's leaves out, so that nothing was compared with them,
// for people; empty: none.
[[nodiscard]] std::string left_out_of_event(const inputs::Settings& settings);

}  // namespace occ::app
