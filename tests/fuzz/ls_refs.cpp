// The answer of ls-refs.
#include "fuzz/input.hpp"
#include "wire/advertisement.hpp"

void occ::fuzz::run(Bytes bytes) {
  RefListing listing;
  each_packet(bytes, [&](const wire::Packet& packet) {
    if (packet.kind == wire::PacketKind::data) wire::add_ls_refs_line(listing, packet.line());
    return packet.kind == wire::PacketKind::flush;
  });
  wire::finish_listing(listing);
}
