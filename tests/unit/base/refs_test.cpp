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

TEST(RefName, IsKnownAsBranchOrTag) {
  EXPECT_TRUE(is_branch("refs/heads/a"));
  EXPECT_FALSE(is_branch("refs/heads"));
  EXPECT_FALSE(is_branch("refs/tags/a"));
  EXPECT_TRUE(is_tag("refs/tags/a"));
  EXPECT_FALSE(is_tag("refs/notes/a"));
}

TEST(RefName, IsShortenedForBranchesAndTagsOnly) {
  EXPECT_EQ(short_name("refs/heads/a/b"), "a/b");
  EXPECT_EQ(short_name("refs/tags/v1"), "v1");
  EXPECT_EQ(short_name("refs/notes/a"), "refs/notes/a");
  EXPECT_EQ(short_name("main"), "main");
}

}  // namespace
}  // namespace occ
