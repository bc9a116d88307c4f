#include "base/encode.hpp"

#include <gtest/gtest.h>

namespace occ {
namespace {

TEST(Base64, EqualsTheExamplesOfRfc4648) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foo"), "Zm9v");
  EXPECT_EQ(base64("foob"), "Zm9vYg==");
  EXPECT_EQ(base64("fooba"), "Zm9vYmE=");
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
}

TEST(Base64, TakesEveryByteAndBreaksNoLines) {
  EXPECT_EQ(base64(std::string_view("\0\xFF\xFE", 3)), "AP/+");
  EXPECT_EQ(base64(std::string(300, 'x')).find('\n'), std::string::npos);
  EXPECT_EQ(base64(std::string(300, 'x')).size(), 400U);
}

TEST(PercentEncode, LeavesOnlyUnreservedCharacters) {
  EXPECT_EQ(percent_encode("aZ09-._~"), "aZ09-._~");
  EXPECT_EQ(percent_encode(" /?#@:%\n"), "%20%2F%3F%23%40%3A%25%0A");
  EXPECT_EQ(percent_encode("\xC3\xA9"), "%C3%A9");
}

TEST(PercentDecode, UndoesPercentEncodeForEveryByte) {
  std::string every;
  for (int byte = 0; byte < 256; ++byte) every += static_cast<char>(byte);
  EXPECT_EQ(percent_decode(percent_encode(every)), every);
}

TEST(PercentDecode, LeavesAMalformedEscapeAsItStands) {
  for (const std::string_view text : {"%", "%4", "a%", "%zz", "%4g", "%%", "%-1"}) {
    EXPECT_EQ(percent_decode(text), text);
  }
  EXPECT_EQ(percent_decode("%2a%2A"), "**");
  EXPECT_EQ(percent_decode("%%41"), "%A");
}

TEST(PercentDecode, DecodesOnce) {
  EXPECT_EQ(percent_decode("%2541"), "%41");
}

TEST(Hex, IsLowerCaseWithTwoDigitsAByte) {
  EXPECT_EQ(hex(as_bytes(std::string_view("\x00\x0F\xF0\xAB", 4))), "000ff0ab");
  EXPECT_EQ(hex({}), "");
}

}  // namespace
}  // namespace occ
