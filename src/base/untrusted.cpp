#include "base/untrusted.hpp"

#include <cstdint>

namespace occ {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

struct CodePoint {
  std::uint32_t value;
  std::size_t length;  // bytes read; value is meaningless if valid is false
  bool valid;
};

// Unicode 15, table 3-7: well-formed UTF-8 byte sequences.
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

bool is_invisible(std::uint32_t value) {
  if (value < 0x20 || (value >= 0x7F && value < 0xA0)) return true;
  if (value >= 0x200B && value <= 0x200F) return true;  // zero width, left/right marks
  if (value >= 0x2028 && value <= 0x202E) return true;  // separators, bidirectional embeddings
  if (value >= 0x2060 && value <= 0x206F) return true;  // joiners, isolates
  return value == 0xFEFF || value == 0x061C || (value >= 0xE0000 && value <= 0xE007F);
}

}  // namespace

std::string printable(std::string_view untrusted, std::size_t limit) {
  std::string out;
  for (std::size_t i = 0; i < untrusted.size();) {
    const CodePoint point = decode_code_point(untrusted.substr(i));
    const std::string_view raw = untrusted.substr(i, point.length);
    i += point.length;
    if (point.valid && (point.value == '\t' || point.value == '\n' || point.value == '\r')) {
      out += ' ';
    } else if (!point.valid || is_invisible(point.value)) {
      out += kReplacement;
    } else {
      out += raw;
    }
    // A workflow command needs two colons in a row, its old form `##[`.
    for (const std::string_view command : {"::", "##["}) {
      if (!out.ends_with(command)) continue;
      const char last = out.back();
      out.back() = ' ';
      out += last;
    }
    if (out.size() > limit) {
      out += "…";
      break;
    }
  }
  return out;
}

std::string valid_utf8(std::string_view untrusted) {
  std::string out;
  out.reserve(untrusted.size());
  for (std::size_t i = 0; i < untrusted.size();) {
    const CodePoint point = decode_code_point(untrusted.substr(i));
    out += point.valid ? untrusted.substr(i, point.length) : kReplacement;
    i += point.length;
  }
  return out;
}

}  // namespace occ
