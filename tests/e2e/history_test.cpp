// The ledger on the target: it tells the truth, it never stands in the way, and no two writers lose
// each other's records.
#include "e2e/history.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace occ::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const Inputs kOverwrite = {{"on_divergence", "overwrite"}};
const Inputs kEverything = {
    {"on_divergence", "overwrite"}, {"prune", "true"}, {"move_tags", "true"}};

constexpr const char* kOutOfQuarantine =
    "unset GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES\n";

using Ledger = OverTransportWithHistory;

INSTANTIATE_TEST_SUITE_P(Transports, Ledger,
                         testing::Values(Transport::http, Transport::http_filter,
                                         Transport::http_github, Transport::path),
                         transport_test_name);

TEST_P(Ledger, TellsWhatHappenedToEachRef) {
  world.diverge("main");
  world.source.commits("dev", 2);
  world.source.delete_ref("refs/heads/gone");
  world.source.branch("new", "main");
  world.source.annotated_tag("v1", "main", "moved");
  world.source.light_tag("v2", "main");
  const RefMap before = world.target.refs();
  const StepRun run = world.sync_as("1", kEverything);
  expect_synced(world, run);
  expect_recorded(world, "1-1", before, run);
  const auto records = records_of(world.target);
  ASSERT_THAT(records, SizeIs(1));
  EXPECT_THAT(recorded_movements(records[0]), SizeIs(6));
  EXPECT_EQ(recorded_ref(records[0], "refs/heads/main")["result"], "forced");
  EXPECT_EQ(recorded_ref(records[0], "refs/heads/dev")["result"], "updated");
  EXPECT_EQ(recorded_ref(records[0], "refs/heads/gone")["result"], "deleted");
  EXPECT_EQ(recorded_ref(records[0], "refs/heads/new")["result"], "created");
  EXPECT_EQ(records[0]["mode"], "sync");
  EXPECT_EQ(records[0]["trigger"], "push");
}

TEST_P(Ledger, GrowsByOneRecordARun) {
  for (const char* id : {"1", "2", "3"}) {
    world.source.commit("main");
    const RefMap before = world.target.refs();
    const StepRun run = world.sync_as(id);
    expect_synced(world, run);
    expect_recorded(world, std::string(id) + "-1", before, run);
  }
  EXPECT_THAT(recorded_runs(world.target), ElementsAre("1-1", "2-1", "3-1"));
}

TEST_P(Ledger, IsWrittenWithTheRefs) {
  world.source.commit("main");
  world.count_pushes();
  expect_synced(world, world.sync_as("1"));
  EXPECT_EQ(world.pushes(), 1);
}

TEST_P(Ledger, IsNotTouchedByARunThatHasNothingToDo) {
  world.source.commit("main");
  expect_synced(world, world.sync_as("1"));
  const RefMap before = world.target.refs();
  expect_status(world.sync_as("2"), 0, "in_sync");
  EXPECT_EQ(world.target.refs(), before);
}

TEST_P(Ledger, IsNotTouchedByADryRun) {
  world.diverge("main");
  world.source.delete_ref("refs/heads/gone");
  const RefMap before = world.target.refs();
  Inputs inputs = kEverything;
  inputs["dry_run"] = "true";
  expect_status(world.sync_as("1", inputs), 0, "would_sync");
  EXPECT_EQ(world.target.refs(), before);
}

TEST_P(Ledger, IsNotWrittenWhenNoneIsWanted) {
  world.source.commit("main");
  const StepRun run = world.sync_as("1", {{"history", "false"}});
  expect_synced(world, run);
  EXPECT_EQ(world.target.refs(), world.source.refs());
}

// Targets that let only some of it through.
class LedgerAnd : public testing::TestWithParam<Transport> {
 protected:
  HistoryWorld world{GetParam()};

  void SetUp() override {
    world.source.commits("main", 3);
    for (const char* name : {"dev", "side"}) world.source.branch(name, "main");
    world.mirror();
    for (const char* name : {"main", "dev", "side"}) world.source.commit(name);
  }

  void expect_synced_without_record(const StepRun& run) {
    expect_synced(world, run);
    EXPECT_THAT(records_of(world.target), IsEmpty());
    const std::string log = run.log();
    const std::string words = "keeps no record of this run";
    const std::size_t at = log.find(words);
    EXPECT_NE(at, std::string::npos) << run.story();
    EXPECT_EQ(log.find(words, at + 1), std::string::npos) << run.story();
  }
};

