// Addresses taken apart and put together (RFC 3986), as the library reads them that will send the
// request: whom a token was given for is decided by the same eyes. No I/O.
#pragma once

#include <optional>
#include <string>

namespace occ::net {

// Scheme, host and port: "https://host:443". Empty if `url` is no address.
[[nodiscard]] std::string origin_of(const std::string& url);

[[nodiscard]] std::string scheme_of(const std::string& url);  // empty if `url` is no address
[[nodiscard]] std::string host_of(const std::string& url);    // likewise

// Where `location` leads, seen from `base`; nothing if that is no address.
[[nodiscard]] std::optional<std::string> resolved(const std::string& base,
                                                  const std::string& location);

}  // namespace occ::net
