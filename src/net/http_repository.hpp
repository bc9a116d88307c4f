// Git's smart HTTP (gitprotocol-http): one GET for the advertisement, one POST for each call.
#pragma once

#include "base/failure.hpp"
#include "base/secret.hpp"
#include "net/http_exchange.hpp"
#include "net/loop.hpp"
#include "net/stream.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace occ::net {

struct HttpAccess {
  std::string url;       // of the repository, without credentials
  std::string username;  // for Basic auth
  Secret password;       // a token; empty: no Authorization header
  TlsTrust trust;
  bool speaks_v2 = false;  // known to: may be called before it has said so
  std::chrono::milliseconds connect_timeout{30'000};
};

// `loop` and `trace` are borrowed and must outlive the repository.
[[nodiscard]] std::unique_ptr<Repository> open_http_repository(HttpAccess access, Loop& loop,
                                                               Trace& trace);

// What an unsuccessful status means, whoever asks (also for the REST API and the artifact
// service). `with_credentials`: whether the request carried any.
[[nodiscard]] Failure failure_of_status(const HttpHead& head, std::string_view body,
                                        std::string_view whom, bool with_credentials);

}  // namespace occ::net
