// When backups go: the old ones of all but the last ten runs, with a push that was due anyway.
#include "e2e/history.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ctime>

namespace occ::test {
namespace {

constexpr std::int64_t kDay = 86'400;

class Expiry : public testing::TestWithParam<Transport> {
 protected:
  HistoryWorld world{GetParam()};
  std::vector<std::string> kept;  // names of backups that must stay

  void SetUp() override {
    world.source.commits("main", 3);
    world.mirror();
    world.source.commit("main");
  }

  static std::string key(int number) { return std::to_string(100 + number) + "-1"; }
  static std::string backup(int number) {
    return "refs/sync/backup/" + key(number) + "/heads/main";
  }

  // A run that overwrote main so many days ago, and its record if `recorded`.
  void earlier_run(int number, int days, bool recorded = true) {
    world.target.branch("spare", "main~1");
    const std::string old = world.target.commit("spare", {{"old", std::to_string(number)}});
    world.target.delete_ref("refs/heads/spare");
    world.target.git({"update-ref", backup(number), old});
    if (!recorded) return;
    plant_record(
        world.target,
        {key(number), std::time(nullptr) - days * kDay, 1,
         record_text(key(number), {{"refs/heads/main", {old, world.target.tip("main")}}})});
  }

  // Which of the numbered runs still have their backup.
  [[nodiscard]] std::vector<int> left() const {
    std::vector<int> numbers;
    const RefMap refs = world.target.refs();
    for (int number = 0; number < 30; ++number) {
      if (refs.contains(backup(number))) numbers.push_back(number);
    }
    return numbers;
  }

  static std::vector<int> from_to(int first, int last) {
    std::vector<int> all;
    for (int i = first; i <= last; ++i) all.push_back(i);
    return all;
  }
};

INSTANTIATE_TEST_SUITE_P(Transports, Expiry,
                         testing::Values(Transport::http_filter, Transport::http_github,
                                         Transport::path),
                         transport_test_name);

TEST_P(Expiry, TakesTheOldestBeyondTenInTheSamePush) {
  for (int i = 0; i < 12; ++i) earlier_run(i, 100 - i);
  world.count_pushes();
  const StepRun run = world.sync_as("1");
  expect_synced(world, run);
  EXPECT_EQ(left(), from_to(2, 11)) << run.story();
  EXPECT_EQ(world.pushes(), 1);
  EXPECT_EQ(recorded_runs(world.target).size(), 13U);
}

TEST_P(Expiry, SparesWhatIsYoung) {
  for (int i = 0; i < 15; ++i) earlier_run(i, i < 2 ? 31 : 29);
  expect_synced(world, world.sync_as("1"));
  EXPECT_EQ(left(), from_to(2, 14));
}

TEST_P(Expiry, ComesWhenItIsTold) {
  for (int i = 0; i < 12; ++i) earlier_run(i, 100 - 2 * i);
  expect_synced(world, world.sync_as("1", {{"backup_keep", "0"}}));
  EXPECT_EQ(left(), from_to(0, 11));
  world.source.commit("main");
  expect_synced(world, world.sync_as("2", {{"backup_keep", "99"}}));
  EXPECT_EQ(left(), from_to(1, 11));
}

TEST_P(Expiry, SparesTheLastTenHoweverOld) {
  for (int i = 0; i < 10; ++i) earlier_run(i, 1000 - i);
  expect_synced(world, world.sync_as("1", {{"backup_keep", "1"}}));
  EXPECT_EQ(left(), from_to(0, 9));
}

TEST_P(Expiry, SparesWhatNoRecordTellsTheAgeOf) {
  for (int i = 0; i < 3; ++i) earlier_run(i, 0, /*recorded=*/false);
  for (int i = 3; i < 15; ++i) earlier_run(i, 100 - i);
  expect_synced(world, world.sync_as("1"));
  std::vector<int> expected = from_to(0, 2);
  for (const int number : from_to(5, 14)) expected.push_back(number);
  EXPECT_EQ(left(), expected);
}

TEST_P(Expiry, DoesNotComeWithADryRunNorWithoutAPush) {
  for (int i = 0; i < 12; ++i) earlier_run(i, 100 - i);
  expect_status(world.sync_as("1", {{"dry_run", "true"}}), 0, "would_sync");
  EXPECT_EQ(left(), from_to(0, 11));
}

// Git forbids deletions of branches, then, and of nothing else.
TEST_P(Expiry, StopsNoSyncWhereDeletionsAreForbidden) {
  for (int i = 0; i < 12; ++i) earlier_run(i, 100 - i);
  world.target.config("receive.denyDeletes", "true");
  const RefMap before = world.target.refs();
  const StepRun run = world.sync_as("1");
  expect_synced(world, run);
  EXPECT_EQ(left(), from_to(2, 11));
  expect_recorded(world, "1-1", before, run);
}

TEST_P(Expiry, StopsNoSyncWhenAHookKeepsThem) {
  for (int i = 0; i < 14; ++i) earlier_run(i, 100 - i);
  world.target.hook("update", "case $1 in refs/sync/backup/*) exit 1;; esac\n");
  const StepRun run = world.sync_as("1");
  expect_synced(world, run);
  EXPECT_EQ(left(), from_to(0, 13));
}

TEST_P(Expiry, StopsNoSyncWhereNothingIsAtomic) {
  for (int i = 0; i < 12; ++i) earlier_run(i, 100 - i);
  world.target.config("receive.advertiseAtomic", "false");
  const RefMap before = world.target.refs();
  const StepRun run = world.sync_as("1");
  expect_synced(world, run);
  EXPECT_EQ(left(), from_to(2, 11));
  expect_recorded(world, "1-1", before, run);
}

}  // namespace
}  // namespace occ::test
