// The outer form of a pack (gitformat-pack): header and trailer hash. The bytes of a relayed pack
// pass through here without being understood.
#pragma once

#include "base/bytes.hpp"
#include "base/hash.hpp"
#include "base/oid.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace occ::wire {

inline constexpr std::size_t kPackHeaderSize = 12;  // bytes: "PACK", version, object count

// The number of objects. `header` holds at least kPackHeaderSize bytes. Throws
// Failure{protocol_error} unless it is a pack of version 2 or 3.
[[nodiscard]] std::uint32_t pack_object_count(Bytes header);

// Watches a pack pass: does its trailer match its bytes? Holds back only the last 32 bytes.
class TrailerCheck {
 public:
  explicit TrailerCheck(ObjectFormat format) : format_(format), hasher_(format) {}

  void update(Bytes bytes);
  [[nodiscard]] std::uint64_t size() const { return size_; }  // bytes seen
  // Call once, at the end.
  [[nodiscard]] bool matches();

 private:
  ObjectFormat format_;
  Hasher hasher_;
  std::uint64_t size_ = 0;
  std::vector<std::byte> tail_;
};

}  // namespace occ::wire
