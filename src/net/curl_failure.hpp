// What libcurl gives up with, as a Failure.
#pragma once

#include "base/failure.hpp"

#include <string>
#include <string_view>

namespace occ::net {

struct CurlEnd {
  int code = 0;               // a CURLcode other than CURLE_OK
  std::string_view words;     // what CURLOPT_ERRORBUFFER says of it
  bool was_answered = false;  // the head of an answer had come
  long proxy_status = 0;      // of the proxy's answer to CONNECT; 0: it was not asked, or is silent
};

[[nodiscard]] Failure failure_of_curl(const CurlEnd& end, const std::string& url);

// A proxy that answers `status` instead of letting the request through; `where`: to whom.
[[nodiscard]] Failure failure_of_proxy(long status, std::string_view where);

}  // namespace occ::net
