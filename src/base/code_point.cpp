#include "base/code_point.hpp"

namespace occ {

CodePoint decode_code_point(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t first = byte(0);
  if (first < 0x80) return {first, 1, true};
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < length) return {0, 1, false};
  std::uint32_t value = first & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return {0, 1, false};
    value = value << 6U | (byte(i) & 0x3FU);
  }
  constexpr std::uint32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (value < kSmallest[length] || value > 0x10FFFF || surrogate) return {0, 1, false};
  return {value, length, true};
}

void append_code_point(std::string& out, std::uint32_t value) {
  const auto put = [&](std::uint32_t byte) { out += static_cast<char>(byte & 0xFFU); };
  if (value < 0x80) {
    put(value);
  } else if (value < 0x800) {
    put(0xC0U | value >> 6U);
    put(0x80U | (value & 0x3FU));
  } else if (value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) {
    put(0xFFU);
  } else if (value < 0x10000) {
    put(0xE0U | value >> 12U);
    put(0x80U | (value >> 6U & 0x3FU));
    put(0x80U | (value & 0x3FU));
  } else {
    put(0xF0U | value >> 18U);
    put(0x80U | (value >> 12U & 0x3FU));
    put(0x80U | (value >> 6U & 0x3FU));
    put(0x80U | (value & 0x3FU));
  }
}

bool is_invisible(std::uint32_t code_point) {
  const std::uint32_t value = code_point;
  if (value < 0x20 || (value >= 0x7F && value < 0xA0)) return true;
  if (value >= 0x200B && value <= 0x200F) return true;  // zero width, left/right marks
  if (value >= 0x2028 && value <= 0x202E) return true;  // separators, bidirectional embeddings
  if (value >= 0x2060 && value <= 0x206F) return true;  // joiners, isolates
  return value == 0xFEFF || value == 0x061C || (value >= 0xE0000 && value <= 0xE007F);
}

}  // namespace occ
