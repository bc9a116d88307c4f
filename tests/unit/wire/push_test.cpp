#include "wire/push.hpp"

#include "samples.hpp"

#include <gtest/gtest.h>

namespace occ::wire {
namespace {

using std::string_literals::operator""s;
using test::advertisement;
using test::digits;
using test::failure_of;
using test::flush;
using test::id;
using test::pkt;
using test::raw_pkt;

TEST(PushRequest, IsExactlyThis) {
  const auto server =
      advertisement(0,
                    "report-status report-status-v2 delete-refs side-band-64k atomic ofs-delta "
                    "object-format=sha1 agent=git/2");
  const PushRequest request{{{"refs/heads/a", {}, id('1')},
                             {"refs/heads/b", id('2'), id('3')},
                             {"refs/heads/c", id('4'), {}}},
                            {id('9')},
                            true};
  EXPECT_EQ(push_request(request, server),
            pkt("shallow " + digits('9')) +
                raw_pkt(digits('0') + ' ' + digits('1') + " refs/heads/a"s + '\0' +
                        " report-status side-band-64k atomic object-format=sha1 " + agent()) +
                raw_pkt(digits('2') + ' ' + digits('3') + " refs/heads/b") +
                raw_pkt(digits('4') + ' ' + digits('0') + " refs/heads/c") + flush());
}

TEST(PushRequest, UsesNothingThatTheServerDidNotOffer) {
  const PushRequest request{{{"refs/heads/a", {}, id('1')}}, {}, true};
  EXPECT_EQ(push_request(request, advertisement(0, "report-status")),
            raw_pkt(digits('0') + ' ' + digits('1') + " refs/heads/a"s + '\0' + " report-status") +
                flush());
}

TEST(PushRequest, AsksForAtomicOnlyIfToldTo) {
  const PushRequest request{{{"refs/heads/a", {}, id('1')}}, {}, false};
  EXPECT_EQ(push_request(request, advertisement(0, "atomic")).find("atomic"), std::string::npos);
}

TEST(PushRequest, WritesTheNullIdInTheServersFormat) {
  const PushRequest request{
      {{"refs/heads/a", {}, Oid::from_hex(std::string(64, 'a')).value()}}, {}, false};
  const std::string bytes = push_request(request, advertisement(0, "object-format=sha256"));
  EXPECT_EQ(bytes.substr(4, 65), std::string(64, '0') + ' ');
}

TEST(PushRequest, RefusesCommandsThatMakeNoSense) {
  const auto server = advertisement(0, "report-status delete-refs");
  for (const RefCommand& command :
       {RefCommand{"refs/heads/a", {}, {}}, RefCommand{"refs/heads/a b", {}, id('1')},
        RefCommand{"refs/heads/a\n", {}, id('1')}, RefCommand{"", {}, id('1')},
        RefCommand{"refs/heads/a"s + '\0' + "atomic", {}, id('1')}}) {
    EXPECT_EQ(failure_of([&] {
                (void)push_request({{command}, {}, false}, server);
              }),
              FailureCode::internal_error)
        << command.name;
  }
}

TEST(PushRequest, RefusesToDeleteWhereTheServerDoesNotOfferIt) {
  const PushRequest request{{{"refs/heads/a", id('1'), {}}}, {}, false};
  EXPECT_EQ(failure_of([&] { (void)push_request(request, advertisement(0, "report-status")); }),
            FailureCode::deletion_refused);
}

TEST(PushRequest, IsNeverWithoutACommand) {
  EXPECT_EQ(failure_of([] { (void)push_request({}, advertisement(0, "")); }),
            FailureCode::internal_error);
}

const std::string kReport = pkt("unpack ok") + pkt("ok refs/heads/main") +
                            pkt("ng refs/heads/next failed to update ref") +
                            pkt("option refname refs/heads/x") + pkt("ng refs/tags/v1") + flush();

void expect_sample(const PushReport& report) {
  EXPECT_TRUE(report.complete);
  EXPECT_EQ(report.unpack, "ok");
  ASSERT_EQ(report.results.size(), 3U);
  EXPECT_EQ(report.results[0].name, "refs/heads/main");
  EXPECT_TRUE(report.results[0].accepted);
  EXPECT_EQ(report.results[1].name, "refs/heads/next");
  EXPECT_FALSE(report.results[1].accepted);
  EXPECT_EQ(report.results[1].reason, "failed to update ref");
  EXPECT_EQ(report.results[2].name, "refs/tags/v1");
  EXPECT_EQ(report.results[2].reason, "");
}

TEST(PushReportParser, ReadsAReportInOnePiece) {
  PushReportParser parser;
  parser.feed(as_bytes(kReport));
  expect_sample(parser.report());
}

TEST(PushReportParser, ReadsAReportByteByByte) {
  PushReportParser parser;
  for (std::size_t i = 0; i < kReport.size(); ++i) {
    EXPECT_FALSE(parser.report().complete) << i;
    parser.feed(as_bytes(std::string_view(kReport).substr(i, 1)));
  }
  expect_sample(parser.report());
}

TEST(PushReportParser, ReadsAReportCutAnywhere) {
  for (std::size_t cut = 0; cut <= kReport.size(); ++cut) {
    PushReportParser parser;
    parser.feed(as_bytes(std::string_view(kReport).substr(0, cut)));
    parser.feed(as_bytes(std::string_view(kReport).substr(cut)));
    expect_sample(parser.report());
  }
}

TEST(PushReportParser, IsNotCompleteWithoutTheFlush) {
  PushReportParser parser;
  parser.feed(as_bytes(pkt("unpack ok") + pkt("ok refs/heads/main")));
  EXPECT_FALSE(parser.report().complete);
}

TEST(PushReportParser, KeepsWhatTheUnpackerSaid) {
  PushReportParser parser;
  parser.feed(as_bytes(pkt("unpack index-pack abnormal exit") +
                       pkt("ng refs/heads/main unpacker error") + flush()));
  EXPECT_EQ(parser.report().unpack, "index-pack abnormal exit");
}

TEST(PushReportParser, RefusesLinesThatAreNoReport) {
  for (const std::string& bytes :
       {pkt("hello"), pkt(""), pkt("OK refs/heads/main"), test::delimiter(), std::string("<htm")}) {
    PushReportParser parser;
    EXPECT_EQ(failure_of([&] { parser.feed(as_bytes(bytes)); }), FailureCode::protocol_error)
        << bytes;
  }
}

TEST(PushReportParser, TurnsAnErrorLineIntoAFailure) {
  PushReportParser parser;
  EXPECT_EQ(failure_of([&] { parser.feed(as_bytes(pkt("ERR permission denied"))); }),
            FailureCode::no_permission);
}

}  // namespace
}  // namespace occ::wire
