#include "transfer/packet_reader.hpp"

#include "base/failure.hpp"
#include "base/limits.hpp"

#include <algorithm>
#include <utility>

namespace occ::transfer {
namespace {

constexpr std::chrono::seconds kPause{1};  // between two packets that were asked for at once

}  // namespace

bool PacketReader::refill() {
  const auto now = std::chrono::steady_clock::now();
  // While nobody asked, nobody waited.
  if (now - asked_ > kPause) since_ += now - asked_;
  asked_ = now;
  if (patience_.count() > 0 && now - since_ > patience_) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(patience_).count();
    throw Failure(FailureCode::timeout,
                  "an answer goes on for " + std::to_string(seconds) + " s and comes to nothing");
  }
  if (chunk_.empty()) {
    chunk_ = stream_->read();
    asked_ = std::chrono::steady_clock::now();
  }
  return !chunk_.empty();
}

void PacketReader::moving(std::size_t bytes) {
  moved_ += bytes;
  if (moved_ < limits::kPackStep) return;
  moved_ = 0;
  start_again();
}

std::optional<wire::Packet> PacketReader::next_or_end() {
  if (!refill()) return std::nullopt;
  const auto step = wire::decode_packet(chunk_);
  if (const auto* packet = std::get_if<wire::Packet>(&step)) {
    chunk_ = chunk_.subspan(packet->size);
    return *packet;
  }
  partial_.assign(chunk_.begin(), chunk_.end());
  chunk_ = {};
  while (true) {
    const auto again = wire::decode_packet(partial_);
    if (std::holds_alternative<wire::Packet>(again)) break;
    if (!refill()) {
      throw Failure(FailureCode::connection_lost, "the answer ended in the middle of a packet");
    }
    const std::size_t missing = std::get<wire::Incomplete>(again).missing;
    const Bytes piece = chunk_.first(std::min(missing, chunk_.size()));
    partial_.insert(partial_.end(), piece.begin(), piece.end());
    chunk_ = chunk_.subspan(piece.size());
  }
  complete_.swap(partial_);
  partial_.clear();
  return std::get<wire::Packet>(wire::decode_packet(complete_));
}

bool PacketReader::next_begins_with(std::string_view text) {
  constexpr std::size_t kLength = 4;  // of a packet, in hexadecimal digits
  while (chunk_.size() < kLength + text.size()) {
    std::vector<std::byte> together(chunk_.begin(), chunk_.end());
    const Bytes more = stream_->read();
    together.insert(together.end(), more.begin(), more.end());
    peeked_ = std::move(together);
    chunk_ = peeked_;
    if (more.empty()) return false;
  }
  return as_text(chunk_.subspan(kLength, text.size())) == text;
}

Bytes PacketReader::rest() {
  if (!refill()) return {};
  return std::exchange(chunk_, {});
}

wire::Packet PacketReader::next() {
  auto packet = next_or_end();
  if (!packet)
    throw Failure(FailureCode::connection_lost, "the answer ended before its last packet");
  return *packet;
}

}  // namespace occ::transfer
