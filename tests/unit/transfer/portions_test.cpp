#include "transfer/portions.hpp"

#include <gtest/gtest.h>

namespace occ::transfer {
namespace {

TEST(Portions, LetTheGroupThatWasHeldBackLastGoFirst) {
  Portions portions;
  portions.hold_back({"c", "d"});
  portions.hold_back({"b"});
  EXPECT_TRUE(portions.waits("b"));
  EXPECT_TRUE(portions.release());
  EXPECT_FALSE(portions.waits("b"));
  EXPECT_TRUE(portions.waits("c"));
  EXPECT_TRUE(portions.release());
  EXPECT_FALSE(portions.any_waits());
  EXPECT_FALSE(portions.release());
}

TEST(Portions, AreCutInOrder) {
  for (const std::size_t most : {1U, 2U, 3U, 4U, 5U, 9U}) {
    SCOPED_TRACE(most);
    const std::vector<std::string> names = {"a", "b", "c", "d"};
    Portions portions;
    portions.cut(names, most);
    std::size_t gone = 0;
    do {
      const std::size_t last = std::min(gone + most, names.size());
      for (std::size_t i = 0; i < names.size(); ++i) EXPECT_EQ(portions.waits(names[i]), i >= last);
      gone = last;
    } while (portions.release());
    EXPECT_EQ(gone, names.size());
  }
}

}  // namespace
}  // namespace occ::transfer
