#include "plan/backups.hpp"

#include "samples.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace occ::plan {
namespace {

using test::id;
using test::ref;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::int64_t kDay = 86'400;
constexpr std::int64_t kNow = 2'000'000'000;

RefListing listing(std::vector<Ref> refs) {
  RefListing all;
  all.refs = std::move(refs);
  std::sort(all.refs.begin(), all.refs.end(),
            [](const Ref& a, const Ref& b) { return a.name < b.name; });
  return all;
}

PlannedRef planned(std::string name, Action action, char before, char after) {
  PlannedRef ref;
  ref.target_ref = std::move(name);
  ref.action = action;
  if (before != '-') ref.old_oid = id(before);
  if (after != '-') ref.new_oid = id(after);
  return ref;
}

Plan plan_of(std::vector<PlannedRef> refs) {
  Plan plan;
  plan.refs = std::move(refs);
  return plan;
}

std::vector<std::string> names(const std::vector<Ref>& refs) {
  std::vector<std::string> all;
  for (const Ref& each : refs) all.push_back(each.name);
  return all;
}

TEST(AddBackups, KeepsWhatIsOverwrittenOrDeletedAndNothingElse) {
  Plan plan = plan_of({planned("refs/heads/a", Action::force, '1', '2'),
                       planned("refs/tags/b", Action::remove, '3', '-'),
                       planned("refs/heads/c", Action::update, '4', '5'),
                       planned("refs/heads/d", Action::create, '-', '6'),
                       planned("refs/heads/e", Action::blocked, '7', '8'),
                       planned("refs/heads/f", Action::skip, '7', '8'),
                       planned("refs/heads/g", Action::none, '9', '9')});
  add_backups(plan, listing({}), "7-1");
  EXPECT_THAT(names(plan.backups),
              ElementsAre("refs/sync/backup/7-1/heads/a", "refs/sync/backup/7-1/tags/b"));
  EXPECT_EQ(plan.backups[0].oid, id('1'));
  EXPECT_EQ(plan.backups[1].oid, id('3'));
  EXPECT_EQ(plan.refs[0].backup, "refs/sync/backup/7-1/heads/a");
  EXPECT_EQ(plan.refs[1].backup, "refs/sync/backup/7-1/tags/b");
  for (std::size_t i = 2; i < plan.refs.size(); ++i) EXPECT_EQ(plan.refs[i].backup, "");
}

TEST(AddBackups, MakesNoneTwice) {
  Plan plan = plan_of({planned("refs/heads/a", Action::force, '1', '2')});
  add_backups(plan, listing({ref("refs/sync/backup/7-1/heads/a", '1')}), "7-1");
  EXPECT_THAT(plan.backups, IsEmpty());
  EXPECT_EQ(plan.refs[0].backup, "refs/sync/backup/7-1/heads/a");
}

// Each of these stands where the first backup of the run would.
class OccupiedBackups : public testing::TestWithParam<std::vector<std::string>> {};

INSTANTIATE_TEST_SUITE_P(Names, OccupiedBackups,
                         testing::Values(std::vector<std::string>{"refs/sync/backup/7-1/heads/a/b"},
                                         std::vector<std::string>{"refs/sync/backup/7-1/heads/a"},
                                         std::vector<std::string>{
                                             "refs/sync/backup/7-1/heads/a/b/c"},
                                         std::vector<std::string>{"refs/sync/backup/7-1/heads"},
                                         std::vector<std::string>{"refs/sync/backup/7-1"}));

TEST_P(OccupiedBackups, GetAFolderOfTheirOwn) {
  std::vector<Ref> there;
  for (const std::string& name : GetParam()) there.push_back(ref(name, '9'));
  Plan plan = plan_of({planned("refs/heads/a/b", Action::force, '1', '2'),
                       planned("refs/heads/z", Action::remove, '3', '-')});
  add_backups(plan, listing(there), "7-1");
  EXPECT_THAT(names(plan.backups),
              ElementsAre("refs/sync/backup/7-1.2/heads/a/b", "refs/sync/backup/7-1.2/heads/z"));
}

TEST(AddBackups, GoesOnCounting) {
  Plan plan = plan_of({planned("refs/heads/a", Action::force, '1', '2')});
  add_backups(plan,
              listing({ref("refs/sync/backup/7-1/heads/a", '8'),
                       ref("refs/sync/backup/7-1.2/heads/a", '9')}),
              "7-1");
  EXPECT_THAT(names(plan.backups), ElementsAre("refs/sync/backup/7-1.3/heads/a"));
}

TEST(AddBackups, IsNotDisturbedByOtherRunsAndNamesThatOnlyBeginAlike) {
  Plan plan = plan_of({planned("refs/heads/a", Action::force, '1', '2')});
  add_backups(
      plan,
      listing({ref("refs/sync/backup/7-10/heads/a", '8'), ref("refs/sync/backup/7-1/heads/ab", '8'),
               ref("refs/sync/backup/7-1/heads/a-b", '8')}),
      "7-1");
  EXPECT_THAT(names(plan.backups), ElementsAre("refs/sync/backup/7-1/heads/a"));
}

TEST(BlockWithoutBackup, BlocksOnlyWhatWouldBeLost) {
  Plan plan = plan_of({planned("refs/heads/a", Action::force, '1', '2'),
                       planned("refs/heads/b", Action::remove, '3', '-'),
                       planned("refs/heads/c", Action::update, '4', '5')});
  add_backups(plan, listing({}), "7-1");
  block_without_backup(plan, "hidden");
  for (const std::size_t i : {0U, 1U}) {
    EXPECT_EQ(plan.refs[i].action, Action::blocked);
    EXPECT_EQ(plan.refs[i].problem, FailureCode::backup_refused);
    EXPECT_EQ(plan.refs[i].backup, "");
  }
  EXPECT_EQ(plan.refs[2].action, Action::update);
  EXPECT_THAT(plan.backups, IsEmpty());
}

TEST(RunsWithBackups, CountsTheFoldersOfOneRunAsOne) {
  EXPECT_THAT(
      runs_with_backups(listing(
          {ref("refs/sync/backup/7-1/heads/a", '1'), ref("refs/sync/backup/7-1.2/heads/a", '1'),
           ref("refs/sync/backup/8-1/tags/b", '1'), ref("refs/sync/ledger", '1'),
           ref("refs/sync/backups/9-1/heads/a", '1'),
           ref("refs/heads/refs/sync/backup/9-1/x", '1')})),
      ElementsAre("7-1", "8-1"));
}

// Backups of the runs 1 to `count`, a day apart; the newest is of today.
struct Kept {
  RefListing target;
  RunTimes times;

