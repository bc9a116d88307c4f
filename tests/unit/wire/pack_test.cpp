#include "wire/pack.hpp"

#include "base/encode.hpp"
#include "samples.hpp"
#include "wire/pack_writer.hpp"

#include <gtest/gtest.h>

namespace occ::wire {
namespace {

using std::string_literals::operator""s;
using test::failure_of;

TEST(PackObjectCount, ReadsTheCountOfBothVersions) {
  EXPECT_EQ(pack_object_count(as_bytes("PACK\0\0\0\2\0\0\0\7"s)), 7U);
  EXPECT_EQ(pack_object_count(as_bytes("PACK\0\0\0\3\xFF\xFF\xFF\xFF"s)), 0xFFFFFFFFU);
}

TEST(PackObjectCount, RefusesWhatIsNoPack) {
  for (const std::string& bad : {"KCAP\0\0\0\2\0\0\0\7"s, "PACK\0\0\0\1\0\0\0\7"s,
                                 "PACK\0\0\0\4\0\0\0\7"s, "PACK\2\0\0\0\0\0\0\7"s}) {
    EXPECT_EQ(failure_of([&] { (void)pack_object_count(as_bytes(bad)); }),
              FailureCode::protocol_error);
  }
}

std::string sample_pack(ObjectFormat format) {
  std::string pack = "PACK\0\0\0\2\0\0\0\1"s;
  for (int i = 0; i < 90; ++i) pack += static_cast<char>(i * 7);
  Hasher hasher(format);
  hasher.update(as_bytes(pack));
  const auto digest = hasher.finish();
  return pack += as_text(Bytes(digest).first(raw_size(format)));
}

bool matches_in_pieces(ObjectFormat format, std::string_view pack, std::size_t piece) {
  TrailerCheck check(format);
  for (std::size_t at = 0; at < pack.size(); at += piece) {
    check.update(as_bytes(pack.substr(at, piece)));
  }
  EXPECT_EQ(check.size(), pack.size());
  return check.matches();
}

TEST(TrailerCheck, MatchesHoweverThePackIsCut) {
  for (const auto format : {ObjectFormat::sha1, ObjectFormat::sha256}) {
    const std::string pack = sample_pack(format);
    for (std::size_t piece = 1; piece <= pack.size(); ++piece) {
      EXPECT_TRUE(matches_in_pieces(format, pack, piece)) << piece;
    }
  }
}

TEST(TrailerCheck, MatchesForPiecesOfMixedSizes) {
  const std::string pack = sample_pack(ObjectFormat::sha1);
  for (std::size_t first = 0; first <= pack.size(); ++first) {
    for (const std::size_t second : {1U, 19U, 20U, 21U}) {
      TrailerCheck check(ObjectFormat::sha1);
      const std::string_view all(pack);
      check.update(as_bytes(all.substr(0, first)));
      check.update(as_bytes(all.substr(first).substr(0, second)));
      check.update({});
      if (first + second < all.size()) check.update(as_bytes(all.substr(first + second)));
      EXPECT_TRUE(check.matches()) << first << ' ' << second;
    }
  }
}

TEST(TrailerCheck, SeesEveryFlippedByte) {
  const std::string pack = sample_pack(ObjectFormat::sha1);
  for (std::size_t at = 0; at < pack.size(); ++at) {
    std::string damaged = pack;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    EXPECT_FALSE(matches_in_pieces(ObjectFormat::sha1, damaged, 13)) << at;
  }
}

TEST(TrailerCheck, SeesEveryMissingEnd) {
  const std::string pack = sample_pack(ObjectFormat::sha1);
  for (std::size_t size = 0; size < pack.size(); ++size) {
    EXPECT_FALSE(matches_in_pieces(ObjectFormat::sha1, std::string_view(pack).substr(0, size), 13))
        << size;
  }
}

TEST(TrailerCheck, MatchesOurOwnEmptyPack) {
  EXPECT_TRUE(matches_in_pieces(ObjectFormat::sha1, make_pack({}, ObjectFormat::sha1), 1));
}

}  // namespace
}  // namespace occ::wire
