#include "wire/fetch.hpp"

#include "samples.hpp"

#include <gtest/gtest.h>

namespace occ::wire {
namespace {

using test::advertisement;
using test::delimiter;
using test::digits;
using test::each_packet;
using test::failure_of;
using test::flush;
using test::id;
using test::pkt;
using test::raw_pkt;

TEST(FetchRequest, OfVersion2IsExactlyThis) {
  Advertisement server = advertisement(2, "object-format=sha1");
  FetchRequest request;
  request.wants = {id('a'), id('b')};
  request.haves = {id('1'), id('2')};
  request.shallow = {id('9')};
  request.filter = Filter::commits_only;
  request.thin_pack = true;
  request.done = true;
  request.deepen = 8;
  EXPECT_EQ(fetch_request(request, server),
            pkt("command=fetch") + pkt(agent()) + pkt("object-format=sha1") + delimiter() +
                pkt("thin-pack") + pkt("ofs-delta") + pkt("no-progress") +
                pkt("shallow " + digits('9')) + pkt("deepen 8") + pkt("filter tree:0") +
                pkt("want " + digits('a')) + pkt("want " + digits('b')) +
                pkt("have " + digits('1')) + pkt("have " + digits('2')) + pkt("done") + flush());
}

TEST(FetchRequest, OfVersion2LeavesOutWhatWasNotAskedFor) {
  FetchRequest request;
  request.wants = {id('a')};
  EXPECT_EQ(fetch_request(request, advertisement(2, "")),
            pkt("command=fetch") + pkt(agent()) + delimiter() + pkt("ofs-delta") +
                pkt("no-progress") + pkt("want " + digits('a')) + flush());
}

TEST(FetchRequest, NamesEveryFilterAsGitDoes) {
  FetchRequest request;
  const auto body = [&](Filter filter) {
    request.filter = filter;
    return fetch_request(request, advertisement(2, ""));
  };
  EXPECT_NE(body(Filter::no_blobs).find(pkt("filter blob:none")), std::string::npos);
  EXPECT_NE(body(Filter::keep_all_trees).find(pkt("filter tree:99999")), std::string::npos);
  EXPECT_EQ(body(Filter::none).find("filter"), std::string::npos);
}

TEST(FetchRequest, OfVersion0PutsTheCapabilitiesOnTheFirstWantOnly) {
  const auto server = advertisement(
      0,
      "multi_ack_detailed multi_ack side-band side-band-64k thin-pack ofs-delta no-progress "
      "shallow filter agent=git/2 object-format=sha1");
  FetchRequest request;
  request.wants = {id('a'), id('b')};
  request.haves = {id('1')};
  request.filter = Filter::commits_only;
  request.thin_pack = true;
  EXPECT_EQ(fetch_request(request, server),
            pkt("want " + digits('a') +
                " multi_ack_detailed side-band-64k thin-pack ofs-delta no-progress shallow filter "
                "object-format=sha1 " +
                agent()) +
                pkt("want " + digits('b')) + pkt("filter tree:0") + flush() +
                pkt("have " + digits('1')) + pkt("done"));
}

TEST(FetchRequest, OfVersion0UsesNothingThatTheServerDidNotOffer) {
  FetchRequest request;
  request.wants = {id('a')};
  request.filter = Filter::commits_only;
  request.thin_pack = true;
  EXPECT_EQ(fetch_request(request, advertisement(0, "")),
            pkt("want " + digits('a')) + flush() + pkt("done"));
}

TEST(FetchRequest, OfVersion0TakesTheNarrowSideBandIfThereIsNoWideOne) {
  FetchRequest request;
  request.wants = {id('a')};
  EXPECT_EQ(fetch_request(request, advertisement(1, "side-band")),
            pkt("want " + digits('a') + " side-band") + flush() + pkt("done"));
}

TEST(OffersFilter, LooksWhereTheVersionSaysIt) {
  EXPECT_TRUE(offers_filter(advertisement(0, "filter")));
  EXPECT_FALSE(offers_filter(advertisement(0, "fetch=filter")));
  Advertisement v2 = advertisement(2, "");
  v2.capabilities.add("fetch=shallow filter");
  EXPECT_TRUE(offers_filter(v2));
  EXPECT_FALSE(offers_filter(advertisement(2, "filter fetch=shallow")));
}

struct Parsed {
  FetchPreamble preamble;
  std::string rest;  // not read
};

Parsed parse(std::string_view bytes, int version, bool sent_done = false,
             bool sent_deepen = false) {
  FetchPreambleParser parser(version, sent_done, sent_deepen);
  bool ended = false;
  const auto rest =
      each_packet(bytes, [&](const Packet& packet) { return ended = parser.feed(packet); });
  EXPECT_TRUE(ended) << "the parser waits for more";
  return {parser.preamble(), std::string(rest)};
}

TEST(FetchPreambleV2, EndsWithAFlushIfTheHavesDoNotSuffice) {
  const auto got = parse(pkt("acknowledgments") + pkt("NAK") + flush(), 2);
  EXPECT_TRUE(got.preamble.acknowledged.empty());
  EXPECT_FALSE(got.preamble.pack_follows);
}

TEST(FetchPreambleV2, TellsWhichHavesAreKnownThoughNoPackComes) {
  const auto got = parse(
      pkt("acknowledgments") + pkt("ACK " + digits('1')) + pkt("ACK " + digits('2')) + flush(), 2);
  EXPECT_EQ(got.preamble.acknowledged, (std::vector{id('1'), id('2')}));
  EXPECT_FALSE(got.preamble.pack_follows);
}

TEST(FetchPreambleV2, GoesOnFromReadyToThePack) {
  const auto got = parse(pkt("acknowledgments") + pkt("ACK " + digits('1')) + pkt("ready") +
                             delimiter() + pkt("packfile") + raw_pkt("\1PACK") + flush(),
                         2);
  EXPECT_EQ(got.preamble.acknowledged, std::vector{id('1')});
  EXPECT_TRUE(got.preamble.pack_follows);
  EXPECT_EQ(got.rest, raw_pkt("\1PACK") + flush());
}

TEST(FetchPreambleV2, ReadsTheCutOfAShallowAnswer) {
  const auto got = parse(pkt("shallow-info") + pkt("shallow " + digits('1')) +
                             pkt("unshallow " + digits('2')) + delimiter() + pkt("packfile"),
                         2, true, true);
  EXPECT_EQ(got.preamble.shallow, std::vector{id('1')});
  EXPECT_TRUE(got.preamble.pack_follows);
}

TEST(FetchPreambleV2, SkipsSectionsThatItDidNotAskFor) {
  const auto got = parse(
      pkt("wanted-refs") + pkt(digits('3') + " refs/heads/main") + delimiter() + pkt("packfile"), 2,
      true);
  EXPECT_TRUE(got.preamble.acknowledged.empty());
  EXPECT_TRUE(got.preamble.pack_follows);
}

TEST(FetchPreambleV2, TurnsAnErrorLineIntoAFailure) {
  EXPECT_EQ(failure_of([] { (void)parse(pkt("ERR upload-pack: not our ref"), 2); }),
            FailureCode::server_refused);
  EXPECT_EQ(failure_of([] { (void)parse("0002", 2); }), FailureCode::protocol_error);
}

TEST(FetchPreambleV0, EndsWithNakWhenNoHaveIsKnown) {
  const auto got = parse(pkt("NAK") + raw_pkt("\1PACK"), 0, true);
  EXPECT_TRUE(got.preamble.acknowledged.empty());
  EXPECT_TRUE(got.preamble.pack_follows);
  EXPECT_EQ(got.rest, raw_pkt("\1PACK"));
}

TEST(FetchPreambleV0, EndsWithTheSingleAckOfAServerWithoutMultiAck) {
  const auto got = parse(pkt("ACK " + digits('1')) + raw_pkt("\1PACK"), 0, true);
  EXPECT_EQ(got.preamble.acknowledged, std::vector{id('1')});
  EXPECT_TRUE(got.preamble.pack_follows);
  EXPECT_EQ(got.rest, raw_pkt("\1PACK"));
}

TEST(FetchPreambleV0, GoesOnThroughTheAcksOfMultiAckDetailed) {
  const auto got =
      parse(pkt("ACK " + digits('1') + " common") + pkt("ACK " + digits('2') + " common") +
                pkt("ACK " + digits('2')) + raw_pkt("\1PACK"),
            0, true);
  EXPECT_EQ(got.preamble.acknowledged, (std::vector{id('1'), id('2'), id('2')}));
  EXPECT_TRUE(got.preamble.pack_follows);
  EXPECT_EQ(got.rest, raw_pkt("\1PACK"));
}

// upload-pack says "ready" of a have that it does not know, once the others suffice.
TEST(FetchPreambleV0, DoesNotTakeReadyForAnObjectThatTheServerKnows) {
  const auto got = parse(pkt("ACK " + digits('1') + " common") +
                             pkt("ACK " + digits('e') + " ready") + pkt("ACK " + digits('1')),
                         0, true);
  EXPECT_EQ(got.preamble.acknowledged, (std::vector{id('1'), id('1')}));
}

TEST(FetchPreambleV0, ReadsTheShallowSectionBeforeTheAcks) {
  const auto got =
      parse(pkt("shallow " + digits('3')) + pkt("unshallow " + digits('4')) + flush() + pkt("NAK"),
            0, true, true);
  EXPECT_EQ(got.preamble.shallow, std::vector{id('3')});
  EXPECT_TRUE(got.preamble.pack_follows);
}

TEST(FetchPreambleV0, RefusesWhatIsNoAnswer) {
  for (const std::string& bytes : {flush(), pkt("hello"), raw_pkt("PACK"), delimiter()}) {
    EXPECT_EQ(failure_of([&] { (void)parse(bytes, 0, true); }), FailureCode::protocol_error)
        << bytes;
  }
  EXPECT_EQ(failure_of([] { (void)parse(pkt("ERR access denied"), 0, true); }),
            FailureCode::no_permission);
}

Packet packet_of(const std::string& bytes) {
  return std::get<Packet>(decode_packet(as_bytes(bytes)));
}

TEST(SplitBand, TellsTheThreeBandsApart) {
  const std::string pack = raw_pkt("\1PACK");
  const std::string progress = raw_pkt("\2half");
  const std::string error = raw_pkt("\3dead");
  EXPECT_EQ(split_band(packet_of(pack)).band, BandedData::Band::pack);
  EXPECT_EQ(as_text(split_band(packet_of(pack)).data), "PACK");
  EXPECT_EQ(split_band(packet_of(progress)).band, BandedData::Band::progress);
  EXPECT_EQ(split_band(packet_of(error)).band, BandedData::Band::error);
  EXPECT_EQ(as_text(split_band(packet_of(error)).data), "dead");
}

TEST(SplitBand, TakesKeepalivesForNothing) {
  for (const std::string& bytes : {raw_pkt("\1"), raw_pkt("\2"), raw_pkt("")}) {
    EXPECT_TRUE(split_band(packet_of(bytes)).data.empty());
  }
}

TEST(SplitBand, KeepsEveryByteOfThePack) {
  const std::string bytes = raw_pkt(std::string("\1\0\n\xFF\0", 5));
  EXPECT_EQ(as_text(split_band(packet_of(bytes)).data), std::string("\0\n\xFF\0", 4));
}

TEST(SplitBand, RefusesAnotherBand) {
  for (const char* payload : {"\4x", "PACK", "\x7F"}) {
    const std::string bytes = raw_pkt(payload);
    EXPECT_EQ(failure_of([&] { (void)split_band(packet_of(bytes)); }), FailureCode::protocol_error);
  }
  const std::string error = raw_pkt("ERR access denied\n");
  EXPECT_EQ(failure_of([&] { (void)split_band(packet_of(error)); }), FailureCode::no_permission);
}

}  // namespace
}  // namespace occ::wire
