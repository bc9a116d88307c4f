#include "base/hash.hpp"

#include "base/encode.hpp"

#include <gtest/gtest.h>

namespace occ {
namespace {

std::string digest(ObjectFormat format, const std::vector<std::string>& pieces) {
  Hasher hasher(format);
  for (const std::string& piece : pieces) hasher.update(as_bytes(piece));
  return hex(Bytes(hasher.finish()).first(raw_size(format)));
}

TEST(Hasher, EqualsThePublishedDigests) {
  EXPECT_EQ(digest(ObjectFormat::sha1, {"abc"}), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(digest(ObjectFormat::sha1, {}), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
  EXPECT_EQ(digest(ObjectFormat::sha256, {"abc"}),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Hasher, DoesNotCareHowTheBytesAreCut) {
  const std::string text(1000, 'y');
  for (const std::size_t cut : {0U, 1U, 63U, 64U, 65U, 999U, 1000U}) {
    EXPECT_EQ(digest(ObjectFormat::sha1, {text.substr(0, cut), text.substr(cut)}),
              digest(ObjectFormat::sha1, {text}));
  }
}

TEST(Hasher, CanBeMovedInTheMiddle) {
  Hasher first(ObjectFormat::sha1);
  first.update(as_bytes("a"));
  Hasher second(std::move(first));
  second.update(as_bytes("bc"));
  EXPECT_EQ(hex(Bytes(second.finish()).first(20)), "a9993e364706816aba3e25717850c26c9cd0d89d");
}

}  // namespace
}  // namespace occ
