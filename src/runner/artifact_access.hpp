// Whether and how a step may reach the artifact service of its run (actions/toolkit, artifact 6.2:
// config.ts, util.ts, retention.ts). Pure: the values come from the environment, read elsewhere.
#pragma once

#include "base/secret.hpp"
#include "net/http_exchange.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace occ::runner {

struct ArtifactAccess {
  std::string results_url;  // ACTIONS_RESULTS_URL; only its origin is used
  Secret token;             // ACTIONS_RUNTIME_TOKEN
  std::string server_url;   // GITHUB_SERVER_URL
  std::string repository;
  std::string run_id;
  std::string retention_limit;  // GITHUB_RETENTION_DAYS, raw
  net::TlsTrust trust;
};

// Why nothing can be uploaded, as a clause; empty: it can.
[[nodiscard]] std::string reason_against_upload(const ArtifactAccess& access);

// A server other than github.com and *.ghe.com: its artifact service has another interface.
[[nodiscard]] bool is_enterprise_server(std::string_view server_url);

// "https://host:port" without path, query and credentials; empty if `url` is not http or https.
[[nodiscard]] std::string http_origin(std::string_view url);

// The run's and the job's names in the service: the token's claim `scp` has a scope
// "Actions.Results:<run>:<job>". The token's signature is the service's business.
struct BackendIds {
  std::string run;
  std::string job;
};
[[nodiscard]] std::optional<BackendIds> backend_ids(const Secret& token);

// How long the service is asked to keep an artifact: `days`, but not longer than `limit`
// (GITHUB_RETENTION_DAYS, raw) allows; then `why_shorter` says so. 0: as long as the repository
// does.
struct Retention {
  int days = 0;
  std::string why_shorter;
};
[[nodiscard]] Retention retention_within(int days, std::string_view limit);

// RFC 3339 in UTC, "2026-11-27T13:18:32Z", `days` after `now`.
[[nodiscard]] std::string expiry(std::chrono::system_clock::time_point now, int days);

}  // namespace occ::runner
