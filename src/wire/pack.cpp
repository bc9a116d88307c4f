#include "wire/pack.hpp"

#include "base/failure.hpp"

#include <algorithm>

namespace occ::wire {
namespace {

std::uint32_t big_endian(Bytes four) {
  std::uint32_t value = 0;
  for (const std::byte b : four) value = value << 8U | std::to_integer<std::uint32_t>(b);
  return value;
}

}  // namespace

std::uint32_t pack_object_count(Bytes header) {
  if (as_text(header.first(4)) != "PACK") {
    throw Failure(FailureCode::protocol_error, "the pack does not begin with 'PACK'");
  }
  const std::uint32_t version = big_endian(header.subspan(4, 4));
  if (version != 2 && version != 3) {
    throw Failure(FailureCode::protocol_error,
                  "pack version '" + std::to_string(version) + "' is not known");
  }
  return big_endian(header.subspan(8, 4));
}

void TrailerCheck::update(Bytes bytes) {
  const std::size_t trailer = raw_size(format_);
  size_ += bytes.size();
  if (bytes.size() >= trailer) {
    hasher_.update(tail_);
    hasher_.update(bytes.first(bytes.size() - trailer));
    const Bytes rest = bytes.last(trailer);
    tail_.assign(rest.begin(), rest.end());
    return;
  }
  tail_.insert(tail_.end(), bytes.begin(), bytes.end());
  if (tail_.size() <= trailer) return;
  const std::size_t passed = tail_.size() - trailer;
  hasher_.update(Bytes(tail_).first(passed));
  tail_.erase(tail_.begin(), tail_.begin() + static_cast<std::ptrdiff_t>(passed));
}

bool TrailerCheck::matches() {
  const std::size_t trailer = raw_size(format_);
  if (tail_.size() != trailer) return false;
  const auto digest = hasher_.finish();
  return std::equal(tail_.begin(), tail_.end(), digest.begin());
}

}  // namespace occ::wire
