#include "base/ascii.hpp"

#include <gtest/gtest.h>

namespace occ {
namespace {

TEST(Ascii, LowersLettersAndNothingElse) {
  EXPECT_EQ(ascii_lower("HTTPS://Example.COM:8443/@[`{"), "https://example.com:8443/@[`{");
  EXPECT_EQ(ascii_lower("\xC3\x84\xFF"), "\xC3\x84\xFF");
}

TEST(Ascii, ComparesABeginningInWhicheverCase) {
  EXPECT_TRUE(ascii_starts_with("Content-Type: text", "content-type"));
  EXPECT_TRUE(ascii_starts_with("a", ""));
  EXPECT_FALSE(ascii_starts_with("Content", "content-type"));
  EXPECT_FALSE(ascii_starts_with("Content_Type", "content-type"));
}

}  // namespace
}  // namespace occ
