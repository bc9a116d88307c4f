// The report of a push, as it stands in band 1 or without bands.
#include "fuzz/input.hpp"
#include "wire/fetch.hpp"
#include "wire/push.hpp"

void occ::fuzz::run(Bytes bytes) {
  wire::PushReportParser banded;
  each_packet(bytes, [&](const wire::Packet& packet) {
    const auto [band, data] = wire::split_band(packet);
    if (band == wire::BandedData::Band::pack) banded.feed(data);
    return banded.report().complete;
  });
  wire::PushReportParser bare;
  bare.feed(bytes);
}
