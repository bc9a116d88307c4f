// Views of raw bytes, and the two conversions between them and text. Knows nothing of meanings.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace occ {

using Bytes = std::span<const std::byte>;  // borrows; the caller says from whom

[[nodiscard]] inline Bytes as_bytes(std::string_view text) {
  return std::as_bytes(std::span<const char>(text.data(), text.size()));
}

[[nodiscard]] inline std::string_view as_text(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace occ
