#include "base/untrusted.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace occ {
namespace {

using std::string_literals::operator""s;

constexpr std::string_view kReplaced = "\xEF\xBF\xBD";

TEST(Printable, LeavesOrdinaryTextAlone) {
  EXPECT_EQ(printable("remote: Resolving deltas: 100% (3/3), done."),
            "remote: Resolving deltas: 100% (3/3), done.");
  EXPECT_EQ(printable("größe 大 🎉"), "größe 大 🎉");
  EXPECT_EQ(printable(""), "");
}

TEST(Printable, TakesTheirPowerFromWorkflowCommands) {
  EXPECT_EQ(printable("::error::gotcha"), ": :error: :gotcha");
  EXPECT_EQ(printable("##[error]gotcha"), "## [error]gotcha");
  EXPECT_EQ(printable("a ::set-output name=x::y"), "a : :set-output name=x: :y");
}

TEST(Printable, LeavesNoCommandHoweverTheMarksAreRepeated) {
  for (const std::string_view text :
       {":::::", "::::error::", "###[[", "##[##[", ":\x1b:", ":\n:", "::\r\n::add-mask::x",
        "\xFF::debug::", "#\x01#[x", "##\n[x"}) {
    const std::string shown = printable(text);
    EXPECT_EQ(shown.find("::"), std::string::npos) << shown;
    EXPECT_EQ(shown.find("##["), std::string::npos) << shown;
  }
}

TEST(Printable, ShowsAnAddressOfIpv6AsItIs) {
  for (const std::string_view text :
       {"'[::1]': Couldn't connect", "http://[::1]:1/a.git", "connect to host ::1 port 22: refused",
        "at fe80::1:2 now", "to '2001:db8::8a2e:370:7334'", "http://[::ffff:127.0.0.1]/a"}) {
    EXPECT_EQ(printable(text), text);
  }
}

TEST(Printable, TakesNoCommandForAnAddress) {
  for (const std::string_view text : {"::1", " ::1 ", "a ::add-mask::x", "a ::debug::b",
                                      "[::error::", "a ::dead::beef::", "\xEF\xBF\xBD::1",
                                      "##[::1]", "x ::", "x :: y", "a ::1::2", "a ::e::f"}) {
    EXPECT_EQ(printable(text).find("::"), std::string::npos) << printable(text);
  }
}

TEST(Quotable, LeavesOutWhatStandsAroundAServersWords) {
  EXPECT_EQ(quotable("on the remote side.\0"s), "on the remote side");
  EXPECT_EQ(quotable(" \r\n fatal: a\r\n\r\nerror: b  \n"), "fatal: a error: b");
  EXPECT_EQ(quotable("wait..."), "wait...");
  EXPECT_EQ(quotable("\n \0\n"s), "");
  EXPECT_EQ(quotable("a\x1b[1m"), "a" + std::string(kReplaced) + "[1m");
  EXPECT_LE(quotable(std::string(5'000'000, ' ') + "x", 100).size(), 110U);
}

TEST(AsSentence, EndsOnce) {
  EXPECT_EQ(as_sentence("it failed"), "it failed.");
  EXPECT_EQ(as_sentence("It failed. "), "It failed.");
  EXPECT_EQ(as_sentence("why?"), "why?");
  EXPECT_EQ(as_sentence("cut…"), "cut…");
  EXPECT_EQ(as_sentence(""), "");
}

TEST(Printable, MakesOneLineOfSeveral) {
  EXPECT_EQ(printable("one\ntwo\r\nthree\tfour"), "one two  three four");
}

TEST(Printable, ShowsControlCharactersAsReplaced) {
  EXPECT_EQ(printable("a\x1b[31mb"), "a" + std::string(kReplaced) + "[31mb");
  EXPECT_EQ(printable("a\0b"s), "a" + std::string(kReplaced) + "b");
  EXPECT_EQ(printable("\x7F"), kReplaced);
  EXPECT_EQ(printable("\xC2\x9B"), kReplaced);  // U+009B, which some terminals take for ESC [
}

TEST(Printable, ShowsBidirectionalAndInvisibleCharactersAsReplaced) {
  for (const std::string_view text :
       {"\u202A", "\u202E", "\u2066", "\u2069", "\u200B", "\u200E", "\u200F", "\u061C", "\u2028",
        "\u2029", "\uFEFF", "\u2060", "\U000E0041"}) {
    EXPECT_EQ(printable(text), kReplaced) << text;
  }
}

TEST(Printable, ShowsInvalidUtf8AsReplaced) {
  EXPECT_EQ(printable("a\xFFz"), "a" + std::string(kReplaced) + "z");
  for (const std::string_view bad : {
           "\xC0\xAF",          // overlong
           "\xE0\x80\xAF",      // overlong
           "\xF0\x80\x80\xAF",  // overlong
           "\xED\xA0\x80",      // a surrogate
           "\xF4\x90\x80\x80",  // beyond U+10FFFF
           "\xC3",              // cut off
           "\xE2\x82",          // cut off
           "\x80",              // a continuation alone
       }) {
    const std::string shown = printable(bad);
    EXPECT_TRUE(shown.starts_with(kReplaced)) << shown;
    EXPECT_EQ(valid_utf8(shown), shown);
  }
}

TEST(Printable, CutsWhatIsTooLongAndSaysSo) {
  const std::string shown = printable(std::string(5000, 'x'), 100);
  EXPECT_LE(shown.size(), 110U);
  EXPECT_TRUE(shown.ends_with("…"));
  EXPECT_EQ(printable(std::string(100, 'x'), 100), std::string(100, 'x'));
}

TEST(Printable, CutsBetweenCharacters) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "é大🎉";
  for (std::size_t limit = 1; limit < 40; ++limit) {
    const std::string shown = printable(text, limit);
    EXPECT_EQ(valid_utf8(shown), shown) << limit;
  }
}

TEST(Printable, KeepsItsPromisesForAnyBytes) {
  std::mt19937 random(1);
  const std::string alphabet = ":#[\n\r\x1b\xC2\xE2\x80\xAE\xF0\xFF a%"s + '\0';
  for (int round = 0; round < 2000; ++round) {
    std::string text;
    for (int i = 0; i < 30; ++i) text += alphabet[random() % alphabet.size()];
    const std::string shown = printable(text);
    ASSERT_EQ(shown.find("::"), std::string::npos);
    ASSERT_EQ(shown.find("##["), std::string::npos);
    ASSERT_EQ(shown.find_first_of("\n\r\x1b"), std::string::npos);
    ASSERT_EQ(valid_utf8(shown), shown);
    ASSERT_EQ(printable(shown), shown);
  }
}

TEST(ValidUtf8, ChangesNothingButInvalidBytes) {
  EXPECT_EQ(valid_utf8("a\n::error::\x1b é"), "a\n::error::\x1b é");
  EXPECT_EQ(valid_utf8("a\xFF\xC3z"), "a" + std::string(kReplaced) + std::string(kReplaced) + "z");
}

}  // namespace
}  // namespace occ
