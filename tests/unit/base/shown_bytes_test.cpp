#include "base/shown_bytes.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace occ {
namespace {

TEST(ShownBytes, UsesTheUnitThatKeepsTheNumberShort) {
  EXPECT_EQ(shown_bytes(0), "0 B");
  EXPECT_EQ(shown_bytes(999), "999 B");
  EXPECT_EQ(shown_bytes(1000), "1.0 kB");
  EXPECT_EQ(shown_bytes(1'449'000), "1.4 MB");
  EXPECT_EQ(shown_bytes(2'000'000'000), "2.0 GB");
  EXPECT_EQ(shown_bytes(3'000'000'000'000), "3.0 TB");
}

TEST(ShownBytes, NeverRoundsUpToAThousandOfAUnit) {
  EXPECT_EQ(shown_bytes(999'949), "999.9 kB");
  EXPECT_EQ(shown_bytes(999'950), "1.0 MB");
  EXPECT_EQ(shown_bytes(999'999), "1.0 MB");
}

TEST(ShownBytes, TakesTheLargestNumber) {
  EXPECT_EQ(shown_bytes(std::numeric_limits<std::uint64_t>::max()), "18446744.1 TB");
}

}  // namespace
}  // namespace occ
