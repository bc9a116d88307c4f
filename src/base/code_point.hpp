// UTF-8 taken apart, and which of its characters no reader sees.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace occ {

struct CodePoint {
  std::uint32_t value;
  std::size_t length;  // bytes read; value is meaningless if valid is false
  bool valid;
};

// The code point at the front of `text`, which is not empty (Unicode 15, table 3-7: well-formed
// UTF-8 byte sequences).
[[nodiscard]] CodePoint decode_code_point(std::string_view text);

// Appends `value` as UTF-8; what is no code point becomes a byte that is not valid.
void append_code_point(std::string& out, std::uint32_t value);

// Control characters, zero widths, bidirectional marks, tags.
[[nodiscard]] bool is_invisible(std::uint32_t code_point);

}  // namespace occ
