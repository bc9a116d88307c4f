// One blob to the storage behind the artifact service: Azure's Put Blob, in one request. A report
// is far below the 5,000 MiB that such a request may carry, so there are no blocks.
#pragma once

#include "base/secret.hpp"
#include "net/http_exchange.hpp"

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace occ::runner {

enum class BlobEnd : std::uint8_t {
  stored,
  url_refused,  // expired or altered: only a new address can help
  failed,
};

struct BlobOutcome {
  BlobEnd end = BlobEnd::failed;
  std::string detail;  // unless stored; never with the signed address
};

// Puts the bytes once, and again after each of `waits` while the storage is busy or out of reach:
// Put Blob overwrites, so a repetition does no harm. Throws Failure{cancelled} and nothing else.
[[nodiscard]] BlobOutcome upload_blob(net::Loop& loop, const net::TlsTrust& trust,
                                      const Secret& signed_url, std::string_view mime_type,
                                      std::string_view bytes,
                                      std::span<const std::chrono::milliseconds> waits);

}  // namespace occ::runner
