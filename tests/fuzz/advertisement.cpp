// What a service says first, in both framings.
#include "wire/advertisement.hpp"

#include "fuzz/input.hpp"

void occ::fuzz::run(Bytes bytes) {
  using Parser = wire::AdvertisementParser;
  for (const auto framing : {Parser::Framing::bare, Parser::Framing::smart_http}) {
    Parser parser(framing);
    each_packet(bytes, [&](const wire::Packet& packet) { return parser.feed(packet); });
    static_cast<void>(parser.take());
  }
}
