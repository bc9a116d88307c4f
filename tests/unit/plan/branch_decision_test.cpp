// What becomes of a branch that diverged: merges, pull requests, and syncing both ways.
#include "plan/branch_decision.hpp"

#include "samples.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace occ::plan {
namespace {

using inputs::Direction;
using inputs::OnConflict;
using inputs::OnDivergence;
using inputs::RefRules;
using inputs::Settings;
using test::id;
using test::ref;

constexpr const char* kMain = "refs/heads/main";
constexpr const char* kPull = "refs/heads/sync/a/source/main";

Settings settings(OnDivergence on_divergence, OnConflict on_conflict = OnConflict::fail) {
  Settings made;
  made.branches = RefRules::all();
  made.tags = RefRules::all();
  made.source.name = "a/source";
  made.target.name = "b/target";
  made.on_divergence = on_divergence;
  made.on_conflict = on_conflict;
  return made;
}

Ancestry parted(std::optional<MergeTrial> merge = std::nullopt) {
  return {Relation::diverged, 3, 2, {id('b')}, std::move(merge)};
}

// main: the source's is 1, the target's 2; `more`: other refs of the target.
Plan plan_of(const Settings& wishes, const Facts& facts, std::vector<Ref> more = {}) {
  RefListing source;
  source.refs = {ref(kMain, '1')};
  source.head_branch = kMain;
  RefListing target;
  target.refs = std::move(more);
  target.refs.push_back(ref(kMain, '2'));
  std::sort(target.refs.begin(), target.refs.end(),
            [](const Ref& a, const Ref& b) { return a.name < b.name; });
  return make_plan(wishes, source, target, facts, kMain);
}

Facts known(const Ancestry& ancestry) {
  return {{{id('1'), id('2')}, ancestry}};
}

const PlannedRef* find(const Plan& plan, std::string_view target_ref) {
  for (const PlannedRef& each : plan.refs) {
    if (each.target_ref == target_ref) return &each;
  }
  return nullptr;
}

PlannedRef main_of(const Plan& plan) {
  return *find(plan, kMain);
}

TEST(MergeDecision, AsksForATrialFirst) {
  const Plan plan = plan_of(settings(OnDivergence::merge), known(parted()));
  const PlannedRef main = main_of(plan);
  EXPECT_TRUE(needs_merge(main));
  EXPECT_FALSE(plan.has_unknown());
  EXPECT_EQ(source_tip(main), id('1'));
  EXPECT_EQ(main.parting->commits, std::vector<Oid>{id('b')});
}

TEST(MergeDecision, PushesTheMergeThatWasMade) {
  const PlannedRef main =
      main_of(plan_of(settings(OnDivergence::merge), known(parted(MergeTrial{id('7'), {}, ""}))));
  EXPECT_EQ(main.action, Action::merge);
  EXPECT_EQ(main.new_oid, id('7'));
  EXPECT_EQ(main.parting->source_oid, id('1'));
  EXPECT_EQ(main.old_oid, id('2'));
  EXPECT_FALSE(needs_merge(main));
  EXPECT_TRUE(main.backup.empty());
  EXPECT_EQ(main.problem, std::nullopt);
}

TEST(MergeDecision, TellsWhichFilesOneSideDecided) {
  const MergeTrial trial{id('7'), {"one", "two"}, ""};
  const PlannedRef ours =
      main_of(plan_of(settings(OnDivergence::merge, OnConflict::ours), known(parted(trial))));
  EXPECT_NE(ours.reason.find("the target's version of 'one', 'two'"), std::string::npos)
      << ours.reason;
  const PlannedRef theirs =
      main_of(plan_of(settings(OnDivergence::merge, OnConflict::theirs), known(parted(trial))));
  EXPECT_NE(theirs.reason.find("the source's version"), std::string::npos) << theirs.reason;
}

TEST(MergeDecision, BlocksAConflictAndNamesSomeFiles) {
  MergeTrial trial;
  for (int i = 0; i < 9; ++i) trial.conflicts.push_back("file" + std::to_string(i));
  trial.conflicts[0] = "bad\n::error::";
  const PlannedRef main =
      main_of(plan_of(settings(OnDivergence::merge), known(parted(std::move(trial)))));
  EXPECT_EQ(main.action, Action::blocked);
  EXPECT_EQ(main.problem, FailureCode::merge_conflict);
  EXPECT_EQ(main.new_oid, id('1'));
  EXPECT_EQ(main.reason.find('\n'), std::string::npos);
  EXPECT_NE(main.reason.find("'file4' and 4 more files"), std::string::npos) << main.reason;
}

TEST(MergeDecision, BlocksWhatCouldNotBeTriedWithItsReason) {
  const PlannedRef main = main_of(plan_of(settings(OnDivergence::merge, OnConflict::theirs),
                                          known(parted(MergeTrial{Oid(), {}, "too large"}))));
  EXPECT_EQ(main.action, Action::blocked);
  EXPECT_EQ(main.problem, FailureCode::diverged);
  EXPECT_NE(main.reason.find("no merge: too large"), std::string::npos) << main.reason;
}

TEST(MergeDecision, LeavesATargetThatIsAheadAndBlocksAStranger) {
  const PlannedRef ahead =
      main_of(plan_of(settings(OnDivergence::merge), known({Relation::target_ahead, 0, 2})));
  EXPECT_EQ(ahead.action, Action::none);
  EXPECT_EQ(ahead.problem, std::nullopt);
  const PlannedRef strange =
      main_of(plan_of(settings(OnDivergence::merge), known({Relation::unrelated, 3, 2})));
  EXPECT_EQ(strange.action, Action::blocked);
  EXPECT_EQ(strange.problem, FailureCode::diverged);
}

TEST(MergeDecision, YieldsToForceSync) {
  Settings forced = settings(OnDivergence::merge);
  forced.force_sync = true;
  EXPECT_EQ(main_of(plan_of(forced, known(parted()))).action, Action::force);
}

TEST(PullRequestDecision, LeavesTheBranchAndCreatesAnother) {
  const Plan plan = plan_of(settings(OnDivergence::pull_request), known(parted()));
  EXPECT_EQ(main_of(plan).action, Action::skip);
  EXPECT_EQ(main_of(plan).parting->pull_branch, kPull);
  const PlannedRef* pull = find(plan, kPull);
  ASSERT_NE(pull, nullptr);
  EXPECT_EQ(pull->action, Action::create);
  EXPECT_EQ(pull->new_oid, id('1'));
}

TEST(PullRequestDecision, MovesItsOwnBranchForwardOnly) {
  const Settings wishes = settings(OnDivergence::pull_request);
  Facts facts = known(parted());
  const std::vector<Ref> there{ref(kPull, '3')};
  EXPECT_TRUE(plan_of(wishes, facts, there).has_unknown());
  facts[{id('1'), id('3')}] = {Relation::fast_forward, 1, 0};
  EXPECT_EQ(find(plan_of(wishes, facts, there), kPull)->action, Action::update);
  EXPECT_EQ(find(plan_of(wishes, facts, {ref(kPull, '1')}), kPull)->action, Action::none);
}

TEST(PullRequestDecision, KeepsTheWorkOnItsBranchUntilTheTargetHasIt) {
  const Settings wishes = settings(OnDivergence::pull_request);
  Facts facts = known(parted());
  const std::vector<Ref> there{ref(kPull, '3')};
  facts[{id('1'), id('3')}] = {Relation::diverged, 1, 1};
  const Plan asking = plan_of(wishes, facts, there);
  EXPECT_TRUE(asking.has_unknown());
  const std::vector<std::pair<Oid, Oid>> held_by{{id('3'), id('2')}};
  EXPECT_EQ(asking.questions.held_by, held_by);
  facts[{id('3'), id('2')}] = {Relation::diverged, 1, 1};
  const Plan kept = plan_of(wishes, facts, there);
  EXPECT_EQ(find(kept, kPull)->action, Action::skip);
  EXPECT_FALSE(kept.has_unknown());
  EXPECT_TRUE(kept.questions.held_by.empty());
  facts[{id('3'), id('2')}] = {Relation::target_ahead, 0, 1};
  EXPECT_EQ(find(plan_of(wishes, facts, there), kPull)->action, Action::force);
}

TEST(PullRequestDecision, StartsAnewWhereTheTargetIsItsBranch) {
  Facts facts = known(parted());
  const Plan plan = plan_of(settings(OnDivergence::pull_request), facts, {ref(kPull, '2')});
  EXPECT_EQ(find(plan, kPull)->action, Action::force);
  EXPECT_FALSE(plan.has_unknown());
}

TEST(PullRequestDecision, KeepsItsBranchOutOfAPrune) {
  Settings wishes = settings(OnDivergence::pull_request);
  wishes.prune = true;
  const Plan plan = plan_of(wishes, known(parted()), {ref(kPull, '1'), ref("refs/heads/x", '4')});
  EXPECT_EQ(find(plan, kPull)->action, Action::none);
  EXPECT_EQ(find(plan, "refs/heads/x")->action, Action::remove);
}

TEST(PullRequestDecision, RemembersAnOldBranchWhenTheSidesAgree) {
  const Plan plan = plan_of(settings(OnDivergence::pull_request),
                            known({Relation::fast_forward, 1, 0}), {ref(kPull, '3')});
  EXPECT_EQ(main_of(plan).action, Action::update);
  EXPECT_EQ(main_of(plan).parting->pull_branch, kPull);
  EXPECT_EQ(find(plan, kPull), nullptr);
}

TEST(PullRequestDecision, FollowsAMergeOnlyIfThatConflicts) {
  const Settings wishes = settings(OnDivergence::merge, OnConflict::pull_request);
  const Plan conflict = plan_of(wishes, known(parted(MergeTrial{Oid(), {"a"}, ""})));
  EXPECT_EQ(main_of(conflict).action, Action::skip);
  EXPECT_NE(find(conflict, kPull), nullptr);
  const Plan clean = plan_of(wishes, known(parted(MergeTrial{id('7'), {}, ""})));
  EXPECT_EQ(main_of(clean).action, Action::merge);
  EXPECT_EQ(find(clean, kPull), nullptr);
}

TEST(PullRequestDecision, IsNoneIfOnlyConflictsOfMergesWereToHaveOne) {
  for (const OnDivergence other :
       {OnDivergence::skip, OnDivergence::fail, OnDivergence::overwrite}) {
    const Plan plan = plan_of(settings(other, OnConflict::pull_request), known(parted()));
    EXPECT_EQ(find(plan, kPull), nullptr);
    EXPECT_EQ(main_of(plan).parting->pull_branch, "");
  }
}

TEST(BothWays, LeavesWhatIsAheadToTheWayBack) {
  for (const OnDivergence each : {OnDivergence::fail, OnDivergence::skip, OnDivergence::overwrite,
                                  OnDivergence::merge, OnDivergence::pull_request}) {
    Settings wishes = settings(each);
    wishes.direction = Direction::both;
    for (const bool forced : {false, true}) {
      wishes.force_sync = forced;
      const PlannedRef main = main_of(plan_of(wishes, known({Relation::target_ahead, 0, 2})));
      EXPECT_EQ(main.action, Action::none);
      EXPECT_EQ(main.problem, std::nullopt);
    }
  }
}

}  // namespace
}  // namespace occ::plan
