#include "report/advice.hpp"

#include "report/summary.hpp"
#include "report/tasks.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

namespace occ::report {
namespace {

using Host = Access::Host;
using Transport = Access::Transport;

Access access(Transport transport, bool has_token, Host host = Host::unknown) {
  Access made;
  made.transport = transport;
  made.has_token = has_token;
  made.host = host;
  return made;
}

std::vector<Access> all_accesses() {
  std::vector<Access> all{access(Transport::path, false), access(Transport::ssh, false),
                          access(Transport::ssh, true)};
  for (const Host host :
       {Host::unknown, Host::github, Host::gitlab, Host::gitea, Host::azure, Host::bitbucket}) {
    all.push_back(access(Transport::http, false, host));
    all.push_back(access(Transport::http, true, host));
  }
  return all;
}

Advice advice(FailureCode code, Side side, bool is_written, const Access& how) {
  Report report;
  report.source_access = report.target_access = how;
  return advice_on(report, Failure(code, "x").with_peer({side, is_written}));
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

// What the catalogue's entries of each kind may speak of.
constexpr std::array kOfOneSide{FailureCode::authentication_failed,
                                FailureCode::no_permission,
                                FailureCode::repository_not_found,
                                FailureCode::host_unreachable,
                                FailureCode::ssh_failed,
                                FailureCode::program_missing,
                                FailureCode::service_missing,
                                FailureCode::read_only,
                                FailureCode::protocol_error,
                                FailureCode::rate_limited,
                                FailureCode::connection_lost,
                                FailureCode::server_refused,
                                FailureCode::repository_damaged};

TEST(Advice, SpeaksOfNoOtherSideThanTheOneThatFailed) {
  for (const Access& how : all_accesses()) {
    for (const FailureCode code : kOfOneSide) {
      for (const Side side : {Side::source, Side::target}) {
        const Advice told = advice(code, side, side == Side::target, how);
        const char* other = side == Side::source ? "target" : "source";
        EXPECT_FALSE(has(told.meaning + told.remedy, other))
            << catalogue_entry(code).id << ": " << told.meaning << ". " << told.remedy;
      }
    }
  }
}

TEST(Advice, NeverAsksForWriteAccessOfWhoReads) {
  for (const Access& how : all_accesses()) {
    for (const FailureCode code : kOfOneSide) {
      const std::string remedy = advice(code, Side::source, false, how).remedy;
      EXPECT_FALSE(has(remedy, "write")) << catalogue_entry(code).id << ": " << remedy;
      EXPECT_FALSE(has(remedy, "Write")) << catalogue_entry(code).id << ": " << remedy;
    }
  }
}

TEST(Advice, SpeaksOfTokensOnlyWhereATokenCanBeUsed) {
  for (const FailureCode code : kOfOneSide) {
    for (const Side side : {Side::source, Side::target}) {
      for (const Transport transport : {Transport::path, Transport::ssh}) {
        const Advice told = advice(code, side, true, access(transport, true));
        EXPECT_FALSE(has(told.meaning + told.remedy, "token")) << told.remedy;
      }
      const Advice without = advice(code, side, true, access(Transport::http, false));
      EXPECT_FALSE(has(without.remedy, "Let the token")) << without.remedy;
    }
  }
}

TEST(Advice, UsesTheWordsOfTheHost) {
  const auto words = [](Host host) {
    return advice(FailureCode::no_permission, Side::target, true,
                  access(Transport::http, true, host))
        .remedy;
  };
  EXPECT_TRUE(has(words(Host::github), "fine-grained: Contents read and write"));
  EXPECT_TRUE(has(words(Host::gitlab), "`write_repository`"));
  EXPECT_TRUE(has(words(Host::azure), "Code: Read & write"));
  for (const Host host : {Host::gitlab, Host::gitea, Host::azure, Host::bitbucket, Host::unknown}) {
    EXPECT_FALSE(has(words(host), "fine-grained")) << words(host);
  }
}

TEST(Advice, OnARefOfTheSourceSpeaksOfTheSourceAsTheWrittenSide) {
  Report report;
  transfer::RefOutcome ref;
  ref.planned.target_ref = "refs/heads/main";
  ref.error = FailureCode::hook_declined;
  EXPECT_TRUE(has(advice_on(report, ref).remedy, "the target's owner"));
  ref.on_source = true;
  EXPECT_TRUE(has(advice_on(report, ref).remedy, "the source's owner"));
  EXPECT_TRUE(has(advice_on(report, ref).meaning, "the source's server"));
}

TEST(Advice, OfBothSidesIsNotMixedUp) {
  Report report;
  report.outcome.refs.resize(2);
  for (transfer::RefOutcome& ref : report.outcome.refs) {
    ref.planned.target_ref = "refs/heads/main";
    ref.error = FailureCode::protected_branch;
  }
  report.outcome.refs[1].on_source = true;
  const std::vector<Task> tasks = tasks_of(report);
  ASSERT_EQ(tasks.size(), 2U);
  EXPECT_TRUE(has(tasks[0].remedy, "the target's settings"));
  EXPECT_TRUE(has(tasks[1].remedy, "the source's settings"));
}

TEST(Advice, WithoutASideIsThatOfTheCatalogue) {
  for (const CatalogueEntry& entry : catalogue()) {
    const Advice told = advice_on(Report(), Failure(entry.code, "x"));
    EXPECT_EQ(told.remedy, entry.remedy);
    EXPECT_EQ(told.meaning, entry.meaning);
  }
}

TEST(Advice, IsInSentences) {
  for (const Access& how : all_accesses()) {
    for (const CatalogueEntry& entry : catalogue()) {
      for (const bool is_written : {false, true}) {
        const Advice told = advice(entry.code, Side::source, is_written, how);
        EXPECT_TRUE(told.remedy.ends_with('.')) << told.remedy;
        EXPECT_FALSE(has(told.remedy, "..")) << told.remedy;
        EXPECT_FALSE(has(told.remedy, "  ")) << told.remedy;
        EXPECT_FALSE(told.meaning.ends_with('.')) << told.meaning;
      }
    }
  }
}

TEST(Advice, OnATokenInTheAddressNamesTheAddress) {
  Access how = access(Transport::http, true);
  how.token_in_address = true;
  for (const FailureCode code : {FailureCode::authentication_failed, FailureCode::no_permission,
                                 FailureCode::repository_not_found}) {
    for (const Side side : {Side::source, Side::target}) {
      const std::string remedy = advice(code, side, side == Side::target, how).remedy;
      const std::string name = side == Side::source ? "source" : "target";
      EXPECT_TRUE(has(remedy, "the address of `" + name + "_repo`")) << remedy;
      EXPECT_FALSE(has(remedy, "the token of `")) << remedy;
    }
  }
}

TEST(Advice, OnAKeyThatSshHasOfItsOwnAsksForOne) {
  const std::string remedy =
      advice(FailureCode::no_permission, Side::target, true, access(Transport::ssh, false)).remedy;
  EXPECT_TRUE(has(remedy, "Set `ssh_private_key`: none was given")) << remedy;
}

TEST(Advice, OnWhatDivergedOffersAPullRequestOnlyWhereOneCanBeOpened) {
  Access how = access(Transport::http, true);
  EXPECT_FALSE(has(advice(FailureCode::diverged, Side::target, true, how).remedy, "pull_request"));
  how.takes_pull_requests = true;
  EXPECT_TRUE(has(advice(FailureCode::diverged, Side::target, true, how).remedy, "pull_request"));
}

TEST(Catalogue, PointsToNoTextThatMayNotBeThere) {
  for (const CatalogueEntry& entry : catalogue()) {
    for (const std::string_view pointer : {"above", "table"}) {
      EXPECT_EQ(entry.remedy.find(pointer), std::string_view::npos) << entry.remedy;
    }
  }
}

TEST(SummaryMarkdown, PutsNoSecondFullStopBehindAServersSentence) {
  Report report;
  report.outcome.failure = Failure(FailureCode::server_refused, "the server says: Go away.");
  const std::string markdown = summary_markdown(report, 900'000);
  EXPECT_TRUE(has(markdown, "Go away. The message")) << markdown;
}

TEST(SummaryMarkdown, SaysHowManyRefsAreWhereIfNotAllFit) {
  Report report;
  report.outcome.refs.resize(12'001);
  for (std::size_t i = 0; i < report.outcome.refs.size(); ++i) {
    transfer::RefOutcome& ref = report.outcome.refs[i];
    ref.planned.target_ref = "refs/heads/" + std::to_string(i);
    ref.planned.action = plan::Action::create;
    ref.result = transfer::Result::created;
  }
  const std::string without_files = summary_markdown(report, 900'000);
  EXPECT_TRUE(has(without_files, " of 12,001 refs did not fit here; the output `result` has "));
  EXPECT_TRUE(has(without_files, "with `report: true`"));
  EXPECT_FALSE(has(without_files, "`result` has all of them"));
  report.has_files = true;
  EXPECT_TRUE(
      has(summary_markdown(report, 900'000), "report.json, beside report.md, has them all"));
  report.outcome.refs.resize(200);
  EXPECT_TRUE(has(summary_markdown(report, 9'000), "the output `result` has all of them"));
}

}  // namespace
}  // namespace occ::report
