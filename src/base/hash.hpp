// Running hashes: SHA-1 and SHA-256 for pack trailers (gitformat-pack), SHA-256 for artifacts.
// mbedTLS's generic digest interface serves: the shipped binary links it for TLS already.
#pragma once

#include "base/bytes.hpp"
#include "base/oid.hpp"

#include <array>
#include <cstddef>
#include <memory>

namespace occ {

class Hasher {
 public:
  explicit Hasher(ObjectFormat format);
  Hasher(Hasher&&) noexcept;
  Hasher& operator=(Hasher&&) noexcept;
  ~Hasher();

  void update(Bytes bytes);
  // Ends the computation; call once. The first raw_size(format) bytes are the digest.
  [[nodiscard]] std::array<std::byte, 32> finish();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

}  // namespace occ
