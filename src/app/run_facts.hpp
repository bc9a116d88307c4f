// What a report says of the run that made it, and of where the repositories can be looked at.
#pragma once

#include "inputs/settings.hpp"
#include "report/report.hpp"

#include <chrono>

namespace occ::app {

[[nodiscard]] report::RunFacts run_facts(const inputs::RunnerContext& runner,
                                         std::chrono::system_clock::time_point started_at);

// The web page of a repository that is reached by https; hosts keep the two at one address, but for
// the ".git". Empty for any other.
[[nodiscard]] std::string web_page_of(const inputs::Endpoint& endpoint);

// How a side is reached, for advice on it.
[[nodiscard]] report::Access access_of(const inputs::Endpoint& endpoint,
                                       const inputs::Settings& settings);

}  // namespace occ::app
