// The conflict bot: after the push, pull requests on the target are opened, brought up to date, or
// closed because the two sides agree again.
#pragma once

#include "github/api.hpp"
#include "inputs/settings.hpp"
#include "report/report.hpp"
#include "runner/console.hpp"

#include <atomic>
#include <string>

namespace occ::app {

// How the API of the target's GitHub is reached, with the target's token; without an address if it
// is not on one.
[[nodiscard]] github::ApiAccess api_access(const inputs::Settings& settings);

// Writes into the outcomes of `report` what became of them. `signal` as for net::Loop. Throws
// nothing: a pull request that cannot be had is its ref's error.
void attend_pull_requests(const inputs::Settings& settings, runner::Console& console,
                          const std::atomic<int>& signal, report::Report& report);

}  // namespace occ::app
