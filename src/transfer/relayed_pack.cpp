#include "transfer/relayed_pack.hpp"

#include "base/failure.hpp"

#include <algorithm>

namespace occ::transfer {
namespace {

constexpr std::size_t kHeldBack = 64;           // bytes; at least the trailer
constexpr std::size_t kBaseBudget = 4U << 20U;  // bytes of commits kept as delta bases

ObjectFormat format_of(Remote& source) {
  return source.advertisement(net::Service::upload_pack).capabilities.object_format();
}

}  // namespace

RelayedPack::RelayedPack(Remote& source, const wire::FetchRequest& request, Scan scan)
    : source_(source), fetch_(source, request), check_(format_of(source)) {
  if (scan == Scan::commits) scanner_.emplace(format_of(source), kBaseBudget);
}

Bytes RelayedPack::receive() {
  if (ended_) return {};
  const Bytes bytes = fetch_.read_pack();
  if (bytes.empty()) {
    ended_ = true;
    return {};
  }
  if (check_.size() == 0 && bytes.size() >= wire::kPackHeaderSize) {
    object_count_ = wire::pack_object_count(bytes);
  }
  check_.update(bytes);
  if (scanner_) scanner_->feed(bytes);
  source_.trace().progress(check_.size());
  return bytes;
}

bool RelayedPack::fill_prefix() {
  while (!ended_ && prefix_.size() < kPrefixLimit) {
    const Bytes bytes = receive();
    prefix_.insert(prefix_.end(), bytes.begin(), bytes.end());
  }
  return ended_;
}

Bytes RelayedPack::next() {
  lent_.clear();
  while (true) {
    if (!prefix_.empty()) {
      lent_.swap(prefix_);
      prefix_.clear();
      prefix_.shrink_to_fit();
    } else {
      const Bytes bytes = receive();
      if (bytes.empty()) return {};
      lent_.assign(held_.begin(), held_.end());
      lent_.insert(lent_.end(), bytes.begin(), bytes.end());
      held_.clear();
    }
    const std::size_t kept = std::min(kHeldBack, lent_.size());
    held_.assign(lent_.end() - static_cast<std::ptrdiff_t>(kept), lent_.end());
    lent_.erase(lent_.end() - static_cast<std::ptrdiff_t>(kept), lent_.end());
    if (!lent_.empty()) return lent_;
  }
}

Bytes RelayedPack::checked_tail() {
  if (!check_.matches()) {
    throw Failure(
        FailureCode::connection_lost,
        "the pack of '" + source_.name() + "' arrived damaged: its checksum does not match");
  }
  return held_;
}

}  // namespace occ::transfer
