#include "github/rate_limit.hpp"

#include <algorithm>
#include <charconv>
#include <string>

namespace occ::github {
namespace {

using std::chrono::seconds;

std::optional<std::int64_t> number_in(const std::string& text) {
  std::int64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || at != end || number < 0) return std::nullopt;
  return number;
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

}  // namespace

std::optional<RateLimited> rate_limit_of(const net::HttpHead& head, std::string_view message,
                                         std::chrono::system_clock::time_point now) {
  if (head.status != 403 && head.status != 429) return std::nullopt;
  if (const auto after = number_in(head.retry_after)) {
    return RateLimited{RateLimit::secondary, seconds(*after)};
  }
  if (head.rate_limit_remaining == "0") {
    RateLimited limited;
    if (const auto reset = number_in(head.rate_limit_reset)) {
      const auto since_1970 = std::chrono::ceil<seconds>(now.time_since_epoch()).count();
      limited.wait = seconds(std::max<std::int64_t>(*reset - since_1970, 0));
    }
    return limited;
  }
  const bool secondary = head.status == 429 || contains(message, "secondary rate limit") ||
                         contains(message, "abuse detection");  // as older servers call it
  if (secondary) return RateLimited{RateLimit::secondary, std::nullopt};
  return std::nullopt;
}

}  // namespace occ::github
