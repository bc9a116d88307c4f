// A rollback puts back exactly what a run moved, and nothing that somebody moved since.
#include "e2e/history.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

namespace occ::test {
namespace {

using testing::HasSubstr;
using testing::Le;
using testing::SizeIs;

const Inputs kEverything = {
    {"on_divergence", "overwrite"}, {"prune", "true"}, {"move_tags", "true"}};

class Rollback : public OverTransportWithHistory {
 protected:
  RefMap before;  // the first run

  // A run that does a bit of everything.
  void SetUp() override {
    OverTransportWithHistory::SetUp();
    world.diverge("main");
    world.source.commits("dev", 2);
    world.source.delete_ref("refs/heads/gone");
    world.source.branch("new", "main");
    world.source.annotated_tag("v1", "main", "moved");
    world.source.light_tag("v2", "main");
    before = world.target.user_refs();
    expect_synced(world, world.sync_as("1", kEverything));
  }

  void expect_rolled_back(const StepRun& run) {
    EXPECT_EQ(run.exit_code(), 0) << run.story();
    expect_target(world, before, run);
  }
};

class RollbackOfOddNames : public testing::TestWithParam<Transport> {};

INSTANTIATE_TEST_SUITE_P(Transports, RollbackOfOddNames,
                         testing::Values(Transport::http, Transport::path), transport_test_name);

INSTANTIATE_TEST_SUITE_P(Transports, Rollback,
                         testing::Values(Transport::http, Transport::http_filter,
                                         Transport::http_github, Transport::path),
                         transport_test_name);

TEST_P(Rollback, OfTheLastRunPutsEverythingBack) {
  const RefMap synced = world.target.refs();
  const StepRun run = world.roll_back("2");
  expect_rolled_back(run);
  expect_status(run, 0, "synced");
  expect_recorded(world, "2-1", synced, run);
  const auto record = records_of(world.target).front();
  EXPECT_EQ(record["mode"], "rollback");
  EXPECT_EQ(record["undoes"], "1-1");
  EXPECT_EQ(lost_since(world.target, synced), "");
  EXPECT_EQ(run.result_of("refs/heads/new"), "deleted");
  EXPECT_EQ(run.result_of("refs/heads/gone"), "created");
}

TEST_P(Rollback, IsRefusedWhereBranchesLeaveOutWhatTheRunMoved) {
  const RefMap synced = world.target.user_refs();
  const StepRun run = world.roll_back("2", {{"branches", "!main"}});
  EXPECT_EQ(run.exit_code(), 2) << run.story();
  EXPECT_THAT(run.log(), testing::HasSubstr("branches: leaves out 'main'"));
  expect_target(world, synced, run);
}

TEST_P(Rollback, SaysWhichInputsItDoesNotRead) {
  const StepRun run = world.roll_back("2", {{"prune", "true"}, {"direction", "to_target"}});
  expect_rolled_back(run);
  EXPECT_THAT(run.log(), testing::HasSubstr("a rollback does not read prune:"));
}

TEST_P(Rollback, NeedsNoSource) {
  expect_rolled_back(world.roll_back("2", {{"source_repo", ""}, {"source_token", ""}}));
}

TEST_P(Rollback, OfARunByItsId) {
  const RefMap synced = world.target.user_refs();
  world.source.branch("later", "main");
  expect_synced(world, world.sync_as("2"));
  const StepRun run = world.roll_back("3", {{"rollback_to", "1"}});
  before["refs/heads/later"] = world.source.tip("main");
  expect_rolled_back(run);
}

TEST_P(Rollback, OfARunByItsKey) {
  expect_rolled_back(world.roll_back("2", {{"rollback_to", "1-1"}}));
}

TEST_P(Rollback, OfNoneThatIsThere) {
  const RefMap now = world.target.refs();
  for (const char* wanted : {"2", "1-2", "11", "4711-1", "LAST"}) {
    const StepRun run = world.roll_back("3", {{"rollback_to", wanted}});
    EXPECT_NE(run.exit_code(), 0) << run.story();
    EXPECT_EQ(run.error(), "no_such_record") << run.story();
    EXPECT_EQ(world.target.refs(), now);
  }
}

TEST_P(Rollback, TriedOutChangesNothing) {
  const RefMap now = world.target.refs();
  const StepRun run = world.roll_back("2", {{"dry_run", "true"}});
  expect_status(run, 0, "would_sync");
  EXPECT_EQ(world.target.refs(), now);
  EXPECT_EQ(run.result_of("refs/heads/new"), "would_delete");
}

TEST_P(Rollback, LeavesWhatMovedSince) {
  const std::string since = world.target.commit("main", {{"since", "1\n"}});
  const StepRun run = world.roll_back("2");
  EXPECT_EQ(run.exit_code(), 1) << run.story();
  EXPECT_EQ(run.error_of("refs/heads/main"), "moved_since");
  before["refs/heads/main"] = since;
  expect_target(world, before, run);
}

TEST_P(Rollback, MovesNothingIfOneMovedSinceAndItIsAtomic) {
  world.target.commit("main", {{"since", "1\n"}});
  const RefMap now = world.target.refs();
  const StepRun run = world.roll_back("2", {{"atomic", "true"}});
  expect_status(run, 1, "failed");
  EXPECT_EQ(world.target.refs(), now);
}

TEST_P(Rollback, TakesWhatMovedSinceUnderForce) {
  const std::string since = world.target.commit("main", {{"since", "1\n"}});
  world.target.delete_ref("refs/heads/new");
  world.target.branch("gone", "dev");
  const RefMap now = world.target.refs();
  expect_rolled_back(world.roll_back("2", {{"force_sync", "true"}}));
  EXPECT_EQ(backups_of(world.target).at("2-1/heads/main"), since);
  EXPECT_EQ(lost_since(world.target, now), "");
}

TEST_P(Rollback, OfARollbackBringsTheSyncBack) {
  const RefMap synced = world.target.user_refs();
  expect_rolled_back(world.roll_back("2"));
  const StepRun run = world.roll_back("3");
  EXPECT_EQ(run.exit_code(), 0) << run.story();
  expect_target(world, synced, run);
  expect_rolled_back(world.roll_back("4", {{"rollback_to", "1"}}));
}

TEST_P(Rollback, DoneTwiceHasNothingToDo) {
  expect_rolled_back(world.roll_back("2", {{"rollback_to", "1"}}));
  const RefMap now = world.target.refs();
  const StepRun run = world.roll_back("3", {{"rollback_to", "1"}});
  EXPECT_EQ(run.exit_code(), 0) << run.story();
  EXPECT_EQ(world.target.refs(), now);
}

// A ref that moves between the listing and the push is not ours to put back.
TEST_P(Rollback, LosesARaceAndLeavesTheRef) {
  world.target.branch("spare", "main");
  const std::string theirs = world.target.commit("spare", {{"spare", "1\n"}});
  world.target.hook("pre-receive",
                    "unset GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY "
                    "GIT_ALTERNATE_OBJECT_DIRECTORIES\n"
                    "test -e once || { touch once; git update-ref refs/heads/main " +
                        theirs + "; }\n");
  const StepRun run = world.roll_back("2");
  EXPECT_EQ(run.exit_code(), 1) << run.story();
  EXPECT_EQ(run.error_of("refs/heads/main"), "moved_since");
  before["refs/heads/main"] = theirs;
  before["refs/heads/spare"] = theirs;
  expect_target(world, before, run);
}

class RollbackOnce : public testing::Test {
 protected:
  HistoryWorld world{Transport::path};

