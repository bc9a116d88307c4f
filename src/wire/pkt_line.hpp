// Git pkt-line framing (gitprotocol-common): where one packet ends and the next begins.
// Lengths only, no meanings: which command a payload belongs to is known by the caller,
// never guessed from its bytes. Performs no I/O.
#pragma once

#include "base/bytes.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace occ::wire {

inline constexpr std::size_t kMaxPacketSize = 65520;  // bytes, header included

enum class PacketKind : std::uint8_t { data, flush, delimiter, response_end };

struct Packet {
  PacketKind kind = PacketKind::flush;
  Bytes payload;         // borrows from the decoder's input; empty unless kind is data
  std::size_t size = 4;  // bytes taken from the input, header included

  // The payload as text without the line end that most packets carry.
  [[nodiscard]] std::string_view line() const;
};

struct Incomplete {
  std::size_t missing;  // read at least this many more bytes, then decode again
};

// Decodes the packet at the front of `input` and never looks past its end, so a raw pack
// that follows a flush stays untouched. Throws Failure{protocol_error} on a bad length.
[[nodiscard]] std::variant<Packet, Incomplete> decode_packet(Bytes input);

// Append to a request under construction. `payload` is at most kMaxPacketSize - 4 bytes.
void append_packet(std::string& out, std::string_view payload);
void append_line(std::string& out, std::string_view line);  // payload and "\n"
void append_flush(std::string& out);
void append_delimiter(std::string& out);

}  // namespace occ::wire
