#include "base/shown_count.hpp"

#include "report/report.hpp"

#include <gtest/gtest.h>

namespace occ {
namespace {

TEST(ShownCount, KnowsOneFromMany) {
  EXPECT_EQ(shown_count(0, "ref", "refs"), "0 refs");
  EXPECT_EQ(shown_count(1, "ref", "refs"), "1 ref");
  EXPECT_EQ(shown_count(12'001, "ref", "refs"), "12,001 refs");
}

TEST(VerdictLine, SaysOneRefDiffersAndTwoDiffer) {
  report::Report report;
  report.outcome.refs.resize(1);
  report.outcome.refs[0].result = transfer::Result::skipped;
  EXPECT_EQ(report::verdict_line(report), "Left alone: 1 ref differs, and was to be left so.");
  report.outcome.refs.resize(2);
  report.outcome.refs[1].result = transfer::Result::skipped;
  EXPECT_EQ(report::verdict_line(report), "Left alone: 2 refs differ, and were to be left so.");
}

}  // namespace
}  // namespace occ
