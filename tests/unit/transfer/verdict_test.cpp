#include "transfer/verdict.hpp"

#include "samples.hpp"

#include <gtest/gtest.h>

namespace occ::transfer {
namespace {

using plan::Action;
using plan::Plan;
using plan::PlannedRef;
using test::id;

constexpr std::string_view kName = "refs/heads/a";

PlannedRef planned(Action action, char old_digit = '1', char new_digit = '2') {
  PlannedRef ref;
  ref.source_ref = ref.target_ref = kName;
  ref.action = action;
  ref.reason = "planned";
  if (old_digit != '-') ref.old_oid = id(old_digit);
  if (new_digit != '-') ref.new_oid = id(new_digit);
  return ref;
}

RelayResult reported(bool accepted, std::string reason = {}) {
  RelayResult result;
  result.answer.emplace();
  result.answer->report.unpack = "ok";
  result.answer->report.complete = true;
  result.answer->report.results = {{std::string(kName), accepted, std::move(reason)}};
  return result;
}

RelayResult silent() {
  RelayResult result;
  result.answer.emplace();
  result.answer->report.unpack = "ok";
  return result;
}

RelayResult lost() {
  RelayResult result;
  result.lost = Failure(FailureCode::connection_lost, "reset");
  return result;
}

RefListing lists(char digit) {
  RefListing listing;
  if (digit != '-') listing.refs = {test::ref(std::string(kName), digit)};
  return listing;
}

// One ref: what the plan was, what the target said, what it lists now, what that means.
struct Cell {
  std::string title;
  PlannedRef ref;
  RelayResult relay;
  char now;
  Result result;
  std::optional<FailureCode> error;
};

class VerdictTable : public testing::TestWithParam<Cell> {};

TEST_P(VerdictTable, JudgesAsTheTableSays) {
  const Cell& cell = GetParam();
  Plan plan;
  plan.refs = {cell.ref};
  const Verdict verdict = judge(plan, cell.relay, lists(cell.now));
  ASSERT_EQ(verdict.refs.size(), 1U);
  EXPECT_EQ(name_of(verdict.refs[0].result), name_of(cell.result));
  EXPECT_EQ(verdict.refs[0].error, cell.error);
  EXPECT_EQ(verdict.all_done, !cell.error.has_value());
  EXPECT_EQ(verdict.lease_lost, cell.result == Result::lease_lost);
}

INSTANTIATE_TEST_SUITE_P(
    Cells, VerdictTable,
    testing::Values(
        Cell{"Updated", planned(Action::update), reported(true), '2', Result::updated, {}},
        Cell{"Created", planned(Action::create, '-'), reported(true), '2', Result::created, {}},
        Cell{"Forced", planned(Action::force), reported(true), '2', Result::forced, {}},
        Cell{
            "Removed", planned(Action::remove, '1', '-'), reported(true), '-', Result::removed, {}},
        Cell{"LandedThoughTheConnectionBroke",
             planned(Action::update),
             lost(),
             '2',
             Result::updated,
             {}},
        Cell{"RefusedAndBroughtByAnother",
             planned(Action::update),
             reported(false, "failed to update ref"),
             '2',
             Result::up_to_date,
             {}},
        Cell{"RefusedAndRemovedByAnother",
             planned(Action::remove, '1', '-'),
             reported(false, "failed to update ref"),
             '-',
             Result::up_to_date,
             {}},
        Cell{"LandedThoughTheReportIsSilent",
             planned(Action::update),
             silent(),
             '2',
             Result::updated,
             {}},
        Cell{"LostAndNotMoved", planned(Action::update), lost(), '1', Result::unconfirmed,
             FailureCode::connection_lost},
        Cell{"LostAndMovedByAnother", planned(Action::update), lost(), '3', Result::lease_lost,
             FailureCode::lease_lost},
        Cell{"RefusedAndMovedByAnother", planned(Action::update),
             reported(false, "failed to update ref"), '3', Result::lease_lost,
             FailureCode::lease_lost},
        Cell{"RefusedByALockThoughNobodyMovedIt", planned(Action::update),
             reported(false, "failed to update ref"), '1', Result::rejected,
             FailureCode::ref_rejected},
        Cell{"RefusedByARule", planned(Action::update),
             reported(false, "protected branch hook declined"), '1', Result::rejected,
             FailureCode::protected_branch},
        Cell{"RefusedByARuleAndMoved", planned(Action::update),
             reported(false, "protected branch hook declined"), '3', Result::rejected,
             FailureCode::protected_branch},
        Cell{"NotNamedInTheReport", planned(Action::update), silent(), '1', Result::rejected,
             FailureCode::ref_rejected},
        Cell{"NotNamedInTheReportAndMoved", planned(Action::update), silent(), '3',
             Result::lease_lost, FailureCode::lease_lost},
        Cell{"AcceptedYetStillOld", planned(Action::update), reported(true), '1',
             Result::unconfirmed, FailureCode::not_confirmed},
        Cell{"AcceptedYetGone", planned(Action::update), reported(true), '-', Result::unconfirmed,
             FailureCode::not_confirmed}),
    [](const auto& cell) { return cell.param.title; });

TEST(Judge, SpeaksOnlyOfRefsThatHadACommand) {
  Plan plan;
  for (const Action action : {Action::none, Action::skip, Action::blocked}) {
    plan.refs.push_back(planned(action));
  }
  const Verdict verdict = judge(plan, silent(), lists('1'));
  EXPECT_TRUE(verdict.refs.empty());
  EXPECT_TRUE(verdict.all_done);
}

TEST(AwaitsReplication, OnlyIfTheTargetAcceptedAndStillListsTheOldTip) {
  Plan plan;
  plan.refs = {planned(Action::update)};
  const PushAnswer yes = *reported(true).answer;
  const PushAnswer no = *reported(false).answer;
  EXPECT_TRUE(awaits_replication(plan, yes, lists('1')));
  EXPECT_FALSE(awaits_replication(plan, yes, lists('2')));
  EXPECT_FALSE(awaits_replication(plan, yes, lists('3')));
  EXPECT_FALSE(awaits_replication(plan, no, lists('1')));
}

TEST(PlannedOutcome, IsInTheConditionalInADryRun) {
  EXPECT_EQ(planned_outcome(planned(Action::create, '-'), true, {}).result, Result::would_create);
  EXPECT_EQ(planned_outcome(planned(Action::update), true, {}).result, Result::would_update);
  EXPECT_EQ(planned_outcome(planned(Action::force), true, {}).result, Result::would_force);
  EXPECT_EQ(planned_outcome(planned(Action::remove, '1', '-'), true, {}).result,
            Result::would_remove);
}

TEST(PlannedOutcome, SaysWhyNothingWasPushed) {
  const Failure failure(FailureCode::timeout, "nothing moved");
  const auto outcome = planned_outcome(planned(Action::update), false, failure);
  EXPECT_EQ(outcome.result, Result::blocked);
  EXPECT_EQ(outcome.error, FailureCode::timeout);
  EXPECT_EQ(planned_outcome(planned(Action::update), false, {}).error, FailureCode::not_confirmed);
}

TEST(PlannedOutcome, OfARefWithoutACommandIsWhatThePlanSays) {
  EXPECT_EQ(planned_outcome(planned(Action::none), false, {}).result, Result::up_to_date);
  EXPECT_EQ(planned_outcome(planned(Action::skip), false, {}).result, Result::skipped);
  PlannedRef blocked = planned(Action::blocked);
  blocked.problem = FailureCode::diverged;
  EXPECT_EQ(planned_outcome(blocked, false, {}).result, Result::diverged);
  blocked.problem = FailureCode::ref_conflict;
  EXPECT_EQ(planned_outcome(blocked, true, {}).result, Result::blocked);
  EXPECT_EQ(planned_outcome(blocked, true, {}).error, FailureCode::ref_conflict);
}

TEST(UnconfirmedOutcomes, NameEveryRefThatHadACommand) {
  Plan plan;
  plan.refs = {planned(Action::update), planned(Action::none)};
  const auto outcomes = unconfirmed_outcomes(plan, Failure(FailureCode::timeout, "\x1b[1m"));
  ASSERT_EQ(outcomes.size(), 1U);
  EXPECT_EQ(outcomes[0].result, Result::unconfirmed);
  EXPECT_EQ(outcomes[0].error, FailureCode::timeout);
  EXPECT_EQ(outcomes[0].reason.find('\x1b'), std::string::npos);
}

TEST(CommandOf, DeletesNothingThatIsNotToBeDeleted) {
  plan::PlannedRef ref;
  ref.target_ref = "refs/heads/a";
  ref.old_oid = test::id('1');
  for (const plan::Action action :
       {plan::Action::create, plan::Action::update, plan::Action::force, plan::Action::merge}) {
    ref.action = action;
    EXPECT_EQ(test::failure_of([&] { (void)command_of(ref); }), FailureCode::internal_error);
  }
  ref.action = plan::Action::remove;
  EXPECT_TRUE(command_of(ref).new_oid.is_null());
  ref.new_oid = test::id('2');
  EXPECT_EQ(test::failure_of([&] { (void)command_of(ref); }), FailureCode::internal_error);
}

// It did move; where it stands now another plan tells.
TEST(Judge, HoldsOnToWhatLandedThoughSomebodyMovedItOn) {
  Plan plan;
  plan.refs = {planned(Action::update)};
  const Verdict verdict = judge(plan, reported(true), lists('3'));
  ASSERT_EQ(verdict.refs.size(), 1U);
  EXPECT_EQ(verdict.refs[0].result, Result::updated);
  EXPECT_FALSE(verdict.refs[0].error.has_value());
  EXPECT_NE(verdict.refs[0].reason.find("somebody else moved it"), std::string::npos);
  EXPECT_TRUE(verdict.lease_lost);
  EXPECT_FALSE(verdict.all_done);
}

}  // namespace
}  // namespace occ::transfer