INSTANTIATE_TEST_SUITE_P(Transports, LedgerAnd, testing::Values(Transport::http, Transport::path),
                         transport_test_name);

TEST_P(LedgerAnd, ATargetThatHidesIt) {
  world.target.config("receive.hideRefs", "refs/sync/ledger");
  expect_synced_without_record(world.sync_as("1"));
}

TEST_P(LedgerAnd, ATargetThatHidesAllOfOurs) {
  world.target.config("transfer.hideRefs", "refs/sync");
  expect_synced_without_record(world.sync_as("1"));
}

TEST_P(LedgerAnd, ATargetThatHidesTheOneItHas) {
  expect_synced(world, world.sync_as("1"));
  world.target.config("receive.hideRefs", "refs/sync");
  world.source.commit("main");
  const std::string tip = world.target.tip(kLedgerRef);
  const StepRun run = world.sync_as("2");
  expect_synced(world, run);
  EXPECT_EQ(world.target.tip(kLedgerRef), tip);
}

TEST_P(LedgerAnd, AHookThatRefusesItAlone) {
  world.target.hook("update", "test \"$1\" != refs/sync/ledger || exit 1\n");
  expect_synced_without_record(world.sync_as("1"));
}

TEST_P(LedgerAnd, AHookThatRefusesAllThatComesWithIt) {
  world.target.hook("pre-receive",
                    "while read old new ref; do test $ref != refs/sync/ledger || exit 1; done\n");
  expect_synced_without_record(world.sync_as("1"));
}

TEST_P(LedgerAnd, AHookThatRefusesAnythingOfOurs) {
  world.target.hook("update", "case $1 in refs/sync/*) exit 1;; esac\n");
  const std::string theirs = world.diverge("main");
  const StepRun run = world.sync_as("1", kOverwrite);
  EXPECT_EQ(run.exit_code(), 1) << run.story();
  EXPECT_EQ(run.error_of("refs/heads/main"), "backup_refused");
  RefMap expected = world.source.refs();
  expected["refs/heads/main"] = theirs;
  expect_target(world, expected, run);
}

TEST_P(LedgerAnd, AHookThatRefusesOneBranch) {
  world.target.hook("update", "test \"$1\" != refs/heads/dev || exit 1\n");
  const RefMap before = world.target.refs();
  RefMap expected = world.source.refs();
  expected["refs/heads/dev"] = before.at("refs/heads/dev");
  const StepRun run = world.sync_as("1");
  EXPECT_EQ(run.exit_code(), 1) << run.story();
  EXPECT_EQ(run.error_of("refs/heads/dev"), "hook_declined");
  EXPECT_EQ(run.result_of("refs/heads/dev"), "rejected");
  expect_target(world, expected, run);
  expect_recorded(world, "1-1", before, run);
  const auto dev = recorded_ref(records_of(world.target).front(), "refs/heads/dev");
  EXPECT_EQ(dev["result"], "rejected");
  EXPECT_EQ(dev["landed"], false);
}

// Git names only one culprit in each atomic push.
TEST_P(LedgerAnd, AHookThatRefusesManyBranches) {
  for (int i = 0; i < 14; ++i) world.source.branch("no/" + std::to_string(i), "main");
  world.target.hook("update", "case $1 in refs/heads/no/*) exit 1;; esac\n");
  const RefMap before = world.target.refs();
  const StepRun run = world.sync_as("1");
  EXPECT_EQ(run.exit_code(), 1) << run.story();
  RefMap expected = before;
  for (const char* name : {"main", "dev", "side"}) {
    expected["refs/heads/" + std::string(name)] = world.source.tip(name);
  }
  expect_target(world, expected, run);
  expect_recorded(world, "1-1", before, run);
}

TEST_P(LedgerAnd, ATargetThatForbidsManyDeletions) {
  for (int i = 0; i < 14; ++i) world.source.branch("old/" + std::to_string(i), "main~1");
  world.mirror();
  for (int i = 0; i < 14; ++i) world.source.delete_ref("refs/heads/old/" + std::to_string(i));
  world.source.commit("main");
  world.target.config("receive.denyDeletes", "true");
  const RefMap before = world.target.refs();
  const StepRun run = world.sync_as("1", {{"prune", "true"}, {"max_deletions", "20"}});
  EXPECT_EQ(run.exit_code(), 1) << run.story();
  EXPECT_EQ(run.error_of("refs/heads/old/7"), "deletion_refused");
  RefMap expected = before;
  expected["refs/heads/main"] = world.source.tip("main");
  expect_target(world, expected, run);
  expect_recorded(world, "1-1", before, run);
}

