// What every fuzz target is: a function that may throw a Failure and must do nothing worse.
#pragma once

#include "base/bytes.hpp"
#include "wire/pkt_line.hpp"

#include <cstdlib>
#include <string>
#include <variant>

namespace occ::fuzz {

void run(Bytes bytes);

// Calls `use` with each packet until it returns true or no whole packet is left.
template <typename Use>
void each_packet(Bytes bytes, Use use) {
  while (true) {
    const auto step = wire::decode_packet(bytes);
    const auto* packet = std::get_if<wire::Packet>(&step);
    if (packet == nullptr || use(*packet)) return;
    bytes = bytes.subspan(packet->size);
  }
}

}  // namespace occ::fuzz
