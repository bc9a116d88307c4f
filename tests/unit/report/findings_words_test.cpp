// What Markdown and HTML both say of what was found out, in words.
#include "report/report_html.hpp"
#include "report/summary.hpp"
#include "reports/samples.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace occ::report {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

void expect_both(const Report& report, const testing::Matcher<const std::string&>& what) {
  EXPECT_THAT(report_markdown(report), what);
  EXPECT_THAT(report_html(report), what);
}

Report without_merge_base(plan::Relation relation) {
  Report report = test::diverged_report();
  report.outcome.refs.front().planned.relation = relation;
  report.findings.refs.front().divergence->merge_base.reset();
  return report;
}

TEST(FindingsInWords, TellUnrelatedHistoriesFromThoseThatMetMoreThanOnce) {
  expect_both(without_merge_base(plan::Relation::unrelated),
              AllOf(HasSubstr(" have no commit in common. "), Not(HasSubstr("no single"))));
  expect_both(without_merge_base(plan::Relation::diverged),
              AllOf(HasSubstr(" have no single last commit in common. "),
                    Not(HasSubstr("no commit in common"))));
}

TEST(FindingsInWords, CountTheConflictsThatAreNotListed) {
  Report report = test::diverged_report();
  expect_both(report, AllOf(HasSubstr("4 files"), Not(HasSubstr("listed)"))));
  report.findings.refs.front().divergence->conflicts_left_out = 1'200;
  expect_both(report, HasSubstr("1,204 files (4 listed)"));
}

TEST(FindingsInWords, CountTheCommitsThatAreNotListed) {
  Report report = test::diverged_report();
  report.findings.refs.front().commits.left_out = 7;
  expect_both(report, HasSubstr("7 older commits are not listed"));
  report.findings.refs.front().commits = {{}, 33};
  report.findings.refs.front().divergence->target_commits = {{}, 1};
  const std::string markdown = report_markdown(report);
  EXPECT_THAT(markdown, HasSubstr("side: 33 commits, not listed (`report_max_commits`).\n"));
  EXPECT_THAT(markdown, HasSubstr("side: 1 commit, not listed (`report_max_commits`).\n"));
  const std::string html = report_html(report);
  EXPECT_THAT(html, HasSubstr("33 commits are not listed; "));
  EXPECT_THAT(html, HasSubstr("1 commit is not listed; "));
}

TEST(FindingsInWords, SayWhatUnreadFilesWereNotCheckedFor) {
  constexpr const char* kWords = "were not read were not checked for Git LFS pointers";
  Report report = test::diverged_report();
  expect_both(report, Not(HasSubstr(kWords)));
  report.findings.refs.front().changes.not_counted_because = "the changed files are too large";
  expect_both(report, HasSubstr(kWords));
}

}  // namespace
}  // namespace occ::report
