#include "transfer/commit_graph.hpp"

#include "samples.hpp"

#include <gtest/gtest.h>

namespace occ::transfer {
namespace {

using test::id;

// 5 → 4 → {2, 3}, 3 → 2, 2 → 1; 1 is not in the piece.
const wire::CommitParents kPiece{{id('5'), {id('4')}},
                                 {id('4'), {id('2'), id('3')}},
                                 {id('3'), {id('2')}},
                                 {id('2'), {id('1')}}};

TEST(WalkFrom, CountsEachCommitOnceThroughMerges) {
  const Walk walk = walk_from(id('5'), kPiece);
  EXPECT_EQ(walk.count(), 4U);
  EXPECT_EQ(walk.boundary, OidSet{id('1')});
}

TEST(WalkFrom, SeesOnlyWhatTheTipReaches) {
  const Walk walk = walk_from(id('3'), kPiece);
  EXPECT_EQ(walk.count(), 2U);
  EXPECT_EQ(walk.boundary, OidSet{id('1')});
}

TEST(WalkFrom, IsItsOwnBoundaryIfTheTipIsNotInThePiece) {
  const Walk walk = walk_from(id('9'), kPiece);
  EXPECT_EQ(walk.count(), 0U);
  EXPECT_EQ(walk.boundary, OidSet{id('9')});
}

TEST(WalkFrom, StopsWhereItIsTold) {
  const Walk walk = walk_from(id('5'), kPiece, {id('2')});
  EXPECT_EQ(walk.count(), 3U);
  EXPECT_EQ(walk.boundary, OidSet{id('2')});
}

TEST(WalkFrom, HasNoBoundaryIfEveryPathEndsAtARoot) {
  const wire::CommitParents roots{{id('3'), {id('1'), id('2')}}, {id('1'), {}}, {id('2'), {}}};
  const Walk walk = walk_from(id('3'), roots);
  EXPECT_EQ(walk.count(), 3U);
  EXPECT_TRUE(walk.boundary.empty());
}

TEST(WalkFrom, EndsThoughAServerInventsACircle) {
  const wire::CommitParents circle{{id('1'), {id('2')}}, {id('2'), {id('1'), id('2')}}};
  EXPECT_EQ(walk_from(id('1'), circle).count(), 2U);
}

}  // namespace
}  // namespace occ::transfer
