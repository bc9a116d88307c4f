#include "transfer/packet_reader.hpp"

#include "base/failure.hpp"

#include <algorithm>
#include <utility>

namespace occ::transfer {

bool PacketReader::refill() {
  if (chunk_.empty()) chunk_ = stream_->read();
  return !chunk_.empty();
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
