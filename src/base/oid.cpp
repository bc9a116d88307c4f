#include "base/oid.hpp"

#include <algorithm>

namespace occ {
namespace {

constexpr unsigned kNoDigit = 0xFF;

constexpr unsigned digit_value(char digit) {
  if (digit >= '0' && digit <= '9') return static_cast<unsigned>(digit - '0');
  if (digit >= 'a' && digit <= 'f') return static_cast<unsigned>(digit - 'a' + 10);
  if (digit >= 'A' && digit <= 'F') return static_cast<unsigned>(digit - 'A' + 10);
  return kNoDigit;
}

// By the character: a listing of 100,000 refs has four million digits.
constexpr auto kDigitValues = [] {
  std::array<std::uint8_t, 256> values{};
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = static_cast<std::uint8_t>(digit_value(static_cast<char>(i)));
  }
  return values;
}();

}  // namespace

std::optional<Oid> Oid::from_hex(std::string_view hex) {
  if (hex.size() != 40 && hex.size() != 64) return std::nullopt;
  Oid oid;
  oid.format_ = hex.size() == 40 ? ObjectFormat::sha1 : ObjectFormat::sha256;
  for (std::size_t i = 0; i < hex.size() / 2; ++i) {
    const unsigned high = kDigitValues[static_cast<unsigned char>(hex[2 * i])];
    const unsigned low = kDigitValues[static_cast<unsigned char>(hex[2 * i + 1])];
    if (high == kNoDigit || low == kNoDigit) return std::nullopt;
    oid.raw_[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  if (oid.is_null()) oid.format_ = ObjectFormat::sha1;  // one null id, whatever the format
  return oid;
}

Oid Oid::from_raw(Bytes raw, ObjectFormat format) {
  Oid oid;
  oid.format_ = format;
  std::transform(raw.begin(), raw.begin() + static_cast<std::ptrdiff_t>(raw_size(format)),
                 oid.raw_.begin(), [](std::byte b) { return static_cast<std::uint8_t>(b); });
  if (oid.is_null()) oid.format_ = ObjectFormat::sha1;
  return oid;
}

bool Oid::is_null() const {
  return raw_ == decltype(raw_){};
}

std::string Oid::hex(ObjectFormat format) const {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  const std::size_t size = is_null() ? raw_size(format) : raw_size(format_);
  std::string text;
  text.reserve(2 * size);
  for (std::size_t i = 0; i < size; ++i) {
    text += kDigits[raw_[i] >> 4U];
    text += kDigits[raw_[i] & 15U];
  }
  return text;
}

}  // namespace occ