  explicit Kept(int count) {
    std::vector<Ref> refs{ref("refs/heads/main", '1'), ref("refs/sync/ledger", '1')};
    for (int i = 1; i <= count; ++i) {
      const std::string key = std::to_string(i) + "-1";
      refs.push_back(ref("refs/sync/backup/" + key + "/heads/main", 'a'));
      times[key] = kNow - (count - i) * kDay;
    }
    target = listing(std::move(refs));
  }
};

TEST(ExpiredBackups, AreOldAndBeyondTheLastRuns) {
  const Kept kept(15);
  // Younger than three days are the runs 13 to 15, and 12 is just as old.
  EXPECT_THAT(expired_backups(kept.target, kept.times, kNow, 3, 2), SizeIs(11));
  EXPECT_THAT(names(expired_backups(kept.target, kept.times, kNow, 3, 12)),
              testing::UnorderedElementsAre("refs/sync/backup/1-1/heads/main",
                                            "refs/sync/backup/2-1/heads/main",
                                            "refs/sync/backup/3-1/heads/main"));
  EXPECT_THAT(expired_backups(kept.target, kept.times, kNow, 3, 15), IsEmpty());
  EXPECT_THAT(expired_backups(kept.target, kept.times, kNow, 30, 0), IsEmpty());
}

TEST(ExpiredBackups, AreNoneWhenTheyAreKeptForEver) {
  const Kept kept(15);
  EXPECT_THAT(expired_backups(kept.target, kept.times, kNow, 0, 0), IsEmpty());
}

TEST(ExpiredBackups, AreNeverOfRunsWhoseTimeIsUnknown) {
  const Kept kept(15);
  EXPECT_THAT(expired_backups(kept.target, {}, kNow, 1, 0), IsEmpty());
}

TEST(ExpiredBackups, AreNeverOfTheFuture) {
  Kept kept(15);
  for (auto& [key, time] : kept.times) time = kNow + 1000 * kDay;
  EXPECT_THAT(expired_backups(kept.target, kept.times, kNow, 1, 0), IsEmpty());
}

TEST(ExpiredBackups, GoWithAllFoldersOfTheirRun) {
  const RefListing target =
      listing({ref("refs/sync/backup/1-1/heads/a", '1'), ref("refs/sync/backup/1-1.2/heads/a", '2'),
               ref("refs/sync/backup/1-10/heads/a", '3')});
  EXPECT_THAT(names(expired_backups(target, {{"1-1", 0}}, kNow, 1, 0)),
              testing::UnorderedElementsAre("refs/sync/backup/1-1/heads/a",
                                            "refs/sync/backup/1-1.2/heads/a"));
}

TEST(ExpiredBackups, AreNeverRefsOfTheUser) {
  const RefListing target =
      listing({ref("refs/heads/1-1", '1'), ref("refs/tags/1-1", '2'), ref("refs/sync/ledger", '3'),
               ref("refs/sync/1-1/heads/a", '4')});
  EXPECT_THAT(expired_backups(target, {{"1-1", 0}, {"", 0}}, kNow, 1, 0), IsEmpty());
}

TEST(ExpiredBackups, AreAThousandAtMost) {
  std::vector<Ref> refs;
  for (int i = 0; i < 1500; ++i) {
    refs.push_back(ref("refs/sync/backup/1-1/heads/" + std::to_string(i), '1'));
  }
  EXPECT_THAT(expired_backups(listing(refs), {{"1-1", 0}}, kNow, 1, 0), SizeIs(1000));
}

}  // namespace
}  // namespace occ::plan
