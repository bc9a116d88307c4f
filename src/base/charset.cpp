#include "base/charset.hpp"

#include "base/ascii.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace occ {
namespace {

// Windows-1252, 0x80 to 0x9F (encoding.spec.whatwg.org, but for the bytes that Microsoft's own
// table leaves undefined).
constexpr std::array<char16_t, 32> kWindows1252{
    0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0xFFFD, 0x017D, 0xFFFD, 0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD, 0x017E, 0x0178};

enum class Charset : std::uint8_t { unknown, latin1, windows_1252 };

// "ISO_8859-1", "iso-8859-1" and "ISO8859-1" are one name.
Charset charset_of(std::string_view encoding) {
  std::string name = ascii_lower(encoding);
  std::erase_if(name, [](char c) { return c == '-' || c == '_' || c == ' '; });
  const auto is_any = [&](std::initializer_list<std::string_view> names) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  if (is_any({"iso88591", "iso88591:1987", "latin1", "l1", "ibm819", "cp819"})) {
    return Charset::latin1;
  }
  if (is_any({"windows1252", "cp1252", "msansi"})) return Charset::windows_1252;
  return Charset::unknown;
}

// Of a code point below U+10000.
void append_utf8(std::string& out, char16_t code) {
  const auto add = [&](unsigned byte) { out += static_cast<char>(byte); };
  if (code < 0x80) {
    add(code);
  } else if (code < 0x800) {
    add(0xC0U | code >> 6U);
    add(0x80U | (code & 0x3FU));
  } else {
    add(0xE0U | code >> 12U);
    add(0x80U | (code >> 6U & 0x3FU));
    add(0x80U | (code & 0x3FU));
  }
}

}  // namespace

std::string to_utf8(std::string_view text, std::string_view encoding) {
  const Charset charset = charset_of(encoding);
  if (charset == Charset::unknown) return std::string(text);
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const auto byte = static_cast<std::uint8_t>(c);
    const bool moved = charset == Charset::windows_1252 && byte >= 0x80 && byte < 0xA0;
    append_utf8(out, moved ? kWindows1252.at(byte - 0x80U) : char16_t{byte});
  }
  return out;
}

}  // namespace occ
