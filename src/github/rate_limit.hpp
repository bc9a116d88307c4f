// Whether an answer is GitHub's way to say "later", and how much later (REST API, "Rate limits for
// the REST API" and "Best practices: handle rate limit errors appropriately"). Pure: the clock is
// told.
#pragma once

#include "net/http_exchange.hpp"

#include <chrono>
#include <optional>
#include <string_view>

namespace occ::github {

enum class RateLimit : std::uint8_t {
  primary,   // the token's requests of this hour are used up
  secondary  // too many requests at once, or too many that write
};

struct RateLimited {
  RateLimit limit = RateLimit::primary;
  // Until a request may be tried again, never negative; nothing: the server does not say.
  std::optional<std::chrono::seconds> wait;
};

// `message`: the one in the answer's body. Nothing if the answer is no rate limit. A 403 that also
// used up the last request counts as one: asked again later, it tells its own reason.
[[nodiscard]] std::optional<RateLimited> rate_limit_of(const net::HttpHead& head,
                                                       std::string_view message,
                                                       std::chrono::system_clock::time_point now);

}  // namespace occ::github
