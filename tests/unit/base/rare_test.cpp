#include "base/rare.hpp"

#include <gtest/gtest.h>

#include <string>

namespace occ {
namespace {

struct Extra {
  std::string text = "none";
};

TEST(Rare, ReadsAsTheDefaultWhereItIsAbsent) {
  const Rare<Extra> rare;
  EXPECT_EQ(rare->text, "none");
}

TEST(Rare, IsCopiedWithItsOwner) {
  Rare<Extra> first;
  first.edit().text = "first";
  Rare<Extra> second = first;
  second.edit().text += ", second";
  EXPECT_EQ(first->text, "first");
  EXPECT_EQ(second->text, "first, second");
  second = first;
  EXPECT_EQ(second->text, "first");
  second = Rare<Extra>();
  EXPECT_EQ(second->text, "none");
}

TEST(Rare, TakesOnePointer) {
  EXPECT_EQ(sizeof(Rare<Extra>), sizeof(void*));
}

}  // namespace
}  // namespace occ
