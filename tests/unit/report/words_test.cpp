#include "report/words.hpp"

#include <gtest/gtest.h>

#include <cstdint>

namespace occ::report {
namespace {

TEST(ShownNumber, SetsThousandsApart) {
  EXPECT_EQ(shown_number(0), "0");
  EXPECT_EQ(shown_number(999), "999");
  EXPECT_EQ(shown_number(1'000), "1,000");
  EXPECT_EQ(shown_number(UINT64_MAX), "18,446,744,073,709,551,615");
}

TEST(ShownCount, TellsOneFromMany) {
  EXPECT_EQ(shown_count(1, "file", "files"), "1 file");
  EXPECT_EQ(shown_count(0, "file", "files"), "0 files");
}

TEST(ShownDuration, HasTheUnitThatFits) {
  EXPECT_EQ(shown_duration(840), "840 ms");
  EXPECT_EQ(shown_duration(1'840), "1.8 s");
  EXPECT_EQ(shown_duration(59'949), "59.9 s");
  EXPECT_EQ(shown_duration(59'950), "1 min 0 s");
  EXPECT_EQ(shown_duration(125'000), "2 min 5 s");
  EXPECT_EQ(shown_duration(7'500'000), "2 h 5 min");
}

TEST(IsoTime, IsInTheAuthorsOwnZone) {
  EXPECT_EQ(iso_time(0), "1970-01-01T00:00:00Z");
  EXPECT_EQ(iso_time(1'772'000'000, 90), "2026-02-25T07:43:20+01:30");
  EXPECT_EQ(iso_time(1'772'000'000, -330), "2026-02-25T00:43:20-05:30");
  EXPECT_EQ(iso_time(951'782'399, 0), "2000-02-28T23:59:59Z");
  EXPECT_EQ(iso_time(951'782'400, 0), "2000-02-29T00:00:00Z");
}

TEST(IsoTime, StandsWhateverACommitClaims) {
  EXPECT_EQ(iso_time(INT64_MAX, INT32_MAX).substr(0, 5), "9998-");
  EXPECT_EQ(iso_time(INT64_MIN, INT32_MIN).substr(0, 5), "0001-");
  EXPECT_EQ(iso_time(-1), "1969-12-31T23:59:59Z");
}

TEST(NotesOn, TellWhatTheKindOfChangeDoesNot) {
  analysis::FileChange change;
  change.old_file = change.new_file = analysis::FileKind::file;
  EXPECT_EQ(notes_on(change), "");
  change.new_file = analysis::FileKind::executable;
  change.binary = true;
  EXPECT_EQ(notes_on(change), "file → executable, binary");
}

}  // namespace
}  // namespace occ::report
