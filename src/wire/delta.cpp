#include "wire/delta.hpp"

#include "base/failure.hpp"

#include <cstdint>

namespace occ::wire {
namespace {

[[noreturn]] void fail() {
  throw Failure(FailureCode::protocol_error, "a delta in the pack is damaged");
}

class Reader {
 public:
  explicit Reader(Bytes bytes) : bytes_(bytes) {}

  [[nodiscard]] bool at_end() const { return bytes_.empty(); }

  unsigned byte() {
    if (bytes_.empty()) fail();
    const auto value = std::to_integer<unsigned>(bytes_.front());
    bytes_ = bytes_.subspan(1);
    return value;
  }

  Bytes take(std::size_t count) {
    if (count > bytes_.size()) fail();
    const Bytes taken = bytes_.first(count);
    bytes_ = bytes_.subspan(count);
    return taken;
  }

  std::uint64_t size() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 63; shift += 7) {
      const unsigned next = byte();
      value |= std::uint64_t{next & 0x7FU} << shift;
      if ((next & 0x80U) == 0) return value;
    }
    fail();
  }

  // The bits of `present` say which bytes of a little-endian number are there.
  std::uint64_t sparse_number(unsigned present, unsigned bytes) {
    std::uint64_t value = 0;
    for (unsigned i = 0; i < bytes; ++i) {
      if ((present >> i & 1U) != 0) value |= std::uint64_t{byte()} << (8 * i);
    }
    return value;
  }

 private:
  Bytes bytes_;
};

}  // namespace

std::vector<std::byte> apply_delta(Bytes base, Bytes delta, std::size_t limit) {
  Reader reader(delta);
  const std::uint64_t base_size = reader.size();
  const std::uint64_t result_size = reader.size();
  if (base_size != base.size() || result_size > limit) fail();
  std::vector<std::byte> result;
  result.reserve(result_size);
  while (!reader.at_end()) {
    const unsigned instruction = reader.byte();
    Bytes piece;
    if ((instruction & 0x80U) != 0) {
      const std::uint64_t offset = reader.sparse_number(instruction, 4);
      std::uint64_t size = reader.sparse_number(instruction >> 4U, 3);
      if (size == 0) size = 0x10000;
      if (offset > base.size() || size > base.size() - offset) fail();
      piece = base.subspan(offset, size);
    } else if (instruction != 0) {
      piece = reader.take(instruction);
    } else {
      fail();  // reserved
    }
    if (piece.size() > result_size - result.size()) fail();
    result.insert(result.end(), piece.begin(), piece.end());
  }
  if (result.size() != result_size) fail();
  return result;
}

}  // namespace occ::wire
