// The artifact service's calls, one try each: Twirp over JSON (CONTRACT 12 to 18). What an answer
// means is said here; when to ask again is not.
#pragma once

#include "net/http_exchange.hpp"
#include "runner/artifact_access.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace occ::runner {

enum class CallEnd : std::uint8_t {
  done,
  name_taken,    // 409
  quota_hit,     // the owner's storage is used up
  refused,       // a clear no
  nothing_sent,  // the service was not reached
  unclear,       // no usable answer: the call may have been carried out or not
};

struct CallOutcome {
  CallEnd end = CallEnd::unclear;
  std::string detail;  // unless done: what went wrong, printable, without a secret
};

struct CreateOutcome : CallOutcome {
  Secret upload_url;  // signed: whoever has it can write the blob
};

struct FinalizeOutcome : CallOutcome {
  std::string id;
};

struct ListedArtifact {
  std::string id;
  std::string name;
  std::uint64_t size = 0;
  std::string digest;  // "sha256:…", empty if the service does not tell
};

struct ListOutcome : CallOutcome {
  std::vector<ListedArtifact> artifacts;
};

class ArtifactCalls {
 public:
  // `access` passed reason_against_upload(). It and `loop` are borrowed.
  ArtifactCalls(const ArtifactAccess& access, net::Loop& loop);

  // `expires_at`: RFC 3339; empty: as the repository's settings say. All throw Failure{cancelled}
  // and nothing else.
  [[nodiscard]] CreateOutcome create(std::string_view name, std::string_view mime_type,
                                     std::string_view expires_at);
  [[nodiscard]] FinalizeOutcome finalize(std::string_view name, std::uint64_t size,
                                         std::string_view digest);
  [[nodiscard]] ListOutcome list(std::string_view name);

 private:
  struct Reply;
  class Request;

  [[nodiscard]] Reply call(std::string_view method, const Request& request);

  const ArtifactAccess& access_;
  net::Loop& loop_;
  std::string origin_;
  BackendIds ids_;
  net::Traffic traffic_;
};

}  // namespace occ::runner
