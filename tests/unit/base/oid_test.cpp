#include "base/oid.hpp"

#include "samples.hpp"

#include <gtest/gtest.h>

#include <unordered_set>

namespace occ {
namespace {

constexpr std::string_view kSha1 = "0123456789abcdef0123456789abcdef01234567";
constexpr std::string_view kSha256 =
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

TEST(Oid, ReadsAndWritesBothFormats) {
  EXPECT_EQ(Oid::from_hex(kSha1).value().hex(), kSha1);
  EXPECT_EQ(Oid::from_hex(kSha256).value().hex(), kSha256);
}

TEST(Oid, WritesLowerCaseWhateverItRead) {
  EXPECT_EQ(Oid::from_hex("ABCDEFABCDEFABCDEFABCDEFABCDEFABCDEFABCD").value().hex(),
            "abcdefabcdefabcdefabcdefabcdefabcdefabcd");
}

TEST(Oid, IsNothingUnlessTheTextIsFortyOrSixtyFourDigits) {
  for (std::size_t length = 0; length <= 70; ++length) {
    EXPECT_EQ(Oid::from_hex(std::string(length, 'a')).has_value(), length == 40 || length == 64)
        << length;
  }
}

TEST(Oid, IsNothingIfAnyCharacterIsNoDigit) {
  for (std::size_t at = 0; at < kSha1.size(); ++at) {
    for (const char wrong : {'g', 'G', ' ', '-', '/', ':', '@', '`', '\0', '\xC3'}) {
      std::string text(kSha1);
      text[at] = wrong;
      EXPECT_FALSE(Oid::from_hex(text).has_value()) << at << ' ' << wrong;
    }
  }
}

TEST(Oid, IsNullByDefaultAndTakesTheDigitsOfTheFormatAskedFor) {
  EXPECT_TRUE(Oid().is_null());
  EXPECT_EQ(Oid().hex(), std::string(40, '0'));
  EXPECT_EQ(Oid().hex(ObjectFormat::sha256), std::string(64, '0'));
}

TEST(Oid, HasOneNullIdForBothFormats) {
  EXPECT_EQ(Oid::from_hex(std::string(40, '0')), Oid());
  EXPECT_EQ(Oid::from_hex(std::string(64, '0')), Oid());
  const std::string zeros(32, '\0');
  EXPECT_EQ(Oid::from_raw(as_bytes(zeros), ObjectFormat::sha256), Oid());
}

TEST(Oid, ComesBackFromItsRawBytes) {
  for (const std::string_view text : {kSha1, kSha256}) {
    const Oid oid = Oid::from_hex(text).value();
    const auto raw = std::as_bytes(std::span(oid.raw()));
    const auto format = text.size() == 40 ? ObjectFormat::sha1 : ObjectFormat::sha256;
    EXPECT_EQ(Oid::from_raw(raw, format), oid);
  }
}

TEST(Oid, OfOneFormatIsNeverEqualToOneOfTheOther) {
  const std::string padded = std::string(kSha1) + std::string(24, '0');
  EXPECT_NE(Oid::from_hex(padded), Oid::from_hex(kSha1));
}

TEST(Oid, IsAbbreviatedToTenDigits) {
  EXPECT_EQ(Oid::from_hex(kSha1).value().abbreviated(), "0123456789");
}

TEST(Oid, IsAKeyOfSets) {
  const std::unordered_set<Oid> set{test::id('1'), test::id('2'), test::id('1')};
  EXPECT_EQ(set.size(), 2U);
  EXPECT_TRUE(set.contains(test::id('2')));
  EXPECT_FALSE(set.contains(test::id('3')));
}

TEST(ObjectFormat, KnowsItsNameAndSize) {
  EXPECT_EQ(raw_size(ObjectFormat::sha1), 20U);
  EXPECT_EQ(raw_size(ObjectFormat::sha256), 32U);
  EXPECT_EQ(name_of(ObjectFormat::sha1), "sha1");
  EXPECT_EQ(name_of(ObjectFormat::sha256), "sha256");
}

}  // namespace
}  // namespace occ