TEST_P(LedgerAnd, AHookThatRefusesEverything) {
  world.target.hook("pre-receive", "exit 1\n");
  const RefMap before = world.target.refs();
  const StepRun run = world.sync_as("1");
  expect_status(run, 1, "failed");
  EXPECT_EQ(run.error_of("refs/heads/dev"), "hook_declined");
  EXPECT_EQ(world.target.refs(), before);
}

TEST_P(LedgerAnd, ATargetWithoutAtomicPushes) {
  world.target.config("receive.advertiseAtomic", "false");
  const std::string theirs = world.diverge("main");
  world.target.hook("pre-receive", "while read old new ref; do echo $ref >>order; done\n");
  const RefMap before = world.target.refs();
  const StepRun run = world.sync_as("1", kOverwrite);
  expect_synced(world, run);
  expect_recorded(world, "1-1", before, run);
  EXPECT_EQ(backups_of(world.target), (RefMap{{"1-1/heads/main", theirs}}));
  const std::string order = file_text(world.target.path() / "order");
  EXPECT_LT(order.find("refs/sync/backup/1-1/heads/main"), order.find("refs/heads/main\n"));
  EXPECT_LT(order.find("refs/heads/main\n"), order.find(kLedgerRef));
}

TEST_P(LedgerAnd, ARefusalWithoutAtomicPushes) {
  world.target.config("receive.advertiseAtomic", "false");
  world.target.hook("update", "test \"$1\" != refs/heads/dev || exit 1\n");
  const RefMap before = world.target.refs();
  const StepRun run = world.sync_as("1");
  EXPECT_EQ(run.exit_code(), 1) << run.story();
  expect_recorded(world, "1-1", before, run);
  EXPECT_EQ(recorded_ref(records_of(world.target).front(), "refs/heads/dev")["result"], "rejected");
}

// What another sync does to the target while we push: main is halfway, and the ledger says so.
TEST_P(LedgerAnd, AnotherSyncInBetween) {
  const std::string base = world.target.tip("main");
  const std::string half = world.source.tip("main");
  world.target.git({"fetch", "-q", world.source.path().string(), half});
  world.source.commit("main");
  plant_record(world.target, {"77-1", 1'700'000'000, 1,
                              record_text("77-1", {{"refs/heads/main", {base, half}}})});
  const std::string theirs = world.target.tip(kLedgerRef);
  world.target.delete_ref(kLedgerRef);
  world.target.hook("pre-receive", std::string(kOutOfQuarantine) +
                                       "test -e once || { touch once; git update-ref "
                                       "refs/heads/main " +
                                       half + "; git update-ref " + kLedgerRef + " " + theirs +
                                       "; }\n");
  RefMap before = world.target.refs();
  before["refs/heads/main"] = half;
  const StepRun run = world.sync_as("1");
  expect_synced(world, run);
  EXPECT_THAT(recorded_runs(world.target), ElementsAre("1-1", "77-1"));
  expect_recorded(world, "1-1", before, run);
}

// Foreign text where the ledger should be.
class OddLedger : public testing::TestWithParam<const char*> {};

INSTANTIATE_TEST_SUITE_P(Kinds, OddLedger, testing::Values("blob", "tree", "tag"),
                         [](const auto& test) { return std::string(test.param); });

TEST_P(OddLedger, StopsNoSync) {
  HistoryWorld world(Transport::path);
  world.source.commits("main", 3);
  world.source.annotated_tag("v1", "main");
  world.mirror();
  const std::string kind = GetParam();
  const std::string odd = kind == "blob"
                              ? world.target.git({"hash-object", "-w", "--stdin"}, "not a ledger")
                              : world.target.tip(kind == "tree" ? "main^{tree}" : "refs/tags/v1");
  world.target.git({"update-ref", kLedgerRef, odd});
  world.diverge("main");
  for (int i = 0; i < 12; ++i) {
    world.target.set_ref("refs/sync/backup/" + std::to_string(i) + "-1/heads/main", "main");
  }
  const StepRun run = world.sync_as("100", kOverwrite);
  expect_status(run, 0, "synced");
  EXPECT_EQ(difference(world.source.refs(), world.target.user_refs()), "");
}

}  // namespace
}  // namespace occ::test
