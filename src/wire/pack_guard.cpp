#include "wire/pack_guard.hpp"

#include "base/failure.hpp"
#include "base/limits.hpp"

#include <algorithm>
#include <string>

namespace occ::wire {
namespace {

constexpr const char* kStoredAsChange = "bytes in an object that is stored as a change";

void hold(std::uint64_t value, std::uint64_t limit, const char* what) {
  if (value <= limit) return;
  throw Failure(FailureCode::limit_exceeded, "its answer holds more " + std::string(what) +
                                                 " than any should (" + std::to_string(limit) +
                                                 " are the limit)");
}

}  // namespace

PackGuard::PackGuard(ObjectFormat format) : scanner_(format, std::nullopt) {
  scanner_.observe(this);
}

// A base that is told by its id could be any object: then the chain is taken to be all large ones
// of that kind so far.
PackGuard::Made PackGuard::chain_of(const EntryFacts& entry) {
  if (!entry.is_delta) return {entry.offset, entry.size, entry.size, 0};
  if (!entry.base_offset) {
    names_bases_ = true;
    if (entry.size > limits::kCachedDelta) unknown_bases_ += entry.size;
    return {entry.offset, entry.size, unknown_bases_ + entry.size, 1};
  }
  const auto base =
      std::lower_bound(made_.begin(), made_.end(), *entry.base_offset,
                       [](const Made& made, std::uint64_t offset) { return made.offset < offset; });
  if (base == made_.end() || base->offset != *entry.base_offset) {
    throw Failure(FailureCode::protocol_error, "a delta offset points at no object of the pack");
  }
  hold(base->size, limits::kDeltaResult, kStoredAsChange);
  return {entry.offset, entry.size, base->work + entry.size, base->depth + 1};
}

void PackGuard::on_entry(const EntryFacts& entry) {
  hold(scanner_.object_count(), limits::kStoredObjects, "objects");
  const Made chain = chain_of(entry);
  if (entry.is_delta) {
    hold(std::max(entry.size, entry.base_size), limits::kDeltaResult, kStoredAsChange);
    hold(chain.depth, limits::kDeltaDepth, "changes upon changes");
    if (entry.size > limits::kCachedDelta) work_ += chain.work;
    hold(work_, limits::kDeltaWork, "bytes in changes upon changes");
  }
  largest_ = std::max(largest_, entry.size);
  if (names_bases_) hold(largest_, limits::kDeltaResult, kStoredAsChange);
  bytes_ += entry.size;
  hold(bytes_, limits::kStoredBytes.after(entry.offset), "bytes in objects");
  made_.push_back(chain);
}

}  // namespace occ::wire
