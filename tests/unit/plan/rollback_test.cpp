#include "plan/rollback.hpp"

#include "samples.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace occ::plan {
namespace {

using test::id;
using test::ref;
using testing::SizeIs;

inputs::Settings settings_with_key() {
  inputs::Settings settings;
  settings.mode = inputs::Mode::rollback;
  settings.history.run_key = "9-1";
  settings.tags = inputs::RefRules::all();
  return settings;
}

RefListing listing(std::vector<Ref> refs) {
  RefListing all;
  all.refs = std::move(refs);
  std::sort(all.refs.begin(), all.refs.end(),
            [](const Ref& a, const Ref& b) { return a.name < b.name; });
  return all;
}

Oid oid_of(char digit) {
  return digit == '-' ? Oid() : id(digit);
}

// One ref: what the run made of it, where it is now, and what the rollback does.
struct Cell {
  std::string title;
  char before;
  char after;
  char now;
  bool force;
  Action action;
  bool has_backup;
};

inputs::RefRules rules(std::string_view text) {
  std::string mistake;
  return *inputs::RefRules::parse(text, mistake);
}

TEST(Rollback, IsRefusedWhereASelectionLeavesOutWhatTheRunMoved) {
  const RefListing target = listing({ref("refs/heads/main", '2'), ref("refs/tags/v1", '2'),
                                     ref("refs/heads/sync/o/r/main", '2')});
  const std::vector<Movement> moved{{"refs/heads/main", id('1'), id('2')},
                                    {"refs/heads/sync/o/r/main", id('1'), id('2')},
                                    {"refs/tags/v1", id('1'), id('2')}};
  const auto code_with = [&](std::optional<inputs::RefRules> branches, inputs::RefRules tags) {
    inputs::Settings settings = settings_with_key();
    settings.branches = std::move(branches);
    settings.tags = std::move(tags);
    return test::failure_text([&] { (void)make_rollback_plan(settings, target, moved, "1-1"); });
  };
  for (const char* all : {"main", "*", "trunk:main"}) {
    EXPECT_EQ(code_with(rules(all), inputs::RefRules::all()), "") << all;
  }
  EXPECT_THAT(code_with(rules("!main"), inputs::RefRules::all()),
              testing::StartsWith("branches: leaves out 'main'"));
  EXPECT_THAT(code_with(std::nullopt, inputs::RefRules::none()),
              testing::StartsWith("sync_tags: leaves out 'v1'"));
}

class RollbackTable : public testing::TestWithParam<Cell> {};

INSTANTIATE_TEST_SUITE_P(
    Cells, RollbackTable,
    testing::Values(Cell{"Moved", '1', '2', '2', false, Action::force, true},
                    Cell{"Created", '-', '2', '2', false, Action::remove, true},
                    Cell{"Deleted", '1', '-', '-', false, Action::create, false},
                    Cell{"BackAlready", '1', '2', '1', false, Action::none, false},
                    Cell{"GoneAlready", '-', '2', '-', false, Action::none, false},
                    Cell{"MovedSince", '1', '2', '3', false, Action::blocked, false},
                    Cell{"DeletedSince", '1', '2', '-', false, Action::blocked, false},
                    Cell{"CreatedSince", '1', '-', '3', false, Action::blocked, false},
                    Cell{"CreatedAndMovedSince", '-', '2', '3', false, Action::blocked, false},
                    Cell{"MovedSinceForced", '1', '2', '3', true, Action::force, true},
                    Cell{"DeletedSinceForced", '1', '2', '-', true, Action::create, false},
                    Cell{"CreatedAndMovedSinceForced", '-', '2', '3', true, Action::remove, true}),
    [](const auto& test) { return test.param.title; });

TEST_P(RollbackTable, DecidesAsTheTableSays) {
  const Cell& cell = GetParam();
  inputs::Settings settings = settings_with_key();
  settings.force_sync = cell.force;
  std::vector<Ref> there{ref("refs/heads/other", 'f')};
  if (cell.now != '-') there.push_back(ref("refs/heads/a", cell.now));
  const Plan plan = make_rollback_plan(
      settings, listing(there), {{"refs/heads/a", oid_of(cell.before), oid_of(cell.after)}}, "7-1");
  ASSERT_THAT(plan.refs, SizeIs(1));
  const PlannedRef& planned = plan.refs[0];
  EXPECT_EQ(planned.action, cell.action);
  EXPECT_EQ(planned.old_oid, oid_of(cell.now));
  EXPECT_EQ(planned.new_oid, oid_of(cell.before));
  EXPECT_EQ(planned.backup, cell.has_backup ? "refs/sync/backup/9-1/heads/a" : "");
  EXPECT_THAT(plan.backups, SizeIs(cell.has_backup ? 1 : 0));
  if (cell.action == Action::blocked) {
    EXPECT_EQ(planned.problem, FailureCode::moved_since);
  } else {
    EXPECT_FALSE(planned.problem.has_value());
  }
  EXPECT_FALSE(plan.has_unknown());
}

TEST(RollbackPlan, BlocksAllIfItIsAtomicAndOneMovedSince) {
  inputs::Settings settings = settings_with_key();
  settings.atomic = true;
  const Plan plan = make_rollback_plan(
      settings, listing({ref("refs/heads/a", '2'), ref("refs/heads/b", '9')}),
      {{"refs/heads/a", id('1'), id('2')}, {"refs/heads/b", id('3'), id('4')}}, "7-1");
  EXPECT_FALSE(plan.has_commands());
  EXPECT_TRUE(plan.backups.empty());
}

TEST(RollbackPlan, MakesRoomBeforeItPutsAFolderBack) {
  const Plan plan = make_rollback_plan(
      settings_with_key(), listing({ref("refs/heads/a/b", '2')}),
      {{"refs/heads/a", id('1'), Oid()}, {"refs/heads/a/b", Oid(), id('2')}}, "7-1");
  ASSERT_THAT(plan.refs, SizeIs(2));
  EXPECT_EQ(plan.refs[0].action, Action::remove);
  EXPECT_EQ(plan.refs[1].action, Action::create);
}

TEST(RollbackPlan, BlocksANameThatIsTakenSince) {
  const Plan plan = make_rollback_plan(settings_with_key(), listing({ref("refs/heads/a/b", '2')}),
                                       {{"refs/heads/a", id('1'), Oid()}}, "7-1");
  ASSERT_THAT(plan.refs, SizeIs(1));
  EXPECT_EQ(plan.refs[0].problem, FailureCode::ref_conflict);
}

TEST(RollbackPlan, KeepsNothingIfNoBackupIsWanted) {
  inputs::Settings settings = settings_with_key();
  settings.history.backup = false;
  const Plan plan = make_rollback_plan(settings, listing({ref("refs/heads/a", '2')}),
                                       {{"refs/heads/a", id('1'), id('2')}}, "7-1");
  EXPECT_TRUE(plan.backups.empty());
  EXPECT_EQ(plan.refs[0].action, Action::force);
}

TEST(RollbackPlan, MovesNothingByANameOfWhichBytesAreLost) {
  const Plan plan =
      make_rollback_plan(settings_with_key(), listing({}),
                         {{"refs/heads/caf\xEF\xBF\xBD", id('1'), id('2'), true}}, "7-1");
  ASSERT_THAT(plan.refs, SizeIs(1));
  EXPECT_EQ(plan.refs[0].action, Action::blocked);
  EXPECT_FALSE(plan.has_commands());
}

}  // namespace
}  // namespace occ::plan
