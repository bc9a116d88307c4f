// How the tests of bounds measure: the program's peak of memory, and that it ends.
#pragma once

#include "e2e/expect.hpp"
#include "e2e/report_of.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace occ::test {

inline constexpr long kOrdinary = 40 * 1024;  // KiB that a small sync needs
inline constexpr long kMore = 64 * 1024;      // KiB that a stranger may make of it

inline long peak_of(const StepRun& run) {
  const auto at = run.process.peak_rss_kib.find(kProgramName);
  return at == run.process.peak_rss_kib.end() ? -1 : at->second;
}

inline void expect_bounded(const StepRun& run) {
  EXPECT_FALSE(run.process.timed_out) << run.story();
  EXPECT_NE(run.exit_code(), 70) << run.story();
  EXPECT_GT(peak_of(run), 0) << run.story();
  EXPECT_LT(peak_of(run), kOrdinary + kMore) << run.story();
}

inline std::string digits_of(char digit) {
  return std::string(40, digit);
}

inline std::string commit_text(const std::string& tree, const std::vector<std::string>& parents,
                               const std::string& message = "x") {
  std::string text = "tree " + tree + '\n';
  for (const std::string& parent : parents) text += "parent " + parent + '\n';
  return text + "author A <a@b> 1 +0000\ncommitter A <a@b> 1 +0000\n\n" + message + '\n';
}

}  // namespace occ::test
