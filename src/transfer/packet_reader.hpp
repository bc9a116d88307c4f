// Packets out of a stream, one at a time, without copying those that arrive whole.
#pragma once

#include "net/stream.hpp"
#include "wire/pkt_line.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace occ::transfer {

class PacketReader {
 public:
  // `patience`: how long is waited for an answer that goes on without moving(), however much comes;
  // 0: for ever.
  explicit PacketReader(std::unique_ptr<net::Stream> stream,
                        std::chrono::milliseconds patience = std::chrono::milliseconds(0))
      : stream_(std::move(stream)), patience_(patience) {}

  // What is waited for has come on by so many bytes; a few alone count for nothing.
  void moving(std::size_t bytes);
  // From here on is waited for something else.
  void start_again() { since_ = asked_ = std::chrono::steady_clock::now(); }
  // The next packet; nothing at the end of the stream. Its payload is valid until the next call.
  // Throws Failure{connection_lost} if the stream ends within a packet, Failure{timeout} when the
  // patience is at its end.
  [[nodiscard]] std::optional<wire::Packet> next_or_end();
  // Throws Failure{connection_lost} at the end of the stream: HTTP 200 proves nothing, an answer
  // is whole when its flush was seen (SERVERS 15).
  [[nodiscard]] wire::Packet next();

  // The payload's first bytes of the next packet say `text`. Takes nothing; what is no packet says
  // nothing.
  [[nodiscard]] bool next_begins_with(std::string_view text);

  // Bytes behind the last packet, which are no packets; empty at the end of the stream. Valid until
  // the next call.
  [[nodiscard]] Bytes rest();

  [[nodiscard]] net::Stream& stream() { return *stream_; }

 private:
  [[nodiscard]] bool refill();

  std::unique_ptr<net::Stream> stream_;
  std::chrono::milliseconds patience_;
  std::chrono::steady_clock::time_point since_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point asked_ = since_;  // when a packet was last asked for
  std::size_t moved_ = 0;                                 // bytes since then
  Bytes chunk_;                      // borrowed from the stream or from peeked_, not yet decoded
  std::vector<std::byte> peeked_;    // what was read together to look ahead
  std::vector<std::byte> partial_;   // a packet that is not whole yet
  std::vector<std::byte> complete_;  // the packet that was lent last, if it had been partial
};

}  // namespace occ::transfer
