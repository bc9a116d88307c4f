#include "transfer/fates.hpp"

#include "samples.hpp"

#include <gtest/gtest.h>

namespace occ::transfer {
namespace {

using plan::Action;
using plan::PlannedRef;
using test::id;

constexpr const char* kName = "refs/heads/a";

PlannedRef planned(Action action, const Oid& from, const Oid& to) {
  PlannedRef ref;
  ref.target_ref = kName;
  ref.action = action;
  ref.old_oid = from;
  ref.new_oid = to;
  return ref;
}

RefOutcome outcome(const PlannedRef& ref, Result result) {
  RefOutcome each;
  each.planned = ref;
  each.result = result;
  if (!has_landed(result)) each.error = FailureCode::connection_lost;
  return each;
}

RefListing lists(const Oid& oid) {
  RefListing listing;
  if (!oid.is_null()) listing.refs = {{kName, oid, std::nullopt}};
  return listing;
}

TEST(Fates, KeepWhatLandedThoughNoLaterPlanHoldsIt) {
  Fates fates;
  fates.note(outcome(planned(Action::remove, id('1'), Oid()), Result::removed));
  fates.begin_attempt(lists(Oid()));
  const auto others = fates.others({"refs/heads/b"});
  ASSERT_EQ(others.size(), 1U);
  EXPECT_EQ(others[0].result, Result::removed);
}

TEST(Fates, OpenAgainWhatDidNotLand) {
  Fates fates;
  fates.note(outcome(planned(Action::update, id('1'), id('2')), Result::lease_lost));
  fates.begin_attempt(lists(id('3')));
  EXPECT_FALSE(fates.any_decided());
}

TEST(Fates, SettleWhatGotNoAnswerOnceTheTargetListsIt) {
  Fates fates;
  fates.note(outcome(planned(Action::remove, id('1'), Oid()), Result::unconfirmed));
  fates.begin_attempt(lists(id('1')));
  EXPECT_TRUE(fates.any_unconfirmed());
  fates.begin_attempt(lists(Oid()));
  EXPECT_FALSE(fates.any_unconfirmed());
  EXPECT_EQ(fates.others({}).at(0).result, Result::removed);
}

// The server may still be busy with it.
TEST(Fates, CallNothingUnpushedThatGotNoAnswer) {
  Fates fates;
  const PlannedRef ref = planned(Action::update, id('1'), id('2'));
  fates.note(outcome(ref, Result::unconfirmed));
  fates.begin_attempt(lists(id('1')));
  const Failure cancelled(FailureCode::cancelled, "a signal asked the run to stop");
  EXPECT_EQ(fates.outcome(ref, false, cancelled).result, Result::unconfirmed);
}

TEST(Fates, MakeOneMovementOfTwo) {
  struct Case {
    PlannedRef first;
    PlannedRef second;
    Result result;
  };
  const Case cases[] = {
      {planned(Action::update, id('1'), id('2')), planned(Action::update, id('2'), id('3')),
       Result::updated},
      {planned(Action::force, id('1'), id('2')), planned(Action::update, id('2'), id('3')),
       Result::forced},
      {planned(Action::create, Oid(), id('2')), planned(Action::update, id('2'), id('3')),
       Result::created},
      {planned(Action::remove, id('1'), Oid()), planned(Action::create, Oid(), id('3')),
       Result::forced},
      {planned(Action::update, id('1'), id('2')), planned(Action::remove, id('2'), Oid()),
       Result::removed},
      {planned(Action::create, Oid(), id('2')), planned(Action::remove, id('2'), Oid()),
       Result::up_to_date},
  };
  for (const Case& each : cases) {
    Fates fates;
    PlannedRef first = each.first;
    first.backup = "the oldest";
    fates.note(outcome(first, Result::updated));
    fates.note(outcome(each.second, Result::updated));
    const RefOutcome whole = fates.others({}).at(0);
    EXPECT_EQ(name_of(whole.result), name_of(each.result));
    EXPECT_EQ(whole.planned.old_oid, each.first.old_oid);
    EXPECT_EQ(whole.planned.new_oid, each.second.new_oid);
    EXPECT_EQ(whole.planned.backup, "the oldest");
  }
}

TEST(Fates, KeepWhatLandedWhenALaterPushIsRefused) {
  Fates fates;
  fates.note(outcome(planned(Action::update, id('1'), id('2')), Result::updated));
  fates.note(outcome(planned(Action::update, id('2'), id('3')), Result::rejected));
  EXPECT_EQ(fates.others({}).at(0).result, Result::updated);
}

TEST(Fates, TellWhatLandedAndThatItDoesNotFitAnyMore) {
  Fates fates;
  PlannedRef ref = planned(Action::update, id('1'), id('2'));
  fates.note({ref, Result::updated, std::nullopt, "behind"});
  ref.action = Action::blocked;
  ref.problem = FailureCode::diverged;
  ref.reason = "the target has commits of its own";
  const RefOutcome outcome = fates.outcome(ref, false, std::nullopt);
  EXPECT_EQ(outcome.result, Result::updated);
  EXPECT_EQ(outcome.error, FailureCode::diverged);
}

}  // namespace
}  // namespace occ::transfer
