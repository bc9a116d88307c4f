#include "base/refs.hpp"

#include "samples.hpp"

#include <gtest/gtest.h>

namespace occ {
namespace {

using test::id;

TEST(RefListing, FindsARefByItsWholeName) {
  RefListing listing;
  listing.refs = {test::ref("refs/heads/a", '1'), test::ref("refs/heads/a/b", '2'),
                  test::ref("refs/heads/ab", '3')};
  ASSERT_NE(listing.find("refs/heads/a/b"), nullptr);
  EXPECT_EQ(listing.find("refs/heads/a/b")->oid, id('2'));
  EXPECT_EQ(listing.find("refs/heads/"), nullptr);
  EXPECT_EQ(listing.find("refs/heads/abc"), nullptr);
  EXPECT_EQ(listing.find(""), nullptr);
}

TEST(Ref, StandsForTheCommitBehindAnAnnotatedTag) {
  const Ref tag{"refs/tags/v1", id('1'), id('2')};
  EXPECT_EQ(tag.commit(), id('2'));
  EXPECT_EQ(test::ref("refs/heads/a", '3').commit(), id('3'));
}

}  // namespace
}  // namespace occ
