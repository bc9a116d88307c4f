// GitHub's REST API for one repository: requests, and what stands between a request and its answer:
// retries, rate limits, redirects, pages. What an answer is good for is known by the files beside
// this one. The token goes into the Authorization header, and to the API's own origin only.
#pragma once

#include "base/backoff.hpp"
#include "base/failure.hpp"
#include "base/limits.hpp"
#include "base/redactor.hpp"
#include "base/secret.hpp"
#include "base/trace.hpp"
#include "github/rate_limit.hpp"
#include "net/http_exchange.hpp"
#include "net/loop.hpp"
#include "net/stream.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace occ::github {

struct ApiAccess {
  // GITHUB_API_URL: "https://api.github.com", of an Enterprise Server "https://host/api/v3".
  std::string api_url;
  std::string repository;  // owner/name
  Secret token;            // empty: asked without one
  net::TlsTrust trust;
  std::chrono::milliseconds connect_timeout{30'000};
};

// How long to go on. The clock is only asked how far away the end of a rate limit is.
struct ApiPatience {
  int tries = 4;    // of a request that the server or the network fails at
  Backoff between;  // such tries
  std::chrono::milliseconds rate_limits{600'000};        // waited for by one Api, all in all
  std::chrono::milliseconds unnamed_rate_limit{60'000};  // first wait if none is named; it doubles
  std::chrono::milliseconds margin{1'000};               // beyond the end of a rate limit
  std::function<std::chrono::system_clock::time_point()> now = &std::chrono::system_clock::now;
};

enum class Repeat : std::uint8_t {
  harmless,  // carried out twice it does what it does once
  harmful    // so it is repeated only if nothing was carried out
};

struct ApiRequest {
  std::string method = "GET";
  std::string path = {};                                        // below /repos/{owner}/{repo}
  std::vector<std::pair<std::string, std::string>> query = {};  // not yet encoded
  nlohmann::json body = nullptr;                                // null: none
  Repeat repeat = Repeat::harmless;
  std::string_view permission =
      {};  // that it needs, for a refusal: "Pull requests: read and write"
};

struct ApiAnswer {
  long status = 0;      // 2xx, or 4xx but no rate limit
  nlohmann::json body;  // null if there was none
  std::string message;  // what GitHub says of a refusal, printable and without the token
  std::optional<std::string> oauth_scopes;  // X-OAuth-Scopes, raw
  bool was_repeated = false;                // an earlier try may have been carried out

  [[nodiscard]] bool is_success() const { return status >= 200 && status < 300; }
};

class Api {
 public:
  static constexpr std::size_t kAnswerLimit = limits::kApiAnswer.bytes;
  static constexpr int kMostPages = 10;

  // `loop` and `trace` are borrowed. Throws Failure{bad_input} if `access` names no API or no
  // repository.
  Api(ApiAccess access, net::Loop& loop, Trace& trace, ApiPatience patience = {});

  // The answer, once there is one. Throws Failure: rate_limited if the limit lasts longer than we
  // wait, server_error, protocol_error (not JSON, too large, a redirect that is not followed), and
  // what the network brings.
  [[nodiscard]] ApiAnswer ask(const ApiRequest& request);
  // Likewise, for callers who can do nothing with a refusal: it is thrown.
  [[nodiscard]] nlohmann::json ask_for(const ApiRequest& request);
  // The items of all pages, of kMostPages at most ("Using pagination in the REST API").
  [[nodiscard]] std::vector<nlohmann::json> list(const ApiRequest& request);

  // The Failure that a refusal is: it names the endpoint, GitHub's message and the permission.
  [[nodiscard]] Failure refusal(const ApiRequest& request, const ApiAnswer& answer) const;

  [[nodiscard]] const std::string& owner() const { return owner_; }
  // Asked under this name, the repository answered under another: it was renamed, or given away.
  [[nodiscard]] bool has_moved() const { return has_moved_; }
  [[nodiscard]] net::Traffic traffic() const { return traffic_; }

 private:
  struct Reply;

  [[nodiscard]] ApiAnswer ask_at(const std::string& url, const ApiRequest& request,
                                 std::string* next_page);
  [[nodiscard]] Reply send(const std::string& first_url, const ApiRequest& request);
  [[nodiscard]] Reply send_once(const std::string& url, const ApiRequest& request);
  [[nodiscard]] std::string redirected(const std::string& url, const Reply& reply,
                                       const ApiRequest& request);
  void wait_for(const RateLimited& limited, const ApiRequest& request);
  [[nodiscard]] std::string url_of(const ApiRequest& request) const;
  [[nodiscard]] std::string name_of(const ApiRequest& request) const;
  [[nodiscard]] std::string message_in(const nlohmann::json& body) const;

  ApiAccess access_;
  net::Loop& loop_;
  Trace& trace_;
  ApiPatience patience_;
  Redactor redactor_;
  std::string owner_;
  std::string name_;
  std::string origin_;
  std::mt19937_64 random_;
  std::chrono::milliseconds waited_{0};
  int rate_limits_ = 0;
  int unnamed_rate_limits_ = 0;
  bool has_moved_ = false;
  net::Traffic traffic_;
};

}  // namespace occ::github
