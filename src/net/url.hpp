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

// Without what may be a secret in it.
[[nodiscard]] std::string address_without_query(const std::string& url);

// Where `location` leads, seen from `base`; nothing if that is no address. A server that redirects
// gives us no login for another one, so what it says of that is dropped, and so is a fragment,
// which no server is sent.
[[nodiscard]] std::optional<std::string> resolved(const std::string& base,
                                                  const std::string& location);

}  // namespace occ::net
