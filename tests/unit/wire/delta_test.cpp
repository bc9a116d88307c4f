#include "wire/delta.hpp"

#include "samples.hpp"

#include <gtest/gtest.h>

namespace occ::wire {
namespace {

using std::string_literals::operator""s;
using test::failure_of;

std::string applied(std::string_view base, std::string_view delta, std::size_t limit = 1000) {
  const auto result = apply_delta(as_bytes(base), as_bytes(delta), limit);
  return std::string(as_text(result));
}

TEST(ApplyDelta, CopiesFromTheBaseAndInserts) {
  // base 6, result 8; copy 3 bytes from 2; insert 2; copy 3 from 0
  EXPECT_EQ(applied("abcdef", "\x06\x08\x91\x02\x03\x02XY\x90\x03"s), "cdeXYabc");
}

TEST(ApplyDelta, TakesAMissingSizeFor64KiB) {
  const std::string base(0x10000, 'b');
  EXPECT_EQ(applied(base, "\x80\x80\x04\x80\x80\x04\x80"s, 0x10000), base);
}

TEST(ApplyDelta, ReadsEveryByteOfOffsetAndSize) {
  std::string base(0x20304, '.');
  base[0x10203] = 'Q';
  // offset 0x010203 (three bytes), size 0x0101
  const std::string delta = "\x84\x86\x08\x81\x02\xB7\x03\x02\x01\x01\x01"s;
  const std::string result = applied(base, delta);
  EXPECT_EQ(result.size(), 0x101U);
  EXPECT_EQ(result.front(), 'Q');
}

TEST(ApplyDelta, MakesAnEmptyResult) {
  EXPECT_EQ(applied("abc", "\x03\0"s), "");
}

TEST(ApplyDelta, RefusesInstructionsThatLeaveTheBaseOrDoNotAddUp) {
  const std::string base = "abcdef";
  for (const std::string& bad : {
           ""s,                                          // nothing
           "\x06"s,                                      // no result size
           "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80"s,  // a size that does not end
           "\x05\x03\x90\x03"s,                          // another base
           "\x06\x03\x91\x04\x03"s,                      // a copy beyond the base
           "\x06\x03\x91\x07\x01"s,                      // a copy from beyond the base
           "\x06\x03\x91\xFF"s,                          // a copy without its size
           "\x06\x03\x03XY"s,                            // an insert without its bytes
           "\x06\x03\0"s,                                // the reserved instruction
           "\x06\x04\x90\x03"s,                          // too short a result
           "\x06\x02\x90\x03"s,                          // too long a result
           "\x06\x03\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"s,  // the largest copy
       }) {
    EXPECT_EQ(failure_of([&] { (void)applied(base, bad); }), FailureCode::protocol_error)
        << testing::PrintToString(bad);
  }
}

TEST(ApplyDelta, RefusesAResultAboveTheLimitBeforeMakingIt) {
  EXPECT_EQ(failure_of([] { (void)applied("abcdef", "\x06\xFF\xFF\xFF\xFF\xFF\xFF\x01"s); }),
            FailureCode::protocol_error);
}

TEST(ApplyDelta, SurvivesEveryCutAndEveryChangedByte) {
  const std::string delta = "\x06\x08\x91\x02\x03\x02XY\x90\x03"s;
  for (std::size_t at = 0; at < delta.size(); ++at) {
    EXPECT_EQ(failure_of([&] { (void)applied("abcdef", delta.substr(0, at)); }),
              FailureCode::protocol_error);
    for (int value = 0; value < 256; ++value) {
      std::string damaged = delta;
      damaged[at] = static_cast<char>(value);
      const auto code = failure_of([&] { EXPECT_LE(applied("abcdef", damaged).size(), 1000U); });
      EXPECT_TRUE(!code || code == FailureCode::protocol_error);
    }
  }
}

}  // namespace
}  // namespace occ::wire
