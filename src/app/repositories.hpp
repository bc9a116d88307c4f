// From an endpoint of the settings to a repository that can be spoken to.
#pragma once

#include "base/trace.hpp"
#include "inputs/settings.hpp"
#include "net/loop.hpp"
#include "net/stream.hpp"

#include <memory>

namespace occ::app {

// Opens nothing yet: the first listing does. `loop` and `trace` are borrowed.
[[nodiscard]] std::unique_ptr<net::Repository> open_repository(const inputs::Endpoint& endpoint,
                                                               const inputs::Settings& settings,
                                                               net::Loop& loop, Trace& trace);

}  // namespace occ::app
