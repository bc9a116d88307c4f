// The answer of a fetch: what comes before the pack, then the bands, then the commits of the pack.
#include "wire/fetch.hpp"

#include "fuzz/input.hpp"
#include "wire/pack_scanner.hpp"

void occ::fuzz::run(Bytes bytes) {
  for (const int version : {2, 0}) {
    wire::FetchPreambleParser preamble(version, true, false);
    wire::PackScanner scanner(ObjectFormat::sha1, 1U << 20U);
    bool in_pack = false;
    each_packet(bytes, [&](const wire::Packet& packet) {
      if (!in_pack) return in_pack = preamble.feed(packet), false;
      const auto [band, data] = wire::split_band(packet);
      if (band == wire::BandedData::Band::pack) scanner.feed(data);
      return packet.kind == wire::PacketKind::flush;
    });
  }
}
