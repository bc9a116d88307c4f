#include "transfer/ancestry_graph.hpp"

#include "samples.hpp"

#include <gtest/gtest.h>

namespace occ::transfer {
namespace {

using plan::Relation;
using test::id;

// 1 ← 2 ← 3 ← 4, and 2 ← 5, 5 ← 6: the target's.
const wire::CommitParents kNew{{id('4'), {id('3')}}};
const wire::CommitParents kTheirs{{id('6'), {id('5')}}};

TEST(AncestryGraph, SeesAFastForwardByAParentThatWasSeen) {
  AncestryGraph graph;
  graph.add(kNew, {id('4')}, {id('3'), id('9')});
  const auto standing = graph.relate({id('4'), id('3')});
  ASSERT_TRUE(standing.ancestry);
  EXPECT_EQ(standing.ancestry->relation, Relation::fast_forward);
  EXPECT_EQ(standing.ancestry->ahead, 1U);
  EXPECT_EQ(standing.ancestry->behind, 0U);
}

TEST(AncestryGraph, SeesThatTheTargetIsAhead) {
  AncestryGraph graph;
  graph.add(kTheirs, {id('6')}, {id('5')});
  const auto standing = graph.relate({id('5'), id('6')});
  ASSERT_TRUE(standing.ancestry);
  EXPECT_EQ(standing.ancestry->relation, Relation::target_ahead);
  EXPECT_EQ(standing.ancestry->behind, 1U);
}

// 2 ← 3, and 2 ← 5: 4 merges 3 and 5, of which the target has 5. Where its own commits end is told
// with it, since a walk that stops at 5 alone would come to 2, which the target has.
TEST(AncestryGraph, TellsWhereTheCommitsEndThatAFastForwardBrings) {
  AncestryGraph graph;
  graph.add({{id('4'), {id('5'), id('3')}}, {id('3'), {id('2')}}, {id('5'), {id('2')}}}, {id('4')},
            {id('2')});
  const auto standing = graph.relate({id('4'), id('5')});
  ASSERT_TRUE(standing.ancestry);
  EXPECT_EQ(standing.ancestry->relation, Relation::fast_forward);
  EXPECT_EQ(standing.ancestry->ahead, 2U);
  EXPECT_EQ(standing.ancestry->parting, (std::vector{id('2'), id('5')}));
}

// 3 and 5 may be one behind the other, or not.
TEST(AncestryGraph, IsSilentWhereTheEdgesDiffer) {
  AncestryGraph graph;
  graph.add(kNew, {id('4')}, {id('3'), id('5')});
  graph.add(kTheirs, {id('6')}, {id('3'), id('5')});
  const auto standing = graph.relate({id('4'), id('6')});
  EXPECT_FALSE(standing.ancestry);
  EXPECT_EQ(standing.edge, (OidSet{id('3'), id('5')}));
}

TEST(AncestryGraph, TellsMoreWithWhatLiesAboveTheOldestOfTheEdge) {
  AncestryGraph graph;
  graph.add(kNew, {id('4')}, {id('3'), id('5')});
  graph.add(kTheirs, {id('6')}, {id('3'), id('5')});
  graph.add({{id('3'), {id('2')}}, {id('5'), {id('2')}}}, {id('3'), id('5')}, {id('2')});
  const auto standing = graph.relate({id('4'), id('6')});
  ASSERT_TRUE(standing.ancestry);
  EXPECT_EQ(standing.ancestry->relation, Relation::diverged);
  EXPECT_EQ(standing.ancestry->ahead, 2U);
  EXPECT_EQ(standing.ancestry->behind, 2U);
  EXPECT_EQ(standing.ancestry->parting, std::vector{id('2')});
}

// A source that sends the tip alone, of a history that goes on from the target's tip.
TEST(AncestryGraph, BelievesNoAnswerThatLeavesOutMoreThanTheOtherSideHas) {
  AncestryGraph graph;
  graph.add(kNew, {id('4')}, {id('1')});
  graph.add({{id('1'), {}}}, {id('1')}, {id('3')});
  const auto standing = graph.relate({id('4'), id('1')});
  EXPECT_FALSE(standing.ancestry);
  EXPECT_TRUE(standing.is_contradicted);
}

// What was left out lies in the history of the one have, and that is the other tip's.
TEST(AncestryGraph, KnowsWhatLiesBehindAHave) {
  AncestryGraph graph;
  graph.add({{id('7'), {id('3'), id('1')}}}, {id('7')}, {id('3')});  // a merge of 1, which 3 has
  const auto standing = graph.relate({id('7'), id('3')});
  ASSERT_TRUE(standing.ancestry);
  EXPECT_EQ(standing.ancestry->relation, Relation::fast_forward);
  EXPECT_EQ(standing.ancestry->ahead, 1U);
}

TEST(AncestryGraph, IsSilentOnHowFarAFastForwardIsThatAnotherHaveCutsShort) {
  AncestryGraph graph;
  graph.add({{id('7'), {id('3'), id('8')}}}, {id('7')}, {id('3'), id('8')});
  EXPECT_FALSE(graph.relate({id('7'), id('3')}).ancestry);
}

TEST(AncestryGraph, SeesHistoriesWithNothingInCommon) {
  AncestryGraph graph;
  graph.add({{id('4'), {}}}, {id('4')}, {});
  graph.add({{id('6'), {}}}, {id('6')}, {});
  const auto standing = graph.relate({id('4'), id('6')});
  ASSERT_TRUE(standing.ancestry);
  EXPECT_EQ(standing.ancestry->relation, Relation::unrelated);
}

TEST(AncestryGraph, KnowsWhatWasBroughtAndWhatWasLeftOut) {
  AncestryGraph graph;
  graph.add(kNew, {id('4'), id('2')}, {id('3')});
  EXPECT_TRUE(graph.knows(id('4')));
  EXPECT_TRUE(graph.knows(id('3')));
  EXPECT_TRUE(graph.knows(id('2')));
  EXPECT_FALSE(graph.knows(id('1')));
}

}  // namespace
}  // namespace occ::transfer
