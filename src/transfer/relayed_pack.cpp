#include "transfer/relayed_pack.hpp"

#include "base/failure.hpp"
#include "base/shown_bytes.hpp"

#include <algorithm>

namespace occ::transfer {
namespace {

constexpr std::size_t kHeldBack = 64;           // bytes; at least the trailer
constexpr std::size_t kBaseBudget = 4U << 20U;  // bytes of commits kept as delta bases

ObjectFormat format_of(Remote& source) {
  return source.advertisement(net::Service::upload_pack).capabilities.object_format();
}

}  // namespace

RelayedPack::RelayedPack(Remote& source, const wire::FetchRequest& request, Scan scan,
                         const SizeLimits& sizes)
    : source_(source),
      sizes_(sizes),
      reads_commits_(scan == Scan::commits),
      fetch_(source, request),
      check_(format_of(source)) {
  std::optional<std::size_t> bases;
  if (reads_commits_) bases = kBaseBudget;
  if (bases || sizes.told != wire::PackScanner::kNoSize) {
    scanner_.emplace(format_of(source), bases, sizes.told);
  }
}

std::span<const wire::LargeObject> RelayedPack::large() const {
  if (!scanner_) return {};
  return scanner_->large();
}

// Not before all of it has passed, when its id is known: with that it can be found.
void RelayedPack::throw_if_too_large() const {
  for (const wire::LargeObject& object : large()) {
    if (!object.whole || object.size <= sizes_.refused) continue;
    const std::string where =
        object.blob ? "; git log --all --find-object=" + object.blob->hex() + " tells where" : "";
    throw Failure(FailureCode::large_file,
                  "a commit to push holds a file of " + shown_bytes(object.size) + where +
                      "; nothing was pushed (preflight: false goes on all the same)");
  }
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
  if (scanner_ && !scan_given_up_) look_at(bytes);
  source_.trace().progress(check_.size());
  return bytes;
}

// Whom the pack is for has to take it or not: what it proves is asked for otherwise.
void RelayedPack::look_at(Bytes bytes) {
  try {
    scanner_->feed(bytes);
  } catch (const Failure& failure) {
    if (failure.code() != FailureCode::limit_exceeded) throw;
    scan_given_up_ = true;
    source_.trace().debug("the pack is not read any further: " + std::string(failure.what()));
  }
}

bool RelayedPack::fill_prefix() {
  while (!ended_ && prefix_.size() < kPrefixLimit) {
    const Bytes bytes = receive();
    prefix_.insert(prefix_.end(), bytes.begin(), bytes.end());
  }
  return ended_;
}

void RelayedPack::scan_prefix() {
  if (reads_commits_ || !ended_ || prefix_.size() != check_.size()) return;
  reads_commits_ = true;
  scanner_.emplace(format_of(source_), kBaseBudget, sizes_.told);
  look_at(prefix_);
}

void RelayedPack::enclose(std::span<const wire::PackObject> objects) {
  if (!objects.empty()) splice_.emplace(objects, format_of(source_));
}

std::uint64_t RelayedPack::outgoing_size() const {
  return size() + (splice_ ? splice_->growth() : 0);
}

Bytes RelayedPack::next() {
  throw_if_too_large();
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
    // The header goes in one piece, so that it can be changed.
    const std::size_t least = header_passed_ ? 1 : wire::kPackHeaderSize;
    const std::size_t kept = lent_.size() < least + kHeldBack ? lent_.size() : kHeldBack;
    held_.assign(lent_.end() - static_cast<std::ptrdiff_t>(kept), lent_.end());
    lent_.erase(lent_.end() - static_cast<std::ptrdiff_t>(kept), lent_.end());
    if (lent_.empty()) continue;
    header_passed_ = true;
    if (splice_) splice_->pass(lent_);
    return lent_;
  }
}

Bytes RelayedPack::checked_tail() {
  throw_if_too_large();
  if (!check_.matches()) {
    throw Failure(
        FailureCode::connection_lost,
        "the pack of '" + source_.name() + "' arrived damaged: its checksum does not match");
  }
  if (!splice_) return held_;
  held_.resize(held_.size() - raw_size(format_of(source_)));
  splice_->pass(held_);
  const std::string rest = splice_->finish();
  const Bytes bytes = as_bytes(rest);
  held_.insert(held_.end(), bytes.begin(), bytes.end());
  return held_;
}

}  // namespace occ::transfer
