// Listings of many refs, in both forms. Goal: a million refs a second.
#include "wire/advertisement.hpp"
#include "wire/pkt_line.hpp"

#include <benchmark/benchmark.h>

#include <cstdio>
#include <string>
#include <variant>
#include <vector>

namespace occ {
namespace {

constexpr int kRefs = 100'000;

std::string hex_id(int number) {
  char text[41];
  std::snprintf(text, sizeof text, "%08x%032x", static_cast<unsigned>(number) * 2654435761U,
                static_cast<unsigned>(number));
  return text;
}

std::string ref_name(int number) {
  char text[64];
  std::snprintf(text, sizeof text, "refs/heads/team-%d/topic-%06d", number / 10'000, number);
  return text;
}

void ParseAdvertisement(benchmark::State& state) {
  std::string answer;
  wire::append_line(answer,
                    hex_id(0) + " HEAD" + std::string(1, '\0') + "report-status delete-refs");
  for (int number = 0; number < kRefs; ++number) {
    wire::append_line(answer, hex_id(number) + " " + ref_name(number));
  }
  wire::append_flush(answer);
  for (auto _ : state) {
    wire::AdvertisementParser parser(wire::AdvertisementParser::Framing::bare);
    Bytes rest = as_bytes(answer);
    bool ended = false;
    while (!ended) {
      const auto packet = std::get<wire::Packet>(wire::decode_packet(rest));
      rest = rest.subspan(packet.size);
      ended = parser.feed(packet);
    }
    if (parser.take().listing.refs.size() != kRefs) state.SkipWithError("refs are missing");
  }
  state.SetItemsProcessed(state.iterations() * kRefs);
}
BENCHMARK(ParseAdvertisement)->Unit(benchmark::kMillisecond);

void ParseLsRefs(benchmark::State& state) {
  std::vector<std::string> lines;
  for (int number = 0; number < kRefs; ++number) {
    const std::string peeled = number % 4 == 0 ? " peeled:" + hex_id(number + kRefs) : "";
    lines.push_back(hex_id(number) + " " + ref_name(number) + peeled);
  }
  for (auto _ : state) {
    RefListing listing;
    for (const std::string& line : lines) wire::add_ls_refs_line(listing, line);
    wire::finish_listing(listing);
    if (listing.refs.size() != kRefs) state.SkipWithError("refs are missing");
  }
  state.SetItemsProcessed(state.iterations() * kRefs);
}
BENCHMARK(ParseLsRefs)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace occ
