#include "wire/capabilities.hpp"

#include "samples.hpp"

#include <gtest/gtest.h>

namespace occ::wire {
namespace {

Capabilities of(std::string_view list) {
  Capabilities capabilities;
  capabilities.add_list(list);
  return capabilities;
}

TEST(Capabilities, ReadsNamesAndValuesFromAList) {
  const auto all = of(" report-status  agent=git/2.39 atomic ");
  EXPECT_TRUE(all.has("report-status"));
  EXPECT_TRUE(all.has("atomic"));
  EXPECT_EQ(all.value("agent"), "git/2.39");
  EXPECT_EQ(all.value("atomic"), "");
  EXPECT_FALSE(all.has("atom"));
  EXPECT_FALSE(all.has(""));
  EXPECT_EQ(all.value("absent"), "");
}

TEST(Capabilities, KeepsEveryValueOfANameThatComesAgain) {
  const auto all = of("symref=HEAD:refs/heads/main symref=refs/heads/a:refs/heads/b");
  EXPECT_EQ(all.values("symref"),
            (std::vector<std::string_view>{"HEAD:refs/heads/main", "refs/heads/a:refs/heads/b"}));
  EXPECT_TRUE(all.values("absent").empty());
}

TEST(Capabilities, SplitsAtTheFirstEqualsSignOnly) {
  EXPECT_EQ(of("push-cert=a=b").value("push-cert"), "a=b");
}

TEST(Capabilities, FindsWholeWordsInAValue) {
  Capabilities all;
  all.add("fetch=shallow wait-for-done filter");
  EXPECT_TRUE(all.value_has_word("fetch", "shallow"));
  EXPECT_TRUE(all.value_has_word("fetch", "filter"));
  EXPECT_FALSE(all.value_has_word("fetch", "wait"));
  EXPECT_FALSE(all.value_has_word("absent", "filter"));
}

TEST(Capabilities, KnowsBothObjectFormatsAndTakesSha1ForSilence) {
  EXPECT_EQ(of("").object_format(), ObjectFormat::sha1);
  EXPECT_EQ(of("object-format=sha1").object_format(), ObjectFormat::sha1);
  EXPECT_EQ(of("object-format=sha256").object_format(), ObjectFormat::sha256);
}

TEST(Capabilities, RefusesAnObjectFormatThatGitDoesNotHave) {
  EXPECT_EQ(test::failure_of([] { (void)of("object-format=md5").object_format(); }),
            FailureCode::protocol_error);
}

}  // namespace
}  // namespace occ::wire
