#include "report/pull_request_body.hpp"

#include "reports/samples.hpp"
#include "support/markdown.hpp"
#include "support/process.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <regex>
#include <sstream>

namespace occ::report {
namespace {

constexpr const char* kHead = "sync/main";

std::size_t count_of(std::string_view text, std::string_view what) {
  std::size_t count = 0;
  for (auto at = text.find(what); at != std::string_view::npos; at = text.find(what, at + 1)) {
    ++count;
  }
  return count;
}

PullRequestText text_of(const Report& report, std::size_t ref = 0) {
  return pull_request_text(report, report.outcome.refs.at(ref), kHead);
}

// As GitHub sees it when it looks for mentions: code is taken out, entities are characters.
std::string mentioning_text(const std::string& markdown) {
  std::string live =
      std::regex_replace(test::live_markdown(markdown), std::regex("<code>[^<]*</code>"), "");
  for (std::size_t at = live.find("&#"); at != std::string::npos; at = live.find("&#", at + 1)) {
    const std::size_t end = live.find(';', at);
    const int code = std::stoi(live.substr(at + 2, end - at - 2));
    live.replace(at, end - at + 1, code < 128 ? std::string(1, static_cast<char>(code)) : "\u200B");
  }
  return live;
}

// UPDATE_GOLDEN=1 writes it anew, as in golden_test.cpp.
TEST(PullRequestText, IsWhatPeopleHaveRead) {
  const std::string path =
      std::string(SOURCE_FOLDER) + "/tests/unit/report/golden/diverged.pull_request.md";
  const PullRequestText text = text_of(test::diverged_report());
  const std::string whole = text.title + "\n\n" + text.body;
  if (std::getenv("UPDATE_GOLDEN") != nullptr) std::ofstream(path, std::ios::binary) << whole;
  std::ifstream in(path, std::ios::binary);
  ASSERT_TRUE(in) << path;
  std::ostringstream golden;
  golden << in.rdbuf();
  EXPECT_EQ(whole, golden.str()) << "differs from " << path;
}

TEST(PullRequestText, TellsBothSidesWithoutFindings) {
  Report report = test::diverged_report();
  report.findings.refs.clear();
  const std::string body = text_of(report).body;
  EXPECT_TRUE(body.starts_with(kPullRequestMarker));
  EXPECT_NE(body.find("| Source | <code>orbit/telemetry</code> | <code>main</code> |"),
            std::string::npos);
  EXPECT_NE(body.find("`report: full`"), std::string::npos);
  EXPECT_NE(body.find("git merge origin/main\n"), std::string::npos);
  EXPECT_EQ(body.find("Whose commits"), std::string::npos);
}

TEST(PullRequestText, KeepsItsLimitAndSaysWhatWasLeftOut) {
  Report report = test::large_report(5'000, 0);
  analysis::Divergence parted;
  parted.target_commits = report.findings.refs[0].commits;
  parted.merge_was_tried = true;
  for (int i = 0; i < 300; ++i) {
    analysis::Conflict conflict{
        analysis::ConflictKind::content, "file-" + std::to_string(i), "", {}, 0};
    conflict.hunks.push_back({1, 1, std::vector<std::string>(30, std::string(200, 'x')), {}, {}});
    parted.conflicts.push_back(conflict);
  }
  report.findings.refs[0].divergence = parted;
  const std::string body = text_of(report).body;
  EXPECT_LE(body.size(), kPullRequestBodyLimit);
  EXPECT_GT(body.size(), kPullRequestBodyLimit * 3 / 4);
  EXPECT_NE(body.find("Left out here for want of room: "), std::string::npos);
  EXPECT_NE(body.find("and 30 more"), std::string::npos);  // of the 40 authors
  EXPECT_NE(body.find("git push origin HEAD:refs/heads/sync/main"), std::string::npos);
}

TEST(PullRequestText, CannotBeBrokenByStrangers) {
  const Report report = test::hostile_report();
  for (std::size_t i = 0; i < report.outcome.refs.size(); ++i) {
    SCOPED_TRACE(i);
    const PullRequestText text =
        pull_request_text(report, report.outcome.refs[i], test::hostile_texts()[i]);
    EXPECT_LE(text.body.size(), kPullRequestBodyLimit);
    EXPECT_EQ(test::broken_table_rows(text.body), std::vector<std::string>{});
    const std::string shown = text.body.substr(text.body.find("-->") + 3);
    EXPECT_EQ(text.body.find("-->"), text.body.find('\n') - 3);  // the marker is one line
    const std::string live = test::live_markdown(shown);
    EXPECT_EQ(count_of(live, "<details>"), count_of(live, "</details>"));
    for (const std::string_view never :
         {"<script", "<img", "](javascript", "::error", "##[", "](https://evil", "https://evil",
          "<!--", "\x1b", "\u202E", "\r"}) {
      EXPECT_EQ(live.find(never), std::string::npos) << never;
    }
    static const std::regex kReference("@[A-Za-z0-9]|#[0-9]|[Gg][Hh]-[0-9]");
    EXPECT_FALSE(std::regex_search(mentioning_text(shown), kReference));
    EXPECT_FALSE(std::regex_search(text.title, kReference)) << text.title;
    EXPECT_EQ(text.title.find_first_of("\r\n\x1b"), std::string::npos);
    EXPECT_LE(text.title.size(), 400U);
  }
}

TEST(PullRequestText, QuotesBranchNamesForAShell) {
  Report report = test::diverged_report();
  for (const std::string name : {"a'b", "$(touch x)", "-f", "a;b&c|d", "`id`", "a\"b c", "```"}) {
    report.outcome.refs[0].planned.target_ref = "refs/heads/" + name;
    const std::string body = pull_request_text(report, report.outcome.refs[0], name).body;
    const std::size_t begin = body.find("\ngit merge ") + 1;
    const std::string line = body.substr(begin, body.find('\n', begin) - begin);
    const test::TempDir folder;
    const auto done = test::run_process({"sh", "-c", "git() { printf '<%s>' \"$@\"; }; " + line},
                                        {.cwd = folder.path()});
    EXPECT_EQ(done.out, "<merge><origin/" + name + ">") << line;
  }
}

TEST(PullRequestText, GivesNoCommandsWithNamesThatCannotBeShown) {
  const Report report = test::diverged_report();
  const std::string body =
      pull_request_text(report, report.outcome.refs[0], "main\u202Egnihtemos").body;
  EXPECT_EQ(body.find("git push"), std::string::npos);
  EXPECT_NE(body.find("cannot be shown"), std::string::npos);
}

}  // namespace
}  // namespace occ::report
