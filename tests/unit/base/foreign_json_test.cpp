#include "base/foreign_json.hpp"

#include <gtest/gtest.h>

#include <string>

namespace occ {
namespace {

constexpr limits::Json kSmall{1000, 4, 10};

bool is_read(const std::string& text) {
  return !parse_foreign_json(text, kSmall).is_discarded();
}

TEST(ForeignJson, IsReadUpToItsDepthAndNoFurther) {
  EXPECT_TRUE(is_read("[[[[1]]]]"));
  EXPECT_FALSE(is_read("[[[[[1]]]]]"));
  EXPECT_TRUE(is_read(R"({"a":{"b":{"c":{"d":1}}}})"));
  EXPECT_FALSE(is_read(R"({"a":{"b":{"c":{"d":{}}}}})"));
  EXPECT_TRUE(is_read("[[],[],[],[]]")) << "beside each other they are not deep";
}

TEST(ForeignJson, IsReadUpToItsNumberOfValues) {
  EXPECT_TRUE(is_read("[1,2,3,4,5,6,7,8,9]"));
  EXPECT_FALSE(is_read("[1,2,3,4,5,6,7,8,9,10]"));
  EXPECT_FALSE(is_read("[[],[],[],[],[],[]]"));
}

TEST(ForeignJson, IsReadUpToItsSize) {
  EXPECT_TRUE(is_read('"' + std::string(998, 'x') + '"'));
  EXPECT_FALSE(is_read('"' + std::string(999, 'x') + '"'));
}

TEST(ForeignJson, MayHaveBracketsInItsTexts) {
  EXPECT_TRUE(is_read(R"("[[[[[[{{{{{{,,,,,,,,,,,,")"));
  EXPECT_TRUE(is_read(R"("\"[[[[[[[[[[")"));
  EXPECT_TRUE(is_read(R"(["\\",["\\"]])"));
  EXPECT_FALSE(is_read(R"(["\\",[[[["\\"]]]]])"));
}

TEST(ForeignJson, ThatIsNoneIsDiscarded) {
  for (const char* text : {"", "x", "[", "]]]]]]", "\"", "\"\\", "{]"}) {
    EXPECT_FALSE(is_read(text)) << text;
  }
}

// Recursion over it would end the program.
TEST(ForeignJson, OfAMillionLevelsIsDiscarded) {
  EXPECT_TRUE(parse_foreign_json(std::string(1'000'000, '['), limits::kApiAnswer).is_discarded());
  EXPECT_TRUE(parse_foreign_json(
                  R"({"schema":)" + std::string(100'000, '[') + std::string(100'000, ']') + '}',
                  limits::kRecord)
                  .is_discarded());
}

}  // namespace
}  // namespace occ
