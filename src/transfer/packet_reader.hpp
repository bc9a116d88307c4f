// Packets out of a stream, one at a time, without copying those that arrive whole.
#pragma once

#include "net/stream.hpp"
#include "wire/pkt_line.hpp"

#include <memory>
#include <optional>
#include <vector>

namespace occ::transfer {

class PacketReader {
 public:
  explicit PacketReader(std::unique_ptr<net::Stream> stream) : stream_(std::move(stream)) {}

  // The next packet; nothing at the end of the stream. Its payload is valid until the next call.
  // Throws Failure{connection_lost} if the stream ends within a packet.
  [[nodiscard]] std::optional<wire::Packet> next_or_end();
  // Throws Failure{connection_lost} at the end of the stream: HTTP 200 proves nothing, an answer
  // is whole when its flush was seen (relay-facts 15).
  [[nodiscard]] wire::Packet next();

  // Bytes behind the last packet, which are no packets; empty at the end of the stream. Valid until
  // the next call.
  [[nodiscard]] Bytes rest();

  [[nodiscard]] net::Stream& stream() { return *stream_; }

 private:
  [[nodiscard]] bool refill();

  std::unique_ptr<net::Stream> stream_;
  Bytes chunk_;                      // borrowed from the stream, not yet decoded
  std::vector<std::byte> partial_;   // a packet that is not whole yet
  std::vector<std::byte> complete_;  // the packet that was lent last, if it had been partial
};

}  // namespace occ::transfer
