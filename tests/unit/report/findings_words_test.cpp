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

}  // namespace
}  // namespace occ::report
