#include "wire/advertisement.hpp"

#include "samples.hpp"

#include <gtest/gtest.h>

namespace occ::wire {
namespace {

using std::string_literals::operator""s;
using test::delimiter;
using test::digits;
using test::each_packet;
using test::failure_of;
using test::flush;
using test::id;
using test::pkt;
using Framing = AdvertisementParser::Framing;

Advertisement parse(std::string_view bytes, Framing framing = Framing::bare) {
  AdvertisementParser parser(framing);
  bool ended = false;
  each_packet(bytes, [&](const Packet& packet) { return ended = parser.feed(packet); });
  EXPECT_TRUE(ended) << "the parser waits for more";
  return parser.take();
}

std::string v0_first(std::string_view name, std::string_view capabilities) {
  return pkt(digits('1') + ' ' + std::string(name) + '\0' + std::string(capabilities));
}

TEST(AdvertisementParser, ReadsRefsAndCapabilitiesOfVersion0) {
  const auto said =
      parse(v0_first("HEAD", "multi_ack symref=HEAD:refs/heads/main agent=git/2") +
            pkt(digits('1') + " refs/heads/main") + pkt(digits('2') + " refs/tags/v1") +
            pkt(digits('3') + " refs/tags/v1^{}") + flush());
  EXPECT_EQ(said.version, 0);
  EXPECT_TRUE(said.capabilities.has("multi_ack"));
  EXPECT_EQ(said.listing.head_branch, "refs/heads/main");
  ASSERT_EQ(said.listing.refs.size(), 2U);
  EXPECT_EQ(said.listing.refs[0].name, "refs/heads/main");
  EXPECT_EQ(said.listing.refs[0].oid, id('1'));
  EXPECT_FALSE(said.listing.refs[0].peeled.has_value());
  EXPECT_EQ(said.listing.refs[1].oid, id('2'));
  EXPECT_EQ(said.listing.refs[1].peeled, id('3'));
}

TEST(AdvertisementParser, SkipsTheServiceHeaderOfSmartHttp) {
  const std::string refs = v0_first("refs/heads/main", "agent=x") + flush();
  const auto said = parse(pkt("# service=git-upload-pack") + flush() + refs, Framing::smart_http);
  EXPECT_EQ(said.listing.refs.size(), 1U);
}

TEST(AdvertisementParser, ToleratesASmartHttpServerThatSkipsTheServiceHeader) {
  const auto said = parse(v0_first("refs/heads/main", "agent=x") + flush(), Framing::smart_http);
  EXPECT_EQ(said.listing.refs.size(), 1U);
  EXPECT_TRUE(said.capabilities.has("agent"));
}

TEST(AdvertisementParser, ReadsVersion1AsVersion0BehindALine) {
  const auto said = parse(pkt("version 1") + v0_first("refs/heads/main", "ofs-delta") + flush());
  EXPECT_EQ(said.version, 1);
  EXPECT_TRUE(said.capabilities.has("ofs-delta"));
  EXPECT_EQ(said.listing.refs.size(), 1U);
}

TEST(AdvertisementParser, ReadsOneCapabilityALineOfVersion2) {
  const auto said =
      parse(pkt("version 2") + pkt("agent=git/2.39.5") + pkt("ls-refs=unborn") +
            pkt("fetch=shallow wait-for-done filter") + pkt("object-format=sha1") + flush());
  EXPECT_EQ(said.version, 2);
  EXPECT_TRUE(said.capabilities.value_has_word("ls-refs", "unborn"));
  EXPECT_TRUE(said.capabilities.value_has_word("fetch", "filter"));
  EXPECT_TRUE(said.listing.refs.empty());
}

TEST(AdvertisementParser, ReadsAnEmptyRepository) {
  const auto said =
      parse(pkt(digits('0') + " capabilities^{}"s + '\0' + "report-status delete-refs") + flush());
  EXPECT_TRUE(said.listing.refs.empty());
  EXPECT_TRUE(said.capabilities.has("delete-refs"));
}

TEST(AdvertisementParser, ReadsAnAnswerOfAFlushAlone) {
  EXPECT_TRUE(parse(flush()).listing.refs.empty());
}

TEST(AdvertisementParser, KeepsHaveLinesApartFromRefs) {
  const auto said = parse(v0_first("refs/heads/main", "atomic") + pkt(digits('7') + " .have") +
                          pkt(digits('8') + " .have") + flush());
  EXPECT_EQ(said.listing.refs.size(), 1U);
  EXPECT_EQ(said.listing.other_tips, (std::vector{id('7'), id('8')}));
}

TEST(AdvertisementParser, ReadsCapabilitiesOfAHaveLineThatComesFirst) {
  const auto said = parse(v0_first(".have", "atomic") + flush());
  EXPECT_TRUE(said.capabilities.has("atomic"));
  EXPECT_EQ(said.listing.other_tips.size(), 1U);
}

TEST(AdvertisementParser, ReadsShallowLines) {
  const auto said =
      parse(v0_first("refs/heads/main", "shallow") + pkt("shallow " + digits('5')) + flush());
  EXPECT_EQ(said.shallow, std::vector{id('5')});
  EXPECT_EQ(failure_of([] { (void)parse(pkt("shallow main") + flush()); }),
            FailureCode::protocol_error);
}

TEST(AdvertisementParser, LeavesHeadOutOfTheRefs) {
  // dulwich lists HEAD in the advertisement of receive-pack, too.
  const auto said =
      parse(v0_first("HEAD", "atomic") + pkt(digits('1') + " refs/heads/a") + flush());
  ASSERT_EQ(said.listing.refs.size(), 1U);
  EXPECT_EQ(said.listing.refs[0].name, "refs/heads/a");
  EXPECT_EQ(said.listing.head_branch, "");
}

TEST(AdvertisementParser, SortsARefListThatIsNotSorted) {
  const auto said =
      parse(v0_first("refs/heads/b", "") + pkt(digits('2') + " refs/heads/a") + flush());
  EXPECT_EQ(said.listing.refs[0].name, "refs/heads/a");
  EXPECT_NE(said.listing.find("refs/heads/b"), nullptr);
}

TEST(AdvertisementParser, IgnoresAPeeledLineThatBelongsToNoRef) {
  const auto said = parse(v0_first("refs/tags/a^{}", "") + flush());
  EXPECT_TRUE(said.listing.refs.empty());
}

TEST(AdvertisementParser, TakesTheObjectFormatIntoTheListing) {
  const std::string wide(64, 'a');
  const auto said =
      parse(pkt(wide + " refs/heads/main"s + '\0' + "object-format=sha256") + flush());
  EXPECT_EQ(said.listing.format, ObjectFormat::sha256);
  EXPECT_EQ(said.listing.refs[0].oid.hex(), wide);
}

TEST(AdvertisementParser, RefusesLinesThatAreNoRefs) {
  for (const std::string_view line :
       {"hello", "<html>", "", "refs/heads/main", "1111 refs/heads/main",
        "1111111111111111111111111111111111111111"}) {
    EXPECT_EQ(failure_of([&] { (void)parse(pkt(line) + flush()); }), FailureCode::protocol_error)
        << line;
  }
}

TEST(AdvertisementParser, RefusesADelimiter) {
  EXPECT_EQ(failure_of([] { (void)parse(delimiter() + flush()); }), FailureCode::protocol_error);
}

TEST(AdvertisementParser, TurnsAnErrorPacketIntoWhatItMeans) {
  const auto code_of = [](std::string_view line) {
    return failure_of([&] { (void)parse(pkt(line) + flush()); });
  };
  EXPECT_EQ(code_of("ERR Repository not found."), FailureCode::repository_not_found);
  EXPECT_EQ(code_of("ERR '/srv/x.git' does not exist"), FailureCode::repository_not_found);
  EXPECT_EQ(code_of("ERR access denied or repository not exported: /x.git"),
            FailureCode::no_permission);
  EXPECT_EQ(code_of("ERR Not authorized"), FailureCode::no_permission);
  EXPECT_EQ(code_of("ERR upload-pack: not our ref 123"), FailureCode::server_refused);
}

TEST(AdvertisementParser, MakesAServersErrorTextPrintable) {
  const std::string text =
      test::failure_text([] { (void)parse(pkt("ERR ::error::\x1b[1m") + flush()); });
  EXPECT_NE(text.find("error"), std::string::npos);
  EXPECT_EQ(text.find("::"), std::string::npos);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
}

TEST(LsRefsRequest, IsExactlyWhatTheServerNeeds) {
  Capabilities server;
  server.add("ls-refs=unborn");
  server.add("object-format=sha1");
  EXPECT_EQ(ls_refs_request(server, {"refs/heads/", "refs/tags/v"}),
            pkt("command=ls-refs") + pkt(agent()) + pkt("object-format=sha1") + delimiter() +
                pkt("peel") + pkt("symrefs") + pkt("unborn") + pkt("ref-prefix HEAD") +
                pkt("ref-prefix refs/heads/") + pkt("ref-prefix refs/tags/v") + flush());
}

TEST(LsRefsRequest, AsksForNothingThatTheServerDidNotOffer) {
  EXPECT_EQ(ls_refs_request({}, {}), pkt("command=ls-refs") + pkt(agent()) + delimiter() +
                                         pkt("peel") + pkt("symrefs") + pkt("ref-prefix HEAD") +
                                         flush());
}

TEST(AddLsRefsLine, ReadsARefWithItsAttributes) {
  RefListing listing;
  add_ls_refs_line(listing, digits('1') + " HEAD symref-target:refs/heads/main");
  add_ls_refs_line(listing, digits('2') + " refs/tags/v1 peeled:" + digits('3'));
  add_ls_refs_line(listing, digits('1') + " refs/heads/main");
  finish_listing(listing);
  EXPECT_EQ(listing.head_branch, "refs/heads/main");
  ASSERT_EQ(listing.refs.size(), 2U);
  EXPECT_EQ(listing.refs[0].name, "refs/heads/main");
  EXPECT_EQ(listing.refs[1].peeled, id('3'));
}

TEST(AddLsRefsLine, TakesTheDefaultBranchOfAnUnbornHead) {
  RefListing listing;
  add_ls_refs_line(listing, "unborn HEAD symref-target:refs/heads/trunk");
  EXPECT_EQ(listing.head_branch, "refs/heads/trunk");
  EXPECT_TRUE(listing.refs.empty());
}

TEST(AddLsRefsLine, TellsWhetherHeadResolves) {
  RefListing empty;
  add_ls_refs_line(empty, "unborn HEAD symref-target:refs/heads/main");
  EXPECT_FALSE(empty.has_head);
  RefListing listing;
  add_ls_refs_line(listing, digits('1') + " HEAD symref-target:refs/heads/main");
  EXPECT_TRUE(listing.has_head);
}

TEST(AddLsRefsLine, SkipsAttributesThatItDoesNotKnow) {
  RefListing listing;
  add_ls_refs_line(listing, digits('1') + " refs/heads/a new-thing:x symref-target:refs/heads/b");
  EXPECT_EQ(listing.refs.size(), 1U);
  EXPECT_EQ(listing.head_branch, "");
}

TEST(AddLsRefsLine, RefusesWhatIsNoRef) {
  RefListing listing;
  for (const std::string_view line : {"", "x", "unborn", "1111 refs/heads/a"}) {
    EXPECT_EQ(failure_of([&] { add_ls_refs_line(listing, line); }), FailureCode::protocol_error)
        << line;
  }
  EXPECT_EQ(failure_of([&] { add_ls_refs_line(listing, "ERR Repository not found"); }),
            FailureCode::repository_not_found);
}

TEST(AdvertisementParser, TakesANullIdForNoTip) {
  const auto said = parse(v0_first("refs/heads/a", "agent=x") + pkt(digits('0') + " refs/heads/b") +
                          pkt(digits('2') + " refs/heads/c") + pkt(digits('0') + " HEAD") +
                          pkt(digits('0') + " .have") + flush());
  ASSERT_EQ(said.listing.refs.size(), 2U);
  EXPECT_EQ(said.listing.broken, std::vector<std::string>{"refs/heads/b"});
  EXPECT_TRUE(said.listing.is_broken("refs/heads/b"));
  EXPECT_FALSE(said.listing.is_broken("refs/heads/a"));
  EXPECT_EQ(said.listing.find("refs/heads/b"), nullptr);
  EXPECT_FALSE(said.listing.has_head);
  EXPECT_TRUE(said.listing.other_tips.empty());
}

TEST(AdvertisementParser, KnowsABrokenFirstRef) {
  const auto said = parse(pkt(digits('0') + " refs/heads/a"s + '\0' + "report-status atomic") +
                          pkt(digits('1') + " refs/heads/b") + flush());
  EXPECT_TRUE(said.capabilities.has("atomic"));
  EXPECT_EQ(said.listing.broken, std::vector<std::string>{"refs/heads/a"});
  EXPECT_EQ(said.listing.refs.size(), 1U);
}

TEST(AdvertisementParser, GoesByNoNameThatIsListedWithTwoIds) {
  const auto said =
      parse(v0_first("refs/heads/a", "agent=x") + pkt(digits('2') + " refs/heads/b") +
            pkt(digits('3') + " refs/heads/a") + pkt(digits('2') + " refs/heads/b") + flush());
  ASSERT_EQ(said.listing.refs.size(), 1U);
  EXPECT_EQ(said.listing.refs[0].name, "refs/heads/b");
  EXPECT_EQ(said.listing.broken, std::vector<std::string>{"refs/heads/a"});
  EXPECT_EQ(said.listing.listed_twice, std::vector<std::string>{"refs/heads/a"});
}

TEST(AdvertisementParser, RefusesIdsOfTheOtherFormat) {
  const std::string long_id(64, 'a');
  for (const std::string& lines :
       {pkt(long_id + " refs/heads/b"), pkt("shallow " + long_id), pkt(long_id + " .have")}) {
    EXPECT_EQ(
        failure_of([&] { (void)parse(v0_first("refs/heads/a", "agent=x") + lines + flush()); }),
        FailureCode::protocol_error);
  }
  EXPECT_EQ(
      failure_of([&] { (void)parse(v0_first("refs/heads/a", "object-format=sha256") + flush()); }),
      FailureCode::protocol_error);
}

TEST(AddLsRefsLine, TakesANullIdOrANameWithABlankForNoTip) {
  RefListing listing;
  add_ls_refs_line(listing, digits('0') + " refs/heads/b");
  add_ls_refs_line(listing, digits('1') + " refs/heads/a");
  add_ls_refs_line(listing, digits('2') + " refs/heads/a b");
  add_ls_refs_line(listing, digits('3') + " refs/tags/x y peeled:" + digits('4'));
  add_ls_refs_line(listing, digits('5') + " refs/heads/c\x01");
  add_ls_refs_line(listing, digits('0') + " HEAD symref-target:refs/heads/b");
  finish_listing(listing);
  ASSERT_EQ(listing.refs.size(), 1U);
  EXPECT_EQ(listing.refs[0].name, "refs/heads/a");
  EXPECT_EQ(listing.broken, (std::vector<std::string>{"refs/heads/a b", "refs/heads/b",
                                                      "refs/heads/c\x01", "refs/tags/x y"}));
  EXPECT_FALSE(listing.has_head);
}

TEST(AddLsRefsLine, RefusesIdsOfTheOtherFormat) {
  for (const std::string& line : {std::string(64, 'a') + " refs/heads/b",
                                  digits('1') + " refs/tags/t peeled:" + std::string(64, 'a')}) {
    RefListing listing;
    EXPECT_EQ(failure_of([&] { add_ls_refs_line(listing, line); }), FailureCode::protocol_error)
        << line;
  }
}

TEST(AddLsRefsLine, TellsWhichRefsAreSymbolic) {
  RefListing listing;
  add_ls_refs_line(listing, digits('1') + " HEAD symref-target:refs/heads/main");
  add_ls_refs_line(listing, digits('1') + " refs/heads/master symref-target:refs/heads/main");
  ASSERT_EQ(listing.aliases.size(), 1U);
  EXPECT_EQ(listing.aliases.at("refs/heads/master"), "refs/heads/main");
}

}  // namespace
}  // namespace occ::wire
