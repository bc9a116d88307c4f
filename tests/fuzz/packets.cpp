// The packets of an answer.
#include "fuzz/input.hpp"
#include "wire/pkt_line.hpp"

void occ::fuzz::run(Bytes bytes) {
  while (!bytes.empty()) {
    const auto step = wire::decode_packet(bytes);
    const auto* packet = std::get_if<wire::Packet>(&step);
    if (packet == nullptr) return;
    static_cast<void>(packet->line());
    bytes = bytes.subspan(packet->size);
  }
}
