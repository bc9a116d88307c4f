#include "base/backoff.hpp"

#include <gtest/gtest.h>

#include <set>

namespace occ {
namespace {

using std::chrono::milliseconds;

TEST(Backoff, WaitsBetweenHalfAndAllOfATimeThatDoubles) {
  std::mt19937 random(1);
  const Backoff backoff;
  for (int attempt = 0; attempt < 5; ++attempt) {
    const milliseconds whole = backoff.first * (1 << attempt);
    for (int i = 0; i < 200; ++i) {
      const auto wait = backoff.wait(attempt, random);
      EXPECT_GE(wait, whole / 2);
      EXPECT_LE(wait, whole);
    }
  }
}

TEST(Backoff, NeverWaitsLongerThanItsLongest) {
  std::mt19937 random(1);
  const Backoff backoff;
  for (const int attempt : {5, 10, 63, 64, 1000, 1'000'000}) {
    const auto wait = backoff.wait(attempt, random);
    EXPECT_GE(wait, backoff.longest / 2);
    EXPECT_LE(wait, backoff.longest);
  }
}

TEST(Backoff, SpreadsTheTriesOfSeveralRuns) {
  std::mt19937 random(1);
  std::set<milliseconds> waits;
  for (int i = 0; i < 20; ++i) waits.insert(Backoff().wait(3, random));
  EXPECT_GT(waits.size(), 10U);
}

}  // namespace
}  // namespace occ
