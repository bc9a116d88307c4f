// Ends a passing pack before its first large object, in such a way that what came before can be
// kept (gitformat-pack): small blobs made up on the spot stand for the objects that are not waited
// for, so the count in the header holds, and the trailer is computed anew.
#pragma once

#include "base/bytes.hpp"
#include "base/hash.hpp"
#include "wire/pack_scanner.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace occ::wire {

class PackCut {
 public:
  // An object of `large` bytes or more ends the pack.
  PackCut(ObjectFormat format, std::uint64_t large);

  // The next bytes of the pack, from its first on. Returns those to keep, valid until the next
  // call: all but a few that are held back until it is known what they belong to. Throws
  // Failure{protocol_error} on what is not a pack.
  [[nodiscard]] Bytes pass(Bytes bytes);
  // The size of the object that ends the pack; nothing: none did so far.
  [[nodiscard]] std::optional<std::uint64_t> found() const;
  [[nodiscard]] std::uint32_t object_count() const { return scanner_.object_count(); }
  // What stands for the rest of the pack. Call once, when a large object was found.
  [[nodiscard]] std::string rest();

 private:
  ObjectFormat format_;
  PackScanner scanner_;
  Hasher hasher_;
  std::vector<std::byte> held_;  // came, and is not passed on yet
  std::vector<std::byte> lent_;
  std::uint64_t passed_ = 0;
};

}  // namespace occ::wire
