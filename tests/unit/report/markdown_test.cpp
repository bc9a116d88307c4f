#include "report/markdown_text.hpp"
#include "report/summary.hpp"
#include "samples.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace occ::report {
namespace {

using transfer::RefOutcome;
using transfer::Result;

TEST(MarkdownText, LeavesWordsAlone) {
  EXPECT_EQ(markdown_text("3 commits ahead"), "3 commits ahead");
  EXPECT_EQ(markdown_text("größe 大"), "größe 大");
}

TEST(MarkdownText, TakesTheMeaningFromMarkup) {
  for (const std::string_view text :
       {"**bold**", "[a](https://evil)", "<img src=x onerror=y>", "`code`", "a | b", "@octocat",
        "#1", "![x](y)", "<!-- ", "~~x~~", "$x$", "a\\|b", "&lt;", "https://evil.example"}) {
    const std::string shown = markdown_text(text);
    // `&`, `#` and `;` stand in the entities themselves.
    EXPECT_EQ(shown.find_first_of("*[]()<>`|@!~$\\:"), std::string::npos) << shown;
  }
  EXPECT_EQ(markdown_text("<"), "&#60;");
  EXPECT_EQ(markdown_text("&"), "&#38;");
}

TEST(MarkdownText, PartsMentionsAndReferencesForGoodWhenEntitiesAreDecoded) {
  EXPECT_EQ(markdown_text("@octocat"), "&#64;&#8203;octocat");
  EXPECT_EQ(markdown_text("fixes a/b#12"), "fixes a/b&#35;&#8203;12");
  EXPECT_EQ(markdown_text("gH-7"), "gH-&#8203;7");
  EXPECT_EQ(markdown_text("C# and high-5 at 1-2"), "C&#35; and high-5 at 1-2");
}

// cmark-gfm makes links of them, also between <code> and </code>.
TEST(MarkdownText, PartsBareAddresses) {
  EXPECT_EQ(markdown_text("see www.example.com"), "see www&#46;&#8203;example.com");
  EXPECT_EQ(markdown_text("see WwW.example.com"), "see WwW&#46;&#8203;example.com");
  EXPECT_EQ(markdown_text("http://evil.example"), "http&#58;&#8203;//evil.example");
  EXPECT_EQ(markdown_text("me@evil.example"), "me&#64;&#8203;evil.example");
  EXPECT_EQ(markdown_text("ww. w.w a:b 1.2"), "ww. w.w a:b 1.2");
  EXPECT_EQ(markdown_code("(www.evil.example)"), "<code>(www&#46;&#8203;evil.example)</code>");
  EXPECT_EQ(markdown_code("ftp://evil.example"), "<code>ftp&#58;&#8203;//evil.example</code>");
  EXPECT_EQ(markdown_code("me@evil.example"), "<code>me&#64;&#8203;evil.example</code>");
  EXPECT_EQ(markdown_code("node_modules/@scope"), "<code>node&#95;modules/&#64;scope</code>");
}

TEST(MarkdownCode, CannotBeLeft) {
  for (const std::string_view text : {"</code><script>", "a`b", "a|b", "\n\n# x", "&amp;"}) {
    const std::string shown = markdown_code(text);
    ASSERT_TRUE(shown.starts_with("<code>") && shown.ends_with("</code>")) << shown;
    const std::string inside = shown.substr(6, shown.size() - 13);
    EXPECT_EQ(inside.find_first_of("<>`|\n"), std::string::npos) << inside;
  }
}

TEST(Markdown, ShowsNoControlOrBidirectionalCharacters) {
  for (const std::string_view text : {"a\x1b[1mb", "a\u202Eb", "a\nb", "a\rb"}) {
    EXPECT_EQ(markdown_text(text).find_first_of("\x1b\n\r"), std::string::npos);
    EXPECT_EQ(markdown_code(text).find("\u202E"), std::string::npos);
  }
}

RefOutcome outcome(std::string name, Result result) {
  RefOutcome outcome;
  outcome.planned.source_ref = outcome.planned.target_ref = std::move(name);
  outcome.result = result;
  return outcome;
}

std::size_t rows_of(const std::string& markdown) {
  std::size_t rows = 0;
  for (std::size_t at = markdown.find("\n| "); at != std::string::npos;
       at = markdown.find("\n| ", at + 1)) {
    ++rows;
  }
  return rows - 2;  // the head and its rule
}

TEST(SummaryMarkdown, HasARowForEachRefAndTellsWhatToDo) {
  Report report;
  report.source = "a/source";
  report.target = "b/target";
  report.target_access.takes_pull_requests = true;
  report.outcome.refs = {outcome("refs/heads/main", Result::updated),
                         outcome("refs/heads/x", Result::diverged)};
  report.outcome.refs[1].error = FailureCode::diverged;
  const std::string markdown = summary_markdown(report, 900'000);
  EXPECT_TRUE(markdown.starts_with("### "));
  EXPECT_EQ(rows_of(markdown), 2U);
  EXPECT_NE(markdown.find("<code>main</code>"), std::string::npos);
  EXPECT_NE(markdown.find(catalogue_entry(FailureCode::diverged).remedy), std::string::npos);
}

TEST(SummaryMarkdown, KeepsEveryRowWholeWhateverANameHolds) {
  Report report;
  report.outcome.refs = {outcome("refs/heads/a|b`\n|c|", Result::updated)};
  report.outcome.refs[0].reason = "x | y\n| z";
  const std::string markdown = summary_markdown(report, 900'000);
  EXPECT_EQ(rows_of(markdown), 1U);
  const std::size_t row = markdown.find("| <code>");
  ASSERT_NE(row, std::string::npos);
  const std::string line = markdown.substr(row, markdown.find('\n', row) - row);
  EXPECT_EQ(std::count(line.begin(), line.end(), '|'), 7) << line;
}

TEST(SummaryMarkdown, KeepsToItsLimitAndSaysWhatItLeftOut) {
  Report report;
  for (int i = 0; i < 5000; ++i) {
    report.outcome.refs.push_back(outcome("refs/heads/b" + std::to_string(i), Result::updated));
    report.outcome.refs.back().reason = std::string(100, 'r');
    report.outcome.refs.back().error = FailureCode::ref_rejected;
  }
  const std::string markdown = summary_markdown(report, 100'000);
  EXPECT_LE(markdown.size(), 100'000U);
  EXPECT_NE(markdown.find("did not fit"), std::string::npos);
}

TEST(SummaryMarkdown, CountsQuietRefsWhenThereAreMany) {
  Report report;
  for (int i = 0; i < 30; ++i) {
    report.outcome.refs.push_back(outcome("refs/heads/b" + std::to_string(i), Result::up_to_date));
  }
  EXPECT_NE(summary_markdown(report, 900'000).find("30 more refs are up to date"),
            std::string::npos);
}

TEST(SummaryMarkdown, IsAboutAFailureThoughThereAreNoRefs) {
  Report report;
  report.outcome.failure = Failure(FailureCode::repository_not_found, "'a/<b>' is not there");
  const std::string markdown = summary_markdown(report, 900'000);
  EXPECT_NE(markdown.find("repository_not_found"), std::string::npos);
  EXPECT_EQ(markdown.find("<b>"), std::string::npos);
}

}  // namespace
}  // namespace occ::report
