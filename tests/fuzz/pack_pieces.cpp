// A pack that comes in pieces is the pack that comes at once.
#include "base/failure.hpp"
#include "fuzz/input.hpp"
#include "wire/pack_scanner.hpp"

#include <algorithm>
#include <optional>

namespace {

// Nothing: it was refused.
std::optional<occ::wire::CommitParents> commits_of(occ::Bytes bytes, std::size_t piece) {
  occ::wire::PackScanner scanner(occ::ObjectFormat::sha1, 1U << 20U);
  try {
    while (!bytes.empty()) {
      const std::size_t size = std::min(piece, bytes.size());
      scanner.feed(bytes.first(size));
      bytes = bytes.subspan(size);
    }
  } catch (const occ::Failure&) {
    return std::nullopt;
  }
  return scanner.take_commits();
}

}  // namespace

void occ::fuzz::run(Bytes bytes) {
  if (bytes.size() > 4096) bytes = bytes.first(4096);
  const auto whole = commits_of(bytes, bytes.size() + 1);
  for (const std::size_t piece : {std::size_t(1), std::size_t(7), std::size_t(64)}) {
    if (commits_of(bytes, piece) != whole) std::abort();
  }
}