  void SetUp() override {
    world.source.commits("main", 3);
    world.source.branch("dev", "main");
    world.source.commit("dev");
    world.mirror();
  }

  void expect_no_record(const StepRun& run) {
    EXPECT_EQ(run.error(), "no_such_record") << run.story();
    EXPECT_NE(run.exit_code(), 0) << run.story();
  }
};

TEST_F(RollbackOnce, OfATargetWithoutALedger) {
  const RefMap before = world.target.refs();
  expect_no_record(world.roll_back("1"));
  EXPECT_EQ(world.target.refs(), before);
}

TEST_F(RollbackOnce, OfAFolderThatBecameAFile) {
  world.source.branch("a", "main");
  world.mirror();
  world.source.delete_ref("refs/heads/a");
  world.source.branch("a/b", "dev");
  const RefMap before = world.target.user_refs();
  expect_synced(world, world.sync_as("1", kEverything));
  const StepRun run = world.roll_back("2");
  EXPECT_EQ(run.exit_code(), 0) << run.story();
  expect_target(world, before, run);
}

TEST_F(RollbackOnce, LooksPastRunsThatMovedNothing) {
  const RefMap before = world.target.user_refs();
  world.source.commit("main");
  expect_synced(world, world.sync_as("1"));
  world.target.hook("update", "test \"$1\" = refs/sync/ledger || exit 1\n");
  world.source.commit("dev");
  EXPECT_EQ(world.sync_as("2").exit_code(), 1);
  world.target.hook("update", "exit 0\n");
  const StepRun run = world.roll_back("3");
  EXPECT_EQ(run.exit_code(), 0) << run.story();
  expect_target(world, before, run);
}

TEST_F(RollbackOnce, OfTwoStepsOfOneRunUndoesBoth) {
  const RefMap before = world.target.user_refs();
  for (int step = 0; step < 2; ++step) {
    world.diverge("main");
    expect_synced(world, world.sync_as("1", kEverything));
  }
  const StepRun run = world.roll_back("2");
  EXPECT_EQ(run.exit_code(), 0) << run.story();
  RefMap expected = before;
  const auto first = records_of(world.target).back();
  expected["refs/heads/main"] = recorded_movements(first).at("refs/heads/main").first;
  expect_target(world, expected, run);
}

// Without a backup the old commits may be gone for good; what can go back goes back.
TEST_F(RollbackOnce, OfCommitsThatAreGoneTellsSo) {
  const std::string dev = world.target.tip("dev");
  world.diverge("main");
  world.source.commit("dev");
  Inputs inputs = kEverything;
  inputs["backup"] = "false";
  expect_synced(world, world.sync_as("1", inputs));
  world.target.git({"reflog", "expire", "--expire=now", "--all"});
  world.target.git({"repack", "-a", "-d", "-q"});
  world.target.git({"prune", "--expire=now"});
  const StepRun run = world.roll_back("2");
  EXPECT_EQ(run.exit_code(), 1) << run.story();
  EXPECT_NE(run.error_of("refs/heads/main"), "") << run.story();
  expect_target(world, {{"refs/heads/main", world.source.tip("main")}, {"refs/heads/dev", dev}},
                run);
}

// Two hundred runs on record, two thousand commits: a rollback reads little of it.
TEST(RollbackOfALongHistory, TakesFewRequestsAndBytes) {
  HistoryWorld world(Transport::http_filter);
  world.target.config("uploadpack.allowFilter", "true");
  world.source.commits("main", 2000);
  world.mirror();
  const std::string tip = world.target.tip("main");
  for (int i = 0; i < 200; ++i) {
    const std::string key = std::to_string(i) + "-1";
    plant_record(world.target, {key, 1'700'000'000 + i, 0, record_text(key, {})});
  }
  world.diverge("main");
  const RefMap before = world.target.user_refs();
  expect_synced(world, world.sync_as("1000", {{"on_divergence", "overwrite"}}));
  const auto earlier = world.target_server().requests().size();
  const StepRun run = world.roll_back("1001");
  EXPECT_EQ(run.exit_code(), 0) << run.story();
  expect_target(world, before, run);
  auto requests = world.target_server().requests();
  requests.erase(requests.begin(), requests.begin() + static_cast<std::ptrdiff_t>(earlier));
  EXPECT_THAT(requests, SizeIs(Le(6U)));
  const long bytes = std::accumulate(
      requests.begin(), requests.end(), 0L,
      [](long sum, const auto& request) { return sum + request.bytes_in + request.bytes_out; });
  EXPECT_LT(bytes, 100'000);
  RecordProperty("requests", static_cast<int>(requests.size()));
  RecordProperty("bytes", static_cast<int>(bytes));
}

// The same for a run that is two hundred records back.
TEST(RollbackOfALongHistory, FindsAnOldRun) {
  HistoryWorld world(Transport::http_filter);
  world.target.config("uploadpack.allowFilter", "true");
  world.source.commits("main", 3);
  world.mirror();
  world.diverge("main");
  const RefMap before = world.target.user_refs();
  expect_synced(world, world.sync_as("1000", {{"on_divergence", "overwrite"}}));
  for (int i = 0; i < 200; ++i) {
    const std::string key = std::to_string(2000 + i) + "-1";
    plant_record(world.target, {key, 1'900'000'000 + i, 0, record_text(key, {})});
  }
  for (const char* wanted : {"last", "1000"}) {
    const StepRun run = world.roll_back("9000", {{"rollback_to", wanted}, {"dry_run", "true"}});
    expect_status(run, 0, "would_sync");
  }
  const StepRun run = world.roll_back("9001", {{"rollback_to", "1000"}});
  EXPECT_EQ(run.exit_code(), 0) << run.story();
  expect_target(world, before, run);
}

// Its record told another name, and the rollback made that branch.
TEST_P(RollbackOfOddNames, OfABranchThatIsNoUtf8MovesThatBranch) {
  World world(GetParam());
  world.source.commits("main", 2);
  const std::string name = "caf\xE9";
  world.source.branch(name, "main");
  world.mirror();
  const RefMap before = world.target.user_refs();
  world.source.branch(name, "main~1");
  expect_synced(world, world.sync({{"on_divergence", "overwrite"}}));
  const StepRun run =
      world.sync({{"mode", "rollback"}, {"source_repo", ""}, {"rollback_to", "last"}});
  EXPECT_EQ(run.exit_code(), 0) << run.story();
  expect_target(world, before, run);
}

// A workflow that syncs, tries what came, and takes it back.
TEST_P(Rollback, ByALaterStepOfTheSameRunCanBeUndoneInTurn) {
  const RefMap synced = world.target.user_refs();
  const StepRun undone = world.roll_back("1", {{"rollback_to", "1"}});
  expect_rolled_back(undone);
  EXPECT_THAT(undone.log(), HasSubstr("rollback_to: rollback-1-1."));
  const StepRun again = world.roll_back("2", {{"rollback_to", "rollback-1-1"}});
  EXPECT_EQ(again.exit_code(), 0) << again.story();
  expect_target(world, synced, again);
  expect_rolled_back(world.roll_back("3", {{"rollback_to", "1-1"}}));
}

}  // namespace
}  // namespace occ::test
