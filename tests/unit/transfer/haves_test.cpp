#include "transfer/haves.hpp"

#include "samples.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace occ::transfer {
namespace {

using plan::Action;
using plan::Plan;
using plan::PlannedRef;
using test::id;
using test::ref;

PlannedRef planned(std::string name, Action action, char old_digit, char new_digit) {
  PlannedRef planned;
  planned.target_ref = std::move(name);
  planned.action = action;
  if (old_digit != '-') planned.old_oid = id(old_digit);
  if (new_digit != '-') planned.new_oid = id(new_digit);
  return planned;
}

Plan plan_of(std::vector<PlannedRef> refs) {
  Plan plan;
  plan.refs = std::move(refs);
  return plan;
}

TEST(NeededObjects, AreTheNewTipsThatTheTargetLacks) {
  RefListing target;
  target.refs = {ref("refs/heads/a", '1'), {"refs/tags/t", id('2'), id('3')}};
  target.other_tips = {id('4')};
  const Plan plan = plan_of({
      planned("refs/heads/a", Action::update, '1', '9'),
      planned("refs/heads/copy", Action::create, '-', '1'),    // a tip it has
      planned("refs/heads/peeled", Action::create, '-', '3'),  // behind a tag it has
      planned("refs/heads/alt", Action::create, '-', '4'),     // by its alternates
      planned("refs/heads/twice", Action::create, '-', '9'),   // wanted already
      planned("refs/heads/gone", Action::remove, '5', '-'),
      planned("refs/heads/no", Action::blocked, '1', '6'),
      planned("refs/heads/left", Action::skip, '1', '7'),
      planned("refs/heads/same", Action::none, '1', '8'),
  });
  EXPECT_EQ(needed_objects(plan, target), std::vector{id('9')});
}

TEST(OfferedHaves, OfFastForwardsAreTheirOldTipsAlone) {
  RefListing target;
  target.refs = {ref("refs/heads/a", '1'), ref("refs/heads/main", '2'), ref("refs/heads/z", '3')};
  const Plan plan = plan_of({planned("refs/heads/a", Action::update, '1', '9')});
  EXPECT_EQ(offered_haves(plan, target, {id('7')}), std::vector{id('1')});
}

TEST(OfferedHaves, OfNewRefsBeginWithSharedCommitsAndMain) {
  RefListing target;
  target.refs = {ref("refs/heads/a", '1'), ref("refs/heads/main", '2'), ref("refs/tags/t", '3')};
  target.other_tips = {id('4')};
  const Plan plan = plan_of({planned("refs/heads/new", Action::create, '-', '9')});
  EXPECT_EQ(offered_haves(plan, target, {id('7')}),
            (std::vector{id('7'), id('2'), id('1'), id('3'), id('4')}));
}

TEST(OfferedHaves, NameCommitsAndNotTagObjects) {
  RefListing target;
  target.refs = {{"refs/tags/t", id('2'), id('3')}};
  const Plan plan = plan_of({planned("refs/tags/t", Action::force, '2', '9')});
  EXPECT_EQ(offered_haves(plan, target, {}), std::vector{id('3')});
}

TEST(OfferedHaves, AreNeverNullNorTwice) {
  RefListing target;
  target.refs = {ref("refs/heads/a", '1'), ref("refs/heads/b", '1')};
  const Plan plan = plan_of({planned("refs/heads/a", Action::force, '1', '9'),
                             planned("refs/heads/new", Action::create, '-', '8')});
  EXPECT_EQ(offered_haves(plan, target, {Oid(), id('1')}), std::vector{id('1')});
}

TEST(OfferedHaves, AreBoundedHoweverManyRefsTheTargetHas) {
  RefListing target;
  for (int i = 0; i < 5000; ++i) {
    const std::string number = std::to_string(1'000'000 + i);
    const std::string hex = std::string(40 - number.size(), 'a') + number;
    target.refs.push_back({"refs/heads/b" + number, Oid::from_hex(hex).value(), std::nullopt});
  }
  const auto creates = plan_of({planned("refs/heads/new", Action::create, '-', '9')});
  const auto forces = plan_of({planned("refs/heads/b1000000", Action::force, '8', '9')});
  EXPECT_EQ(offered_haves(creates, target, {}).size(), 256U);
  EXPECT_EQ(offered_haves(forces, target, {}).size(), 33U);
}

TEST(OldCommonCommit, IsThatOfTheLowestVersionThatBothHave) {
  RefListing source;
  source.refs = {ref("refs/heads/main", '1'),
                 {"refs/tags/0-first", id('2'), id('3')},
                 {"refs/tags/v1.10", id('4'), id('5')},
                 {"refs/tags/v1.9", id('6'), id('7')},
                 ref("refs/tags/v1.2", '8')};
  RefListing target;
  target.refs = {ref("refs/heads/main", '9'), ref("refs/tags/0-first", '2'),
                 ref("refs/tags/v1.10", '4'), ref("refs/tags/v1.9", '6')};
  const Plan plan = plan_of({planned("refs/heads/main", Action::update, '9', '1')});
  EXPECT_EQ(old_common_commit(plan, source, target), id('7'));
}

// The server would take what lies behind the old tip for missing.
TEST(OldCommonCommit, IsNeverTheOldTipOfWhatChanges) {
  RefListing source;
  source.refs = {ref("refs/heads/main", '1'),
                 ref("refs/heads/other", '7'),
                 {"refs/tags/v1.0", id('2'), id('9')}};
  RefListing target;
  target.refs = {ref("refs/heads/main", '9'), ref("refs/heads/other", '7'),
                 ref("refs/tags/v1.0", '2')};
  const Plan plan = plan_of({planned("refs/heads/main", Action::update, '9', '1')});
  EXPECT_EQ(old_common_commit(plan, source, target), std::nullopt);
}

// They may want what is older.
TEST(OldCommonCommit, IsNotToldForNewRefs) {
  RefListing both;
  both.refs = {ref("refs/tags/v1.0", '2')};
  const Plan plan = plan_of({planned("refs/heads/main", Action::update, '9', '1'),
                             planned("refs/heads/new", Action::create, '-', '3')});
  EXPECT_EQ(old_common_commit(plan, both, both), std::nullopt);
}

}  // namespace
}  // namespace occ::transfer
