#include "runner/artifact_access.hpp"

#include "base/ascii.hpp"
#include "base/encode.hpp"
#include "base/foreign_json.hpp"
#include "base/shown_count.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>

namespace occ::runner {
namespace {

constexpr std::string_view kScope = "Actions.Results";

// The part of `url` between "://" and the path, without credentials.
std::string_view authority(std::string_view url) {
  const std::size_t begin = url.find("://");
  if (begin == std::string_view::npos) return {};
  url.remove_prefix(begin + 3);
  url = url.substr(0, url.find_first_of("/?#\\"));
  const std::size_t at = url.rfind('@');
  return at == std::string_view::npos ? url : url.substr(at + 1);
}

// The middle one of a JSON Web Token's three parts (RFC 7519); null if there is none.
nlohmann::json claims_of(std::string_view token) {
  const std::size_t first = token.find('.');
  if (first == std::string_view::npos) return {};
  const std::string_view rest = token.substr(first + 1);
  const auto decoded = base64url_decode(rest.substr(0, rest.find('.')));
  if (!decoded) return {};
  return parse_foreign_json(*decoded, limits::kArtifactAnswer);
}

}  // namespace

std::string reason_against_upload(const ArtifactAccess& access) {
  if (is_enterprise_server(access.server_url)) {
    return "GitHub Enterprise Server has no artifact service that this action can use";
  }
  if (access.results_url.empty() || access.token.empty()) {
    return "the runner gave no access to an artifact service (ACTIONS_RESULTS_URL and "
           "ACTIONS_RUNTIME_TOKEN)";
  }
  if (http_origin(access.results_url).empty()) return "ACTIONS_RESULTS_URL is no http address";
  if (!backend_ids(access.token)) {
    return "the token of the artifact service does not name the run (scope " + std::string(kScope) +
           ")";
  }
  return {};
}

bool is_enterprise_server(std::string_view server_url) {
  const std::string_view with_port = authority(server_url);
  const std::string host = ascii_lower(with_port.substr(0, with_port.rfind(':')));
  return host != "github.com" && !host.ends_with(".ghe.com") && !host.ends_with(".localhost");
}

std::string http_origin(std::string_view url) {
  const std::string scheme = ascii_lower(url.substr(0, url.find("://")));
  const std::string_view host = authority(url);
  if ((scheme != "https" && scheme != "http") || host.empty()) return {};
  return scheme + "://" + std::string(host);
}

std::optional<BackendIds> backend_ids(const Secret& token) {
  const nlohmann::json claims = claims_of(token.reveal());
  if (!claims.is_object() || !claims.contains("scp") || !claims["scp"].is_string()) return {};
  const std::string scopes = claims["scp"].get<std::string>();
  for (std::size_t begin = 0; begin < scopes.size();) {
    const std::size_t end = std::min(scopes.find(' ', begin), scopes.size());
    const std::string scope = scopes.substr(begin, end - begin);
    begin = end + 1;
    const std::size_t first = scope.find(':');
    if (scope.substr(0, first) != kScope) continue;
    const std::size_t second = scope.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos ||
        scope.find(':', second + 1) != std::string::npos) {
      return {};
    }
    return BackendIds{scope.substr(first + 1, second - first - 1), scope.substr(second + 1)};
  }
  return {};
}

Retention retention_within(int days, std::string_view limit) {
  int longest = 0;
  const auto [end, error] = std::from_chars(limit.data(), limit.data() + limit.size(), longest);
  const bool known = error == std::errc() && end == limit.data() + limit.size() && longest > 0;
  if (!known || days <= longest) return {days, {}};
  return {longest, "the report is kept for " +
                       shown_count(static_cast<std::uint64_t>(longest), "day", "days") +
                       ", as long as the repository's settings allow, and not for " +
                       std::to_string(days)};
}

std::string expiry(std::chrono::system_clock::time_point now, int days) {
  using std::chrono::floor;
  const auto then = now + std::chrono::days(days);
  const auto day = floor<std::chrono::days>(then);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(floor<std::chrono::seconds>(then) - day);
  char text[40];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()));
  return text;
}

}  // namespace occ::runner
