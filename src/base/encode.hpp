// The encodings in which text travels, or a secret may turn up: base64, percent, hexadecimal.
#pragma once

#include "base/bytes.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace occ {

[[nodiscard]] std::string base64(std::string_view text);  // RFC 4648 section 4, padded
// RFC 4648 section 5, with or without padding; nothing if `text` is not that.
[[nodiscard]] std::optional<std::string> base64url_decode(std::string_view text);
[[nodiscard]] std::string percent_encode(std::string_view text);  // RFC 3986: all but unreserved
// Leaves a malformed escape as it stands.
[[nodiscard]] std::string percent_decode(std::string_view text);
[[nodiscard]] std::string hex(Bytes bytes);  // lower case

}  // namespace occ
