#include "plan/plan.hpp"

#include "plan/name_conflicts.hpp"
#include "samples.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <ctime>
#include <functional>

namespace occ::plan {
namespace {

using inputs::OnDivergence;
using inputs::RefRules;
using inputs::Settings;
using test::failure_of;
using test::id;
using test::ref;
using testing::HasSubstr;

using Change = std::function<void(Settings&)>;

Settings all_refs() {
  Settings settings;
  settings.branches = RefRules::all();
  settings.tags = RefRules::all();
  settings.source.name = "a/source";
  settings.target.name = "b/target";
  return settings;
}

RefRules rules(std::string_view text) {
  std::string mistake;
  return RefRules::parse(text, mistake).value();
}

RefListing listing(std::vector<Ref> refs, std::string head = "refs/heads/main") {
  RefListing all;
  all.refs = std::move(refs);
  all.head_branch = std::move(head);
  std::sort(all.refs.begin(), all.refs.end(),
            [](const Ref& a, const Ref& b) { return a.name < b.name; });
  return all;
}

const PlannedRef* find(const Plan& plan, std::string_view target_ref) {
  for (const PlannedRef& each : plan.refs) {
    if (each.target_ref == target_ref) return &each;
  }
  return nullptr;
}

std::vector<std::string> names(const Plan& plan) {
  std::vector<std::string> all;
  for (const PlannedRef& each : plan.refs) all.push_back(each.target_ref);
  return all;
}

Facts fact(char ours, char theirs, Ancestry ancestry) {
  return {{{id(ours), id(theirs)}, ancestry}};
}

// One ref on both sides, one set of policies, what must come of it.
struct Cell {
  std::string title;
  std::string name;
  char source;  // '-': it is not there
  char target;
  std::optional<Ancestry> ancestry;
  Change change;
  Relation relation;
  Action action;
  std::optional<FailureCode> problem;
};

class PlanTable : public testing::TestWithParam<Cell> {};

TEST_P(PlanTable, DecidesAsTheTableSays) {
  const Cell& cell = GetParam();
  Settings settings = all_refs();
  if (cell.change) cell.change(settings);
  std::vector<Ref> ours{ref("refs/heads/other", '9')};
  std::vector<Ref> theirs{ref("refs/heads/other", '9')};
  if (cell.source != '-') ours.push_back(ref(cell.name, cell.source));
  if (cell.target != '-') theirs.push_back(ref(cell.name, cell.target));
  const Facts facts = cell.ancestry ? fact(cell.source, cell.target, *cell.ancestry) : Facts();
  const Plan plan =
      make_plan(settings, listing(std::move(ours)), listing(std::move(theirs)), facts, "");
  const PlannedRef* planned = find(plan, cell.name);
  ASSERT_NE(planned, nullptr);
  EXPECT_EQ(name_of(planned->relation), name_of(cell.relation));
  EXPECT_EQ(name_of(planned->action), name_of(cell.action));
  EXPECT_EQ(planned->problem, cell.problem);
  EXPECT_EQ(planned->old_oid, cell.target == '-' ? Oid() : id(cell.target));
  EXPECT_EQ(planned->new_oid, cell.source == '-' ? Oid() : id(cell.source));
  EXPECT_EQ(plan.has_unknown(), cell.relation == Relation::unknown);
  if (cell.relation != Relation::unknown) {
    EXPECT_FALSE(planned->reason.empty());
  }
  if (cell.ancestry) {
    EXPECT_EQ(planned->ahead, cell.ancestry->ahead);
    EXPECT_EQ(planned->behind, cell.ancestry->behind);
  }
}

const Change kDefault;
const Change kSkip = [](Settings& s) { s.on_divergence = OnDivergence::skip; };
const Change kOverwrite = [](Settings& s) { s.on_divergence = OnDivergence::overwrite; };
const Change kForce = [](Settings& s) { s.force_sync = true; };
const Change kMoveTags = [](Settings& s) { s.move_tags = true; };
const Change kNoCreation = [](Settings& s) { s.create_branches = false; };
const Change kPrune = [](Settings& s) { s.prune = true; };

const std::string kBranch = "refs/heads/b";
const std::string kTag = "refs/tags/t";
constexpr Ancestry kAhead{Relation::fast_forward, 3, 0};
constexpr Ancestry kBehind{Relation::target_ahead, 0, 2};
constexpr Ancestry kParted{Relation::diverged, 3, 2};
constexpr Ancestry kStrange{Relation::unrelated, 3, 2};

INSTANTIATE_TEST_SUITE_P(
    Cells, PlanTable,
    testing::Values(
        Cell{"EqualBranch", kBranch, '1', '1', {}, kDefault, Relation::equal, Action::none, {}},
        Cell{"EqualTag", kTag, '1', '1', {}, kDefault, Relation::equal, Action::none, {}},
        Cell{"EqualBranchForced", kBranch, '1', '1', {}, kForce, Relation::equal, Action::none, {}},
        Cell{"NewBranch", kBranch, '1', '-', {}, kDefault, Relation::new_ref, Action::create, {}},
        Cell{"NewTag", kTag, '1', '-', {}, kDefault, Relation::new_ref, Action::create, {}},
        Cell{"NewBranchForbidden",
             kBranch,
             '1',
             '-',
             {},
             kNoCreation,
             Relation::new_ref,
             Action::blocked,
             FailureCode::target_branch_missing},
        Cell{"NewTagWhereBranchesAreForbidden",
             kTag,
             '1',
             '-',
             {},
             kNoCreation,
             Relation::new_ref,
             Action::create,
             {}},
        Cell{"DifferentBranch",
             kBranch,
             '1',
             '2',
             {},
             kDefault,
             Relation::unknown,
             Action::update,
             {}},
        Cell{"DifferentBranchForced",
             kBranch,
             '1',
             '2',
             {},
             kForce,
             Relation::unknown,
             Action::update,
             {}},
        Cell{"FastForward",
             kBranch,
             '1',
             '2',
             kAhead,
             kDefault,
             Relation::fast_forward,
             Action::update,
             {}},
        Cell{"FastForwardForced",
             kBranch,
             '1',
             '2',
             kAhead,
             kForce,
             Relation::fast_forward,
             Action::update,
             {}},
        Cell{"FastForwardOverwritten",
             kBranch,
             '1',
             '2',
             kAhead,
             kOverwrite,
             Relation::fast_forward,
             Action::update,
             {}},
        Cell{"TargetAhead", kBranch, '1', '2', kBehind, kDefault, Relation::target_ahead,
             Action::blocked, FailureCode::diverged},
        Cell{"TargetAheadSkipped",
             kBranch,
             '1',
             '2',
             kBehind,
             kSkip,
             Relation::target_ahead,
             Action::skip,
             {}},
        Cell{"TargetAheadOverwritten",
             kBranch,
             '1',
             '2',
             kBehind,
             kOverwrite,
             Relation::target_ahead,
             Action::force,
             {}},
        Cell{"Diverged", kBranch, '1', '2', kParted, kDefault, Relation::diverged, Action::blocked,
             FailureCode::diverged},
        Cell{"DivergedSkipped",
             kBranch,
             '1',
             '2',
             kParted,
             kSkip,
             Relation::diverged,
             Action::skip,
             {}},
        Cell{"DivergedOverwritten",
             kBranch,
             '1',
             '2',
             kParted,
             kOverwrite,
             Relation::diverged,
             Action::force,
             {}},
        Cell{"DivergedForced",
             kBranch,
             '1',
             '2',
             kParted,
             kForce,
             Relation::diverged,
             Action::force,
             {}},
        Cell{"DivergedThoughTagsMove", kBranch, '1', '2', kParted, kMoveTags, Relation::diverged,
             Action::blocked, FailureCode::diverged},
        Cell{"Unrelated", kBranch, '1', '2', kStrange, kDefault, Relation::unrelated,
             Action::blocked, FailureCode::diverged},
        Cell{"UnrelatedSkipped",
             kBranch,
             '1',
             '2',
             kStrange,
             kSkip,
             Relation::unrelated,
             Action::skip,
             {}},
        Cell{"UnrelatedOverwritten",
             kBranch,
             '1',
             '2',
             kStrange,
             kOverwrite,
             Relation::unrelated,
             Action::force,
             {}},
        Cell{"MovedTag",
             kTag,
             '1',
             '2',
             {},
             kDefault,
             Relation::moved_tag,
             Action::blocked,
             FailureCode::tag_moved},
        Cell{"MovedTagSkipped", kTag, '1', '2', {}, kSkip, Relation::moved_tag, Action::skip, {}},
        Cell{"MovedTagWhereBranchesAreOverwritten",
             kTag,
             '1',
             '2',
             {},
             kOverwrite,
             Relation::moved_tag,
             Action::blocked,
             FailureCode::tag_moved},
        Cell{
            "MovedTagMoved", kTag, '1', '2', {}, kMoveTags, Relation::moved_tag, Action::force, {}},
        Cell{"MovedTagForced", kTag, '1', '2', {}, kForce, Relation::moved_tag, Action::force, {}},
        Cell{"GoneBranchPruned", kBranch, '-', '2', {}, kPrune, Relation::gone, Action::remove, {}},
        Cell{"GoneTagPruned", kTag, '-', '2', {}, kPrune, Relation::gone, Action::remove, {}}),
    [](const auto& cell) { return cell.param.title; });

TEST(MakePlan, LeavesAloneWhatOnlyTheTargetHas) {
  const Plan plan =
      make_plan(all_refs(), listing({ref("refs/heads/a", '1')}),
                listing({ref("refs/heads/a", '1'), ref("refs/heads/theirs", '2')}), {}, "");
  EXPECT_EQ(names(plan), std::vector<std::string>{"refs/heads/a"});
  EXPECT_FALSE(plan.has_commands());
}

TEST(MakePlan, NeverTouchesRefsThatAreNeitherBranchesNorTags) {
  Settings settings = all_refs();
  settings.prune = true;
  const Plan plan = make_plan(
      settings, listing({ref("refs/heads/a", '1'), ref("refs/pull/1/head", '2')}),
      listing({ref("refs/heads/a", '1'), ref("refs/notes/commits", '3'), ref("refs/sync/x", '4')}),
      {}, "");
  EXPECT_EQ(names(plan), std::vector<std::string>{"refs/heads/a"});
}

TEST(MakePlan, TakesTheSourcesDefaultBranchIfNothingElseIsAskedFor) {
  Settings settings = all_refs();
  settings.branches.reset();
  settings.tags = RefRules::none();
  const RefListing source =
      listing({ref("refs/heads/trunk", '1'), ref("refs/heads/x", '2'), ref("refs/tags/v1", '3')},
              "refs/heads/trunk");
  EXPECT_EQ(names(make_plan(settings, source, {}, {}, "")),
            std::vector<std::string>{"refs/heads/trunk"});
}

TEST(MakePlan, AsksForANameIfTheSourceDoesNotTellItsDefaultBranch) {
  Settings settings = all_refs();
  settings.branches.reset();
  EXPECT_EQ(failure_of([&] {
              (void)make_plan(settings, listing({ref("refs/heads/a", '1')}, ""), {}, {}, "");
            }),
            FailureCode::source_branch_missing);
}

TEST(MakePlan, NamesADefaultBranchThatTheSourceLacks) {
  Settings settings = all_refs();
  settings.branches.reset();
  settings.tags = RefRules::none();
  const RefListing source = listing({ref("refs/heads/main", '1')}, "refs/heads/master");
  try {
    (void)make_plan(settings, source, {}, {}, "");
    FAIL() << "a plan";
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.code(), FailureCode::source_branch_missing);
    EXPECT_THAT(std::string(failure.what()), HasSubstr("names 'master' as its default branch"));
    EXPECT_THAT(std::string(failure.what()), HasSubstr("'branches'"));
  }
}

TEST(MakePlan, RefusesAnEmptySourceAboveAllWhenPruning) {
  for (const bool prune : {false, true}) {
    Settings settings = all_refs();
    settings.prune = prune;
    EXPECT_EQ(failure_of([&] {
                (void)make_plan(settings, {}, listing({ref("refs/heads/a", '1')}), {}, "");
              }),
              FailureCode::source_empty);
  }
}

TEST(MakePlan, TakesASourceWhoseListingWasOnlyNarrowForNoEmptyOne) {
  RefListing narrow;
  narrow.has_head = true;
  EXPECT_EQ(failure_of([&] { (void)make_plan(all_refs(), narrow, {}, {}, ""); }),
            FailureCode::source_branch_missing);
}

TEST(MakePlan, RefusesASelectionThatSelectsNothing) {
  Settings settings = all_refs();
  settings.branches = rules("release/*");
  settings.tags = RefRules::none();
  settings.prune = true;
  EXPECT_EQ(failure_of([&] {
              (void)make_plan(settings, listing({ref("refs/heads/main", '1')}),
                              listing({ref("refs/heads/release/1", '2')}), {}, "");
            }),
            FailureCode::source_branch_missing);
}

TEST(MakePlan, BlocksABranchThatWasAskedForByNameAndIsMissing) {
  Settings settings = all_refs();
  settings.branches = rules("main\nmissing");
  const Plan plan = make_plan(settings, listing({ref("refs/heads/main", '1')}),
                              listing({ref("refs/heads/missing", '2')}), {}, "");
  ASSERT_NE(find(plan, "refs/heads/missing"), nullptr);
  EXPECT_EQ(find(plan, "refs/heads/missing")->problem, FailureCode::source_branch_missing);
  EXPECT_EQ(find(plan, "refs/heads/main")->action, Action::create);
}

TEST(MakePlan, PrunesABranchThatWasAskedForByNameAndIsMissing) {
  Settings settings = all_refs();
  settings.branches = rules("main\nmissing");
  settings.prune = true;
  const Plan plan = make_plan(settings, listing({ref("refs/heads/main", '1')}),
                              listing({ref("refs/heads/missing", '2')}), {}, "");
  EXPECT_EQ(find(plan, "refs/heads/missing")->action, Action::remove);
}

TEST(MakePlan, GivesRefsTheNamesThatTheRulesSay) {
  Settings settings = all_refs();
  settings.branches = rules("feature/*:up/*");
  const Plan plan =
      make_plan(settings, listing({ref("refs/heads/feature/a", '1'), ref("refs/heads/x", '2')}),
                listing({ref("refs/heads/up/a", '3'), ref("refs/heads/feature/a", '4')}), {}, "");
  ASSERT_EQ(names(plan), std::vector<std::string>{"refs/heads/up/a"});
  EXPECT_EQ(plan.refs[0].source_ref, "refs/heads/feature/a");
  EXPECT_EQ(plan.refs[0].old_oid, id('3'));
}

TEST(MakePlan, RefusesTwoRefsThatWouldBecomeOne) {
  Settings settings = all_refs();
  settings.branches = rules("a:x\nb:x");
  EXPECT_EQ(failure_of([&] {
              (void)make_plan(settings,
                              listing({ref("refs/heads/a", '1'), ref("refs/heads/b", '1')}), {}, {},
                              "");
            }),
            FailureCode::bad_input);
}

TEST(MakePlan, WritesNoNameThatGitForbids) {
  for (const std::string bad : {"HEAD", "-x", "a..b", "a b", "x.lock"}) {
    const std::string name = "refs/heads/" + bad;
    const Plan plan =
        make_plan(all_refs(), listing({ref(name, '1'), ref("refs/heads/ok", '2')}), {}, {}, "");
    ASSERT_NE(find(plan, name), nullptr) << bad;
    EXPECT_EQ(name_of(find(plan, name)->action), name_of(Action::blocked)) << bad;
    EXPECT_EQ(find(plan, "refs/heads/ok")->action, Action::create);
  }
}

TEST(MakePlan, PutsDeletionsFirstThenTheDefaultBranch) {
  Settings settings = all_refs();
  settings.prune = true;
  const Plan plan = make_plan(
      settings,
      listing({ref("refs/heads/a", '1'), ref("refs/heads/main", '2'), ref("refs/tags/v", '3')}),
      listing({ref("refs/heads/z", '4')}), {}, "");
  EXPECT_EQ(names(plan), (std::vector<std::string>{"refs/heads/z", "refs/heads/main",
                                                   "refs/heads/a", "refs/tags/v"}));
}

TEST(Prune, DeletesOnlyWhatTheRulesSelect) {
  Settings settings = all_refs();
  settings.prune = true;
  settings.branches = rules("release/*\n!release/keep");
  settings.tags = rules("v*");
  const Plan plan =
      make_plan(settings, listing({ref("refs/heads/release/1", '1')}),
                listing({ref("refs/heads/release/1", '1'), ref("refs/heads/release/2", '2'),
                         ref("refs/heads/release/keep", '3'), ref("refs/heads/main", '4'),
                         ref("refs/tags/v1", '5'), ref("refs/tags/x", '6')}),
                {}, "refs/heads/main");
  EXPECT_EQ(names(plan), (std::vector<std::string>{"refs/heads/release/2", "refs/tags/v1",
                                                   "refs/heads/release/1"}));
}

TEST(Prune, KeepsWhatIsSyncedWhateverTheOrderOfItsNames) {
  Settings settings = all_refs();
  settings.prune = true;
  settings.branches = rules("a:z\nb:a\n*");
  const Plan plan = make_plan(
      settings,
      listing({ref("refs/heads/a", '1'), ref("refs/heads/b", '2'), ref("refs/heads/m", '3')}),
      listing({ref("refs/heads/a", '2'), ref("refs/heads/k", '4'), ref("refs/heads/m", '3'),
               ref("refs/heads/z", '1')}),
      {}, "");
  EXPECT_EQ(names(plan), (std::vector<std::string>{"refs/heads/k", "refs/heads/z", "refs/heads/a",
                                                   "refs/heads/m"}));
}

TEST(Prune, AsksForTheDefaultBranchOfTheTargetBeforeItDeletesBranches) {
  Settings settings = all_refs();
  settings.prune = true;
  const RefListing source = listing({ref("refs/heads/a", '1')});
  const RefListing branches = listing({ref("refs/heads/b", '2')});
  const RefListing tags = listing({ref("refs/tags/b", '2')});
  EXPECT_TRUE(make_plan(settings, source, branches, {}, std::nullopt).questions.target_head);
  EXPECT_FALSE(make_plan(settings, source, branches, {}, "").questions.target_head);
  EXPECT_FALSE(make_plan(settings, source, tags, {}, std::nullopt).questions.target_head);
}

TEST(Prune, NeverDeletesTheDefaultBranchOfTheTarget) {
  Settings settings = all_refs();
  settings.prune = true;
  const Plan plan =
      make_plan(settings, listing({ref("refs/heads/a", '1')}),
                listing({ref("refs/heads/b", '2'), ref("refs/heads/c", '3')}), {}, "refs/heads/b");
  EXPECT_EQ(find(plan, "refs/heads/b")->problem, FailureCode::default_branch_deletion);
  EXPECT_EQ(find(plan, "refs/heads/c")->action, Action::remove);
}

TEST(Prune, DeletesUpToTheLimitAndNothingBeyondIt) {
  Settings settings = all_refs();
  settings.prune = true;
  const RefListing source = listing({ref("refs/heads/a", '1')});
  const RefListing target = listing({ref("refs/heads/b", '2'), ref("refs/heads/c", '3')});
  settings.max_deletions = 2;
  EXPECT_EQ(find(make_plan(settings, source, target, {}, ""), "refs/heads/b")->action,
            Action::remove);
  settings.max_deletions = 1;
  const Plan refused = make_plan(settings, source, target, {}, "");
  for (const std::string_view name : {"refs/heads/b", "refs/heads/c"}) {
    EXPECT_EQ(find(refused, name)->problem, FailureCode::too_many_deletions);
  }
  EXPECT_EQ(find(refused, "refs/heads/a")->action, Action::create);
  settings.max_deletions = 0;
  EXPECT_EQ(find(make_plan(settings, source, target, {}, ""), "refs/heads/b")->problem,
            FailureCode::too_many_deletions);
}

TEST(Prune, KeepsARefThatIsBlockedForAnotherReason) {
  Settings settings = all_refs();
  settings.prune = true;
  const Plan plan =
      make_plan(settings, listing({ref("refs/heads/a", '1')}), listing({ref("refs/heads/a", '2')}),
                fact('1', '2', {Relation::diverged, 1, 1}), "");
  ASSERT_EQ(plan.refs.size(), 1U);
  EXPECT_EQ(plan.refs[0].problem, FailureCode::diverged);
}

TEST(NameConflicts, BlockARefBelowOneThatTheTargetKeeps) {
  const Plan plan = make_plan(all_refs(), listing({ref("refs/heads/topic/x", '1')}),
                              listing({ref("refs/heads/topic", '2')}), {}, "");
  EXPECT_EQ(find(plan, "refs/heads/topic/x")->problem, FailureCode::ref_conflict);
}

TEST(NameConflicts, BlockARefAboveOneThatTheTargetKeeps) {
  const Plan plan = make_plan(all_refs(), listing({ref("refs/heads/topic", '1')}),
                              listing({ref("refs/heads/topic/x/y", '2')}), {}, "");
  EXPECT_EQ(find(plan, "refs/heads/topic")->problem, FailureCode::ref_conflict);
}

// Thousands of names of thousands of folders: not one search for each folder.
TEST(BlockNameConflicts, CostsNoSearchForEachFolderOfALongName) {
  Plan plan;
  RefListing target;
  std::string folders = "refs/heads/";
  while (folders.size() < 4000) folders += "a/";
  for (int i = 0; i < 3000; ++i) {
    PlannedRef ref;
    ref.target_ref = folders + std::to_string(10'000 + i);
    ref.action = Action::create;
    target.refs.push_back({ref.target_ref + "x", Oid(), std::nullopt});
    plan.refs.push_back(std::move(ref));
  }
  target.refs.push_back({folders + "12999", Oid(), std::nullopt});
  std::sort(target.refs.begin(), target.refs.end(),
            [](const Ref& a, const Ref& b) { return a.name < b.name; });
  plan.refs.front().target_ref = folders + "12999/x";
  const std::clock_t start = std::clock();  // of this process alone, however busy the machine is
  block_name_conflicts(plan, target);
  EXPECT_LT(std::clock() - start, 2 * CLOCKS_PER_SEC);
  EXPECT_EQ(plan.refs.front().problem, FailureCode::ref_conflict);
  EXPECT_EQ(std::count_if(plan.refs.begin(), plan.refs.end(),
                          [](const PlannedRef& ref) { return ref.action == Action::blocked; }),
            1);
}

TEST(NameConflicts, DoNotBlockNamesThatOnlyBeginAlike) {
  const Plan plan = make_plan(
      all_refs(), listing({ref("refs/heads/topic-2", '1'), ref("refs/tags/topic/x", '1')}),
      listing({ref("refs/heads/topic", '2'), ref("refs/heads/topic-2x", '2')}), {}, "");
  EXPECT_EQ(find(plan, "refs/heads/topic-2")->action, Action::create);
  EXPECT_EQ(find(plan, "refs/tags/topic/x")->action, Action::create);
}

TEST(NameConflicts, DoNotBlockANameThatADeletionFrees) {
  Settings settings = all_refs();
  settings.prune = true;
  const Plan plan = make_plan(settings, listing({ref("refs/heads/topic/x", '1')}),
                              listing({ref("refs/heads/topic", '2')}), {}, "");
  EXPECT_EQ(names(plan), (std::vector<std::string>{"refs/heads/topic", "refs/heads/topic/x"}));
  EXPECT_EQ(plan.refs[0].action, Action::remove);
  EXPECT_EQ(plan.refs[1].action, Action::create);
  EXPECT_TRUE(has_freed_name(plan));
}

TEST(NameConflicts, BlockANameThatARefusedDeletionDoesNotFree) {
  Settings settings = all_refs();
  settings.prune = true;
  settings.max_deletions = 0;
  const Plan plan = make_plan(settings, listing({ref("refs/heads/topic/x", '1')}),
                              listing({ref("refs/heads/topic", '2')}), {}, "");
  EXPECT_EQ(find(plan, "refs/heads/topic/x")->problem, FailureCode::ref_conflict);
  EXPECT_FALSE(has_freed_name(plan));
}

TEST(NameConflicts, BlockOneOfTwoNewNamesThatClashWithEachOther) {
  Settings settings = all_refs();
  settings.branches = rules("a:topic\nb:topic/x\nc");
  const Plan plan = make_plan(
      settings,
      listing({ref("refs/heads/a", '1'), ref("refs/heads/b", '2'), ref("refs/heads/c", '3')}), {},
      {}, "");
  EXPECT_EQ(find(plan, "refs/heads/topic")->action, Action::create);
  EXPECT_EQ(find(plan, "refs/heads/topic/x")->problem, FailureCode::ref_conflict);
  EXPECT_EQ(find(plan, "refs/heads/c")->action, Action::create);
}

TEST(Atomic, BlocksAllCommandsIfOneRefIsBlocked) {
  Settings settings = all_refs();
  settings.atomic = true;
  const Plan plan = make_plan(
      settings,
      listing({ref("refs/heads/a", '1'), ref("refs/heads/b", '2'), ref("refs/heads/same", '5')}),
      listing({ref("refs/heads/a", '3'), ref("refs/heads/same", '5')}),
      fact('1', '3', {Relation::diverged, 1, 1}), "");
  EXPECT_TRUE(plan.atomic);
  EXPECT_EQ(find(plan, "refs/heads/a")->problem, FailureCode::diverged);
  EXPECT_EQ(find(plan, "refs/heads/b")->problem, FailureCode::atomic_refused);
  EXPECT_EQ(find(plan, "refs/heads/same")->action, Action::none);
  EXPECT_FALSE(plan.has_commands());
}

TEST(Atomic, LetsAllCommandsStandIfNothingIsBlocked) {
  Settings settings = all_refs();
  settings.atomic = true;
  const Plan plan = make_plan(
      settings, listing({ref("refs/heads/a", '1'), ref("refs/heads/b", '2')}), {}, {}, "");
  EXPECT_EQ(find(plan, "refs/heads/a")->action, Action::create);
  EXPECT_EQ(find(plan, "refs/heads/b")->action, Action::create);
}

TEST(MakePlan, MakesForeignNamesPrintableInReasons) {
  const Plan plan = make_plan(all_refs(), listing({ref("refs/heads/a", '1')}),
                              listing({ref("refs/heads/a/::error::b", '2')}), {}, "");
  const std::string& reason = plan.refs.at(0).reason;
  EXPECT_NE(reason.find("error"), std::string::npos) << reason;
  EXPECT_EQ(reason.find("::"), std::string::npos) << reason;
}

TEST(ListingPrefixes, CoverBranchesAndTags) {
  Settings settings = all_refs();
  settings.branches = rules("main\nrelease/*");
  settings.tags = rules("v*");
  EXPECT_EQ(listing_prefixes(settings),
            (std::vector<std::string>{"refs/heads/main", "refs/heads/release/", "refs/tags/v"}));
}

TEST(ListingPrefixes, CoverAllHeadsIfTheDefaultBranchIsWanted) {
  Settings settings = all_refs();
  settings.branches.reset();
  settings.tags = RefRules::none();
  EXPECT_EQ(listing_prefixes(settings), std::vector<std::string>{"refs/heads/"});
}

TEST(Names, OfRelationsAndActionsAreDistinct) {
  EXPECT_EQ(name_of(Relation::new_ref), "new");
  EXPECT_EQ(name_of(Relation::fast_forward), "fast_forward");
  EXPECT_EQ(name_of(Action::remove), "delete");
  EXPECT_EQ(name_of(Action::blocked), "blocked");
}

}  // namespace
}  // namespace occ::plan
