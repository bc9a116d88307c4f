// From the settings to what can be spoken to: repositories, and whom to trust on the way there.
#pragma once

#include "base/trace.hpp"
#include "inputs/settings.hpp"
#include "net/http_exchange.hpp"
#include "net/loop.hpp"
#include "net/stream.hpp"

#include <memory>

namespace occ::app {

[[nodiscard]] net::TlsTrust trust_of(const inputs::NetworkSettings& network);

// Opens nothing yet: the first listing does. `loop` and `trace` are borrowed.
[[nodiscard]] std::unique_ptr<net::Repository> open_repository(const inputs::Endpoint& endpoint,
                                                               const inputs::Settings& settings,
                                                               net::Loop& loop, Trace& trace);

}  // namespace occ::app
