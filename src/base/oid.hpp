// Object ids of either of Git's formats (gitprotocol-common: obj-id), and the format itself.
#pragma once

#include "base/bytes.hpp"

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace occ {

// The capability `object-format` (gitprotocol-capabilities) names these "sha1" and "sha256".
enum class ObjectFormat : std::uint8_t { sha1, sha256 };

[[nodiscard]] constexpr std::size_t raw_size(ObjectFormat format) {
  return format == ObjectFormat::sha1 ? 20 : 32;
}
[[nodiscard]] constexpr std::string_view name_of(ObjectFormat format) {
  return format == ObjectFormat::sha1 ? "sha1" : "sha256";
}

// A value. The default is the null id, which in a push command means "no such ref".
class Oid {
 public:
  Oid() = default;

  // Nothing unless `hex` is 40 or 64 hexadecimal digits.
  [[nodiscard]] static std::optional<Oid> from_hex(std::string_view hex);
  // `raw` must hold raw_size(format) bytes.
  [[nodiscard]] static Oid from_raw(Bytes raw, ObjectFormat format);

  [[nodiscard]] bool is_null() const;
  // Whether it is an id of `format`; the null id is one of either.
  [[nodiscard]] bool fits(ObjectFormat format) const { return format_ == format || is_null(); }
  // Lower case; the null id has the digits of `format`.
  [[nodiscard]] std::string hex(ObjectFormat format = ObjectFormat::sha1) const;
  [[nodiscard]] std::string abbreviated() const { return hex().substr(0, 10); }
  [[nodiscard]] const std::array<std::uint8_t, 32>& raw() const { return raw_; }

  friend bool operator==(const Oid&, const Oid&) = default;
  friend auto operator<=>(const Oid&, const Oid&) = default;  // NOLINT(modernize-use-nullptr)

 private:
  std::array<std::uint8_t, 32> raw_{};
  ObjectFormat format_ = ObjectFormat::sha1;
};

}  // namespace occ

template <>
struct std::hash<occ::Oid> {
  // An object id is a hash already: its first bytes serve.
  std::size_t operator()(const occ::Oid& oid) const noexcept {
    std::size_t value = 0;
    for (std::size_t i = 0; i < sizeof value; ++i) value = value << 8U | oid.raw()[i];
    return value;
  }
};
