#include "report/html.hpp"

#include "report/html_conflicts.hpp"
#include "report/html_style.hpp"
#include "report/report_html.hpp"
#include "reports/samples.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

namespace occ::report {
namespace {

// The first fault in the nesting of tags or in the writing of attributes; empty if there is none.
// Stricter than a browser: we write the markup, so it can be regular.
std::string fault_in(std::string_view html) {
  static const std::set<std::string, std::less<>> kVoid{"meta", "link", "!DOCTYPE"};
  std::vector<std::string> open;
  for (std::size_t at = html.find('<'); at != std::string_view::npos; at = html.find('<', at)) {
    const auto end = html.find('>', at);
    if (end == std::string_view::npos) return "a tag without an end";
    const std::string_view tag = html.substr(at + 1, end - at - 1);
    const std::string name(tag.substr(0, tag.find_first_of(" \n")));
    at = end;
    if (name.starts_with('/')) {
      if (open.empty() || "/" + open.back() != name) {
        return "</" + name.substr(1) + "> closes " + (open.empty() ? "nothing" : open.back());
      }
      open.pop_back();
      continue;
    }
    if (std::count(tag.begin(), tag.end(), '"') % 2 != 0) return "quotes in <" + std::string(tag);
    if (!kVoid.contains(name)) open.push_back(name);
  }
  return open.empty() ? "" : "<" + open.back() + "> stays open";
}

std::string page_without_style(const Report& report) {
  std::string html = report_html(report);
  html.erase(html.find(html_style()), html_style().size());
  return html;
}

TEST(HtmlText, LeavesWordsAlone) {
  EXPECT_EQ(html_text("größe 大, 3 commits ahead; 50 %"), "größe 大, 3 commits ahead; 50 %");
}

TEST(HtmlText, TakesTheMeaningFromMarkup) {
  EXPECT_EQ(html_text("<b a=\"1\" c='2'>&amp;</b>"),
            "&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;amp;&lt;/b&gt;");
}

TEST(HtmlText, KeepsColonsTogetherForTheReaderAndApartForTheLog) {
  EXPECT_EQ(html_text("std::string"), "std:&#58;string");
  EXPECT_EQ(html_text("##[error]"), "##&#91;error]");
  EXPECT_EQ(html_text("a::::b").find("::"), std::string::npos);
}

TEST(HtmlText, ShowsNoControlOrBidirectionalCharacters) {
  EXPECT_EQ(html_text("a\x1b[1mb\u202Ec\nd"), "a\uFFFD[1mb\uFFFDc d");
  EXPECT_EQ(html_text("a\xFFz"), "a\uFFFDz");
}

TEST(HtmlText, CutsBetweenCharacters) {
  EXPECT_EQ(html_text("aéb", 2), "a…");
  EXPECT_EQ(html_text("aéb", 3), "aé…");
  EXPECT_EQ(html_text("aéb", 4), "aéb");
}

TEST(Link, LeadsToTheWebOnly) {
  EXPECT_EQ(link("javascript:alert(1)", "x").markup(), "x");
  EXPECT_EQ(link("", "x").markup(), "x");
  EXPECT_TRUE(link("https://git.example.org/", "x").markup().starts_with("<a href="));
}

TEST(Element, EscapesItsAttributes) {
  EXPECT_EQ(element("p", {{"title", "\"><script>"}}, "x").markup(),
            "<p title=\"&quot;&gt;&lt;script&gt;\">x</p>\n");
}

TEST(ReportHtml, IsWellFormed) {
  for (const auto& [name, report] : test::sample_reports()) {
    EXPECT_EQ(fault_in(page_without_style(report)), "") << name;
  }
  EXPECT_EQ(fault_in(page_without_style(test::unreachable_report())), "");
}

TEST(ReportHtml, StaysWellFormedWhateverStrangersWrite) {
  const std::string html = page_without_style(test::hostile_report());
  EXPECT_EQ(fault_in(html), "");
  for (const std::string_view never : {"<script", "<img", "::error", "::set-output", "##[", "\x1b",
                                       "\u202E", "javascript:alert(1)\"", "\r"}) {
    EXPECT_EQ(html.find(never), std::string::npos) << never;
  }
}

TEST(ReportHtml, ShowsWhereLinesOfAConflictEndOtherwise) {
  analysis::Divergence parted;
  parted.merge_was_tried = true;
  parted.conflicts = {
      {analysis::ConflictKind::content, "file", "", {{1, 1, {"same"}, {"same\r"}, {}}}, 0}};
  std::size_t room = 10'000;
  const std::string html = conflicts_html(parted, room).markup();
  EXPECT_NE(html.find("same␍"), std::string::npos) << html;
  EXPECT_EQ(html.find('\r'), std::string::npos);
}

TEST(ReportHtml, HasNoScriptAndAsksForNothing) {
  const std::string html = report_html(test::diverged_report());
  for (const std::string_view never : {"<script", " src=", "@import", "url(", "<iframe"}) {
    EXPECT_EQ(html.find(never), std::string::npos) << never;
  }
}

TEST(ReportHtml, SaysWhatDidNotFit) {
  const std::string html = report_html(test::large_report(10'000, 40'000));
  EXPECT_LT(html.size(), 8U << 20U);
  EXPECT_EQ(fault_in(page_without_style(test::large_report(10'000, 40'000))), "");
  EXPECT_NE(html.find("are not listed on this page."), std::string::npos);
}

}  // namespace
}  // namespace occ::report
