// The recorded dialogues (tests/transcripts) mean what they meant when git said them.
#include "samples.hpp"
#include "support/temp_dir.hpp"
#include "wire/advertisement.hpp"
#include "wire/fetch.hpp"
#include "wire/pack.hpp"
#include "wire/pack_scanner.hpp"
#include "wire/push.hpp"

#include <gtest/gtest.h>

#include <filesystem>

namespace occ::wire {
namespace {

using test::each_packet;
using test::id;

std::string recorded(const std::string& name) {
  return test::file_text(std::filesystem::path(SOURCE_FOLDER) / "tests/transcripts" /
                         (name + ".bin"));
}

Advertisement advertised(const std::string& name) {
  AdvertisementParser parser(AdvertisementParser::Framing::bare);
  bool ended = false;
  const std::string bytes = recorded(name);
  each_packet(bytes, [&](const Packet& packet) { return ended = parser.feed(packet); });
  EXPECT_TRUE(ended) << name;
  return parser.take();
}

RefListing listed(const std::string& name) {
  RefListing listing;
  const std::string bytes = recorded(name);
  each_packet(bytes, [&](const Packet& packet) {
    if (packet.kind == PacketKind::data) add_ls_refs_line(listing, packet.line());
    return packet.kind == PacketKind::flush;
  });
  finish_listing(listing);
  return listing;
}

struct Fetched {
  FetchPreamble preamble;
  std::string pack;
  CommitParents commits;
};

Fetched fetched(const std::string& name, int version, bool done = true) {
  const std::string bytes = recorded(name);
  FetchPreambleParser parser(version, done, name == "fetch_shallow");
  Fetched result;
  const auto rest = each_packet(bytes, [&](const Packet& packet) { return parser.feed(packet); });
  each_packet(rest, [&](const Packet& packet) {
    const auto [band, data] = split_band(packet);
    if (band == BandedData::Band::pack) result.pack += as_text(data);
    return packet.kind == PacketKind::flush;
  });
  result.preamble = parser.preamble();
  if (result.pack.empty()) return result;
  PackScanner scanner(ObjectFormat::sha1, 1U << 20U);
  scanner.feed(as_bytes(result.pack));
  EXPECT_TRUE(scanner.finished()) << name;
  TrailerCheck trailer(ObjectFormat::sha1);
  trailer.update(as_bytes(result.pack));
  EXPECT_TRUE(trailer.matches()) << name;
  result.commits = scanner.take_commits();
  return result;
}

PushReport reported(const std::string& name) {
  PushReportParser parser;
  const std::string bytes = recorded(name);
  each_packet(bytes, [&](const Packet& packet) {
    const auto [band, data] = split_band(packet);
    if (band == BandedData::Band::pack) parser.feed(data);
    return parser.report().complete;
  });
  return parser.report();
}

TEST(Transcripts, OfAdvertisementsTellTheSameRefsInEveryVersionThatTellsThem) {
  for (const int version : {0, 1}) {
    const auto said = advertised("upload_v" + std::to_string(version));
    EXPECT_EQ(said.version, version);
    ASSERT_EQ(said.listing.refs.size(), 3U);
    EXPECT_EQ(said.listing.refs[0].name, "refs/heads/main");
    EXPECT_TRUE(said.listing.refs[2].peeled.has_value());
    EXPECT_EQ(said.listing.head_branch, "refs/heads/main");
    EXPECT_TRUE(offers_filter(said));
  }
  const auto v2 = advertised("upload_v2");
  EXPECT_EQ(v2.version, 2);
  EXPECT_TRUE(offers_filter(v2));
}

TEST(Transcripts, OfAReceivePackTellItsRefsAndWhatItBorrows) {
  EXPECT_EQ(advertised("receive").listing.refs.size(), 3U);
  const auto borrower = advertised("receive_with_haves");
  EXPECT_EQ(borrower.listing.refs.size(), 2U);
  EXPECT_EQ(borrower.listing.other_tips.size(), 1U);
  EXPECT_TRUE(borrower.capabilities.has("atomic"));
}

TEST(Transcripts, OfEmptyRepositoriesTellNoRef) {
  for (const char* name : {"empty_v0", "empty_v2", "empty_receive"}) {
    EXPECT_TRUE(advertised(name).listing.refs.empty()) << name;
  }
  EXPECT_EQ(listed("ls_refs_unborn").head_branch, "refs/heads/main");
  EXPECT_TRUE(listed("ls_refs_unborn").refs.empty());
}

TEST(Transcripts, OfLsRefsTellWhatTheAdvertisementTells) {
  const auto one = listed("ls_refs");
  const auto other = advertised("upload_v0").listing;
  EXPECT_EQ(one.head_branch, other.head_branch);
  ASSERT_EQ(one.refs.size(), other.refs.size());
  for (std::size_t i = 0; i < one.refs.size(); ++i) {
    EXPECT_EQ(one.refs[i].name, other.refs[i].name);
    EXPECT_EQ(one.refs[i].oid, other.refs[i].oid);
    EXPECT_EQ(one.refs[i].peeled, other.refs[i].peeled);
  }
}

TEST(Transcripts, OfAFetchWithAKnownHaveBringTheRestAtOnce) {
  const auto got = fetched("fetch_ready", 2, false);
  EXPECT_EQ(got.preamble.acknowledged.size(), 1U);
  ASSERT_EQ(got.commits.size(), 1U);
  EXPECT_EQ(got.commits.begin()->second, got.preamble.acknowledged);
}

TEST(Transcripts, OfAFetchWithAnUnknownHaveBringNothing) {
  const auto got = fetched("fetch_not_ready", 2, false);
  EXPECT_TRUE(got.preamble.acknowledged.empty());
  EXPECT_FALSE(got.preamble.pack_follows);
}

TEST(Transcripts, OfAShallowFetchTellTheCut) {
  const auto got = fetched("fetch_shallow", 2);
  ASSERT_EQ(got.commits.size(), 1U);
  EXPECT_EQ(got.preamble.shallow, std::vector{got.commits.begin()->first});
}

TEST(Transcripts, OfAFilteredFetchBringCommitsOnly) {
  const auto got = fetched("fetch_commits", 2);
  EXPECT_EQ(got.commits.size(), 3U);
  EXPECT_EQ(pack_object_count(as_bytes(got.pack)), 3U);
}

TEST(Transcripts, OfARefusedFetchAreAFailure) {
  EXPECT_EQ(test::failure_of([] { (void)fetched("fetch_not_our_ref", 2); }),
            FailureCode::server_refused);
}

TEST(Transcripts, OfVersion0SayReadyOfAHaveThatTheServerLacks) {
  ASSERT_NE(recorded("fetch_v0_unknown_have").find("ACK " + test::digits('e') + " ready"),
            std::string::npos);
  const auto got = fetched("fetch_v0_unknown_have", 0);
  ASSERT_FALSE(got.preamble.acknowledged.empty());
  for (const Oid& oid : got.preamble.acknowledged) EXPECT_NE(oid, id('e'));
  EXPECT_EQ(got.commits.size(), 1U);
  EXPECT_EQ(fetched("fetch_v0_everything", 0).commits.size(), 3U);
}

TEST(Transcripts, OfPushesTellWhatLandedAndWhatDidNot) {
  const auto landed = reported("push_ok");
  EXPECT_TRUE(landed.complete);
  ASSERT_EQ(landed.results.size(), 1U);
  EXPECT_TRUE(landed.results[0].accepted);
  const auto stale = reported("push_stale");
  EXPECT_EQ(stale.unpack, "ok");
  ASSERT_EQ(stale.results.size(), 1U);
  EXPECT_EQ(stale.results[0].reason, "failed to update ref");
}

}  // namespace
}  // namespace occ::wire
