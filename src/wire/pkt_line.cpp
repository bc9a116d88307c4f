#include "wire/pkt_line.hpp"

#include "base/failure.hpp"
#include "base/untrusted.hpp"

namespace occ::wire {
namespace {

constexpr std::size_t kHeaderSize = 4;

int digit_value(std::byte digit) {
  const char c = static_cast<char>(digit);
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::size_t decode_length(Bytes header) {
  std::size_t length = 0;
  for (const std::byte digit : header) {
    const int value = digit_value(digit);
    if (value < 0) {
      throw Failure(FailureCode::protocol_error,
                    "packet length '" + printable(as_text(header)) + "' is not hexadecimal");
    }
    length = length * 16 + static_cast<std::size_t>(value);
  }
  return length;
}

}  // namespace

std::string_view Packet::line() const {
  std::string_view text = as_text(payload);
  if (text.ends_with('\n')) text.remove_suffix(1);
  return text;
}

std::variant<Packet, Incomplete> decode_packet(Bytes input) {
  if (input.size() < kHeaderSize) return Incomplete{kHeaderSize - input.size()};
  const std::size_t length = decode_length(input.first(kHeaderSize));
  switch (length) {
    case 0:
      return Packet{PacketKind::flush, {}, kHeaderSize};
    case 1:
      return Packet{PacketKind::delimiter, {}, kHeaderSize};
    case 2:
      return Packet{PacketKind::response_end, {}, kHeaderSize};
    default:
      break;
  }
  if (length < kHeaderSize || length > kMaxPacketSize) {
    throw Failure(FailureCode::protocol_error,
                  "packet length '" + std::to_string(length) + "' is out of range");
  }
  if (input.size() < length) return Incomplete{length - input.size()};
  return Packet{PacketKind::data, input.subspan(kHeaderSize, length - kHeaderSize), length};
}

void append_packet(std::string& out, std::string_view payload) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  const std::size_t length = payload.size() + kHeaderSize;
  if (length > kMaxPacketSize) {
    throw Failure(FailureCode::internal_error, "a packet of more than 65520 bytes was to be sent");
  }
  for (unsigned shift = 12;; shift -= 4) {
    out += kDigits[length >> shift & 15U];
    if (shift == 0) break;
  }
  out += payload;
}

void append_line(std::string& out, std::string_view line) {
  append_packet(out, std::string(line) + '\n');
}

void append_flush(std::string& out) {
  out += "0000";
}
void append_delimiter(std::string& out) {
  out += "0001";
}

}  // namespace occ::wire
