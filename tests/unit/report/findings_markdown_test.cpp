#include "report/report_json.hpp"
#include "report/summary.hpp"
#include "reports/samples.hpp"
#include "support/markdown.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <string>

namespace occ::report {
namespace {

constexpr std::size_t kSummary = 900U << 10U;

std::size_t count_of(std::string_view text, std::string_view what) {
  std::size_t count = 0;
  for (auto at = text.find(what); at != std::string_view::npos; at = text.find(what, at + 1)) {
    ++count;
  }
  return count;
}

TEST(SummaryMarkdown, KeepsItsLimitAndSaysWhatWasLeftOut) {
  const std::string summary = summary_markdown(test::large_report(5'000, 23'000), kSummary);
  EXPECT_LE(summary.size(), kSummary);
  EXPECT_GT(summary.size(), kSummary * 9 / 10);
  EXPECT_NE(summary.find("Left out here for want of room: "), std::string::npos);
  EXPECT_NE(summary.find("23,000 files changed"), std::string::npos);
}

TEST(SummaryMarkdown, LeavesNothingOutThatFits) {
  const std::string summary = summary_markdown(test::diverged_report(), kSummary);
  EXPECT_EQ(summary.find("Left out"), std::string::npos);
  EXPECT_LT(summary.find("Partly synced"), summary.find("| Ref |"));
  EXPECT_LT(summary.find("| Ref |"), summary.find("What to do"));
  EXPECT_LT(summary.find("What to do"), summary.find("<details>"));
}

TEST(SummaryMarkdown, CannotBeBrokenByStrangers) {
  for (const std::size_t limit : {std::size_t{64U << 10U}, std::size_t{200U << 10U}, kSummary}) {
    const std::string summary = summary_markdown(test::hostile_report(), limit);
    EXPECT_LE(summary.size(), limit);
    EXPECT_EQ(test::broken_table_rows(summary), std::vector<std::string>{});
    const std::string live = test::live_markdown(summary);
    EXPECT_EQ(count_of(live, "<details>"), count_of(live, "</details>"));
    for (const std::string_view never :
         {"<script", "<img", "](javascript", "@orbit", "::error", "##[", "](https://evil",
          "https://evil", "<!--", "\x1b", "\u202E", "\r"}) {
      EXPECT_EQ(live.find(never), std::string::npos) << never;
    }
  }
}

TEST(ReportMarkdown, ShowsWhereLinesOfAConflictEndOtherwise) {
  auto report = test::diverged_report();
  for (auto& found : report.findings.refs) {
    if (!found.divergence) continue;
    found.divergence->conflicts = {
        {analysis::ConflictKind::content, "file", "", {{1, 1, {"same"}, {"same\r"}, {}}}, 0}};
  }
  EXPECT_NE(report_markdown(report).find("-same\n+same␍\n"), std::string::npos);
}

TEST(ReportMarkdown, HoldsWhatASummaryCannot) {
  const auto report = test::large_report(5'000, 23'000);
  const std::string markdown = report_markdown(report);
  EXPECT_EQ(markdown.find("Left out"), std::string::npos);
  EXPECT_GT(count_of(markdown, "\n| modified |"), 22'990U);
}

TEST(ReportJson, HoldsWhatStrangersWroteAsTheyWroteIt) {
  const auto report = nlohmann::json::parse(report_json(test::hostile_report()));
  EXPECT_EQ(report["schema"], 1);
  EXPECT_EQ(report["source"]["name"], test::hostile_texts()[0]);
  EXPECT_EQ(report["refs"][0]["findings"]["commits"]["commits"][4]["subject"],
            test::hostile_texts()[4]);
}

TEST(ReportJson, RepairsWhatIsNotUtf8) {
  const auto report = nlohmann::json::parse(report_json(test::hostile_report()));
  const std::string subject = report["refs"][0]["findings"]["commits"]["commits"][13]["subject"];
  EXPECT_TRUE(subject.starts_with("\uFFFD\uFFFD invalid \uFFFD(")) << subject;
}

}  // namespace
}  // namespace occ::report
