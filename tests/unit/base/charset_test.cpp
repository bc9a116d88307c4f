#include "base/charset.hpp"

#include <gtest/gtest.h>

namespace occ {
namespace {

TEST(ToUtf8, ReadsLatin1UnderAllItsNames) {
  for (const auto* name : {"ISO-8859-1", "iso8859-1", "ISO_8859-1", "latin1", "Latin-1", "L1"}) {
    EXPECT_EQ(to_utf8("Caf\xE9 \x85 \xFF", name), "Caf\u00E9 \u0085 \u00FF") << name;
  }
}

TEST(ToUtf8, ReadsWindows1252) {
  for (const auto* name : {"windows-1252", "CP1252", "Windows1252"}) {
    EXPECT_EQ(to_utf8("\x80 \x93Jos\xE9\x94 \x9F", name), "\u20AC \u201CJos\u00E9\u201D \u0178");
  }
  EXPECT_EQ(to_utf8("\x81\x8D\x8F\x90\x9D", "cp1252"), "\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD");
}

TEST(ToUtf8, LeavesEverythingElseAsItIs) {
  for (const auto* name : {"", "UTF-8", "US-ASCII", "KOI8-R", "ISO-8859-15", "Shift_JIS"}) {
    EXPECT_EQ(to_utf8("Caf\u00E9 \xE9", name), "Caf\u00E9 \xE9") << name;
  }
}

}  // namespace
}  // namespace occ
