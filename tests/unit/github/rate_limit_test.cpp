#include "github/rate_limit.hpp"

#include <gtest/gtest.h>

namespace occ::github {
namespace {

using std::chrono::seconds;

constexpr std::chrono::system_clock::time_point kNow{seconds(1'000'000)};

net::HttpHead head(long status, std::string retry_after, std::string remaining, std::string reset) {
  net::HttpHead made;
  made.status = status;
  made.retry_after = std::move(retry_after);
  made.rate_limit_remaining = std::move(remaining);
  made.rate_limit_reset = std::move(reset);
  return made;
}

TEST(RateLimit, OfTheHourEndsAtItsReset) {
  for (const long status : {403L, 429L}) {
    const auto limited = rate_limit_of(head(status, "", "0", "1000042"), "", kNow);
    ASSERT_TRUE(limited);
    EXPECT_EQ(limited->limit, RateLimit::primary);
    EXPECT_EQ(limited->wait, seconds(42));
  }
}

TEST(RateLimit, ThatEndedInThePastIsNotWaitedFor) {
  EXPECT_EQ(rate_limit_of(head(403, "", "0", "999999"), "", kNow)->wait, seconds(0));
}

TEST(RateLimit, ForAMomentNamesItsSeconds) {
  const auto limited = rate_limit_of(head(403, "30", "4000", "1000042"), "", kNow);
  EXPECT_EQ(limited->limit, RateLimit::secondary);
  EXPECT_EQ(limited->wait, seconds(30));
}

TEST(RateLimit, IsKnownByItsMessageToo) {
  const auto limited =
      rate_limit_of(head(403, "", "4000", ""), "You have exceeded a secondary rate limit.", kNow);
  EXPECT_EQ(limited->limit, RateLimit::secondary);
  EXPECT_EQ(limited->wait, std::nullopt);
}

TEST(RateLimit, IsNotEveryRefusal) {
  EXPECT_FALSE(rate_limit_of(head(403, "", "4000", "1000042"), "Resource not accessible", kNow));
  EXPECT_FALSE(rate_limit_of(head(404, "", "0", "1000042"), "Not Found", kNow));
  EXPECT_FALSE(rate_limit_of(head(200, "", "0", "1000042"), "", kNow));
}

TEST(RateLimit, NamesNoTimeThatIsNoNumber) {
  for (const std::string text : {"", "-1", "soon", "99999999999999999999", "1 2"}) {
    const auto limited = rate_limit_of(head(429, text, "0", text), "", kNow);
    ASSERT_TRUE(limited) << text;
    EXPECT_EQ(limited->wait, std::nullopt) << text;
  }
}

}  // namespace
}  // namespace occ::github
