// What a sync does to refs, over each way to reach a repository: whatever the transport, the
// target ends up exactly as planned.
#include "e2e/expect.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace occ::test {
namespace {

using Sync = OverTransport;

INSTANTIATE_TEST_SUITE_P(Transports, Sync,
                         testing::Values(Transport::http, Transport::http_filter,
                                         Transport::http_github, Transport::http_v0,
                                         Transport::path, Transport::ssh),
                         transport_test_name);

TEST_P(Sync, DoesNothingWhenBothSidesAreEqual) {
  world.source.commits("main", 3);
  world.source.annotated_tag("v1", "main");
  world.mirror();
  const StepRun run = world.sync();
  expect_status(run, 0, "in_sync");
  EXPECT_EQ(run.output("has_changes"), "false");
  EXPECT_EQ(run.output("commits_ahead"), "0");
  EXPECT_EQ(run.output("commits_behind"), "0");
  EXPECT_EQ(run.relation_of("refs/heads/main"), "equal");
  EXPECT_EQ(run.result_of("refs/heads/main"), "up_to_date");
  expect_target(world, world.source.refs(), run);
}

TEST_P(Sync, BringsOneCommit) {
  const std::string before = world.source.commits("main", 5);
  world.mirror();
  const std::string after = world.source.commit("main");
  const StepRun run = world.sync();
  expect_synced(world, run);
  EXPECT_EQ(run.output("has_changes"), "true");
  EXPECT_EQ(run.output("source_commit"), after);
  EXPECT_EQ(run.output("target_commit"), before);
  EXPECT_EQ(run.output("commits_ahead"), "1");
  EXPECT_EQ(run.output("commits_behind"), "0");
  EXPECT_EQ(run.output("can_fast_forward"), "true");
  EXPECT_EQ(run.output("has_conflicts"), "false");
  EXPECT_EQ(run.relation_of("refs/heads/main"), "fast_forward");
  EXPECT_EQ(run.result_of("refs/heads/main"), "updated");
}

TEST_P(Sync, FindsNothingToDoTheSecondTime) {
  world.source.commits("main", 5);
  world.mirror();
  world.source.commit("main");
  expect_synced(world, world.sync());
  expect_status(world.sync(), 0, "in_sync");
}

TEST_P(Sync, BringsAThousandCommits) {
  world.source.commits("main", 5);
  world.mirror();
  world.source.commits("main", 1000);
  const StepRun run = world.sync();
  expect_synced(world, run);
  EXPECT_EQ(run.output("commits_ahead"), "1000");
}

TEST_P(Sync, CreatesANewBranch) {
  world.source.commits("main", 3);
  world.mirror();
  world.source.branch("feature/one", "main");
  world.source.commits("feature/one", 2);
  world.source.branch("same-as-main", "main");
  const StepRun run = world.sync();
  expect_synced(world, run);
  EXPECT_EQ(run.relation_of("refs/heads/feature/one"), "new");
  EXPECT_EQ(run.result_of("refs/heads/feature/one"), "created");
  EXPECT_EQ(run.result_of("refs/heads/same-as-main"), "created");
  EXPECT_EQ(run.ahead_of("refs/heads/feature/one"), 2) << run.story();
  EXPECT_EQ(run.ahead_of("refs/heads/same-as-main"), 0) << run.story();
  EXPECT_EQ(run.result_of("refs/heads/main"), "up_to_date");
}

TEST_P(Sync, BringsAnnotatedAndLightTags) {
  const std::string root = world.source.commit("main");
  world.source.commits("main", 3);
  world.mirror();
  world.source.light_tag("light", root);
  world.source.annotated_tag("v1", "main");
  world.source.annotated_tag("of-a-tag", "refs/tags/v1");
  // A release whose commit is on no branch.
  world.source.branch("release", "main");
  world.source.commit("release");
  world.source.annotated_tag("v1.1", "release");
  world.source.delete_ref("refs/heads/release");
  const StepRun run = world.sync();
  expect_synced(world, run);
  EXPECT_EQ(run.result_of("refs/tags/v1.1"), "created");
}

TEST_P(Sync, LeavesADeletedBranchWithoutPrune) {
  world.source.commits("main", 3);
  world.source.branch("old", "main");
  world.mirror();
  const RefMap before = world.target.user_refs();
  world.source.delete_ref("refs/heads/old");
  const StepRun run = world.sync();
  expect_status(run, 0, "in_sync");
  expect_target(world, before, run);
}

TEST_P(Sync, DeletesADeletedBranchWithPrune) {
  world.source.commits("main", 3);
  world.source.branch("old", "main");
  world.mirror();
  world.source.delete_ref("refs/heads/old");
  const StepRun run = world.sync({{"prune", "true"}});
  expect_synced(world, run);
  EXPECT_EQ(run.result_of("refs/heads/old"), "deleted");
}

TEST_P(Sync, DeletesAndUpdatesInOneRun) {
  world.source.commits("main", 3);
  world.source.branch("old", "main");
  world.source.annotated_tag("old-tag", "main");
  world.mirror();
  world.source.delete_ref("refs/heads/old");
  world.source.delete_ref("refs/tags/old-tag");
  world.source.commits("main", 2);
  world.source.branch("new", "main");
  expect_synced(world, world.sync({{"prune", "true"}}));
}

TEST_P(Sync, OverwritesARewrittenBranchWhenTold) {
  world.source.commits("main", 5);
  world.mirror();
  world.source.amend("main", {{"rewritten", "yes\n"}});
  const StepRun run = world.sync({{"on_divergence", "overwrite"}});
  expect_synced(world, run);
  EXPECT_EQ(run.relation_of("refs/heads/main"), "diverged");
  EXPECT_EQ(run.result_of("refs/heads/main"), "forced");
}

TEST_P(Sync, OverwritesARewrittenBranchUnderForceSync) {
  world.source.commits("main", 5);
  world.mirror();
  world.source.amend("main", {{"rewritten", "yes\n"}});
  expect_synced(world, world.sync({{"force_sync", "true"}}));
}

TEST_P(Sync, FailsForADivergedBranchWhileTheOthersLand) {
  world.source.commits("main", 5);
  world.source.branch("other", "main");
  world.mirror();
  const std::string theirs = world.target.commit("main", {{"theirs", "1\n"}});
  world.source.commits("main", 2);
  world.source.commit("other");
  world.source.branch("new", "main");
  const StepRun run = world.sync();
  expect_status(run, 1, "partial");
  RefMap expected = world.source.refs();
  expected["refs/heads/main"] = theirs;
  expect_target(world, expected, run);
  EXPECT_EQ(run.relation_of("refs/heads/main"), "diverged");
  EXPECT_EQ(run.result_of("refs/heads/main"), "diverged");
  EXPECT_EQ(run.error_of("refs/heads/main"), "diverged");
  EXPECT_EQ(run.ahead_of("refs/heads/main"), 2);
  EXPECT_EQ(run.behind_of("refs/heads/main"), 1);
  EXPECT_EQ(run.output("can_fast_forward"), "false");
}

// The negotiation takes other ways when the common part is short.
TEST_P(Sync, CountsWhatEachSideHasOfItsOwn) {
  for (const int common : {1, 2, 3, 20}) {
    SCOPED_TRACE(common);
    const std::string name = "after-" + std::to_string(common);
    world.source.commits(name, common);
    world.mirror();
    world.source.commits(name, 1);
    world.target.commit(name, {{"theirs", "1\n"}});
    world.target.commit(name, {{"theirs", "2\n"}});
    const std::string ref = "refs/heads/" + name;
    const StepRun run = world.sync({{"branches", name}});
    EXPECT_EQ(run.exit_code(), 1) << run.story();
    EXPECT_EQ(run.relation_of(ref), "diverged");
    EXPECT_EQ(run.ahead_of(ref), 1);
    EXPECT_EQ(run.behind_of(ref), 2);
  }
}

TEST_P(Sync, LeavesATargetThatIsAhead) {
  world.source.commits("main", 5);
  world.mirror();
  world.target.commits("main", 2);
  const RefMap before = world.target.user_refs();
  const StepRun run = world.sync();
  EXPECT_EQ(run.exit_code(), 1) << run.story();
  expect_target(world, before, run);
  EXPECT_EQ(run.relation_of("refs/heads/main"), "target_ahead");
  EXPECT_EQ(run.output("commits_ahead"), "0");
  EXPECT_EQ(run.output("commits_behind"), "2");
}

TEST_P(Sync, LeavesAnUnrelatedHistory) {
  world.source.commits("main", 3);
  world.target.commit("main", {{"unlike", "1\n"}}, "another beginning");
  world.target.commits("main", 3);
  const RefMap before = world.target.user_refs();
  const StepRun run = world.sync();
  EXPECT_EQ(run.exit_code(), 1) << run.story();
  expect_target(world, before, run);
  EXPECT_EQ(run.relation_of("refs/heads/main"), "unrelated");
}

TEST_P(Sync, FillsAnEmptyTarget) {
  world.source.commits("main", 30);
  world.source.branch("dev", "main");
  world.source.commits("dev", 3);
  world.source.annotated_tag("v1", "main");
  expect_synced(world, world.sync());
}

TEST_P(Sync, NeverDeletesBecauseTheSourceIsEmpty) {
  world.target.commits("main", 3);
  world.target.branch("side", "main");
  world.target.light_tag("v1", "main");
  const RefMap before = world.target.user_refs();
  const StepRun run = world.sync({{"prune", "true"}, {"max_deletions", "100"}});
  expect_status(run, 1, "failed");
  EXPECT_EQ(run.error(), "source_empty");
  expect_target(world, before, run);
}

TEST_P(Sync, BringsMerges) {
  world.source.commits("main", 3);
  world.source.branch("topic", "main");
  world.mirror();
  for (int round = 0; round < 3; ++round) {
    world.source.commits("topic", 2);
    world.source.commit("main", {{"main-" + std::to_string(round), "x\n"}});
    world.source.merge("main", "topic", {{"merged-" + std::to_string(round), "y\n"}});
  }
  const StepRun run = world.sync();
  expect_synced(world, run);
  EXPECT_EQ(run.ahead_of("refs/heads/main"), 12);
}

TEST_P(Sync, TurnsAFileOfRefsIntoAFolder) {
  world.source.commits("main", 3);
  world.source.branch("topic", "main");
  world.mirror();
  world.source.delete_ref("refs/heads/topic");
  world.source.branch("topic/part", "main");
  expect_synced(world, world.sync({{"prune", "true"}}));
}

TEST_P(Sync, TurnsAFolderOfRefsIntoAFile) {
  world.source.commits("main", 3);
  world.source.branch("topic/part", "main");
  world.mirror();
  world.source.delete_ref("refs/heads/topic/part");
  world.source.branch("topic", "main");
  expect_synced(world, world.sync({{"prune", "true"}}));
}

TEST_P(Sync, ChangesNothingInADryRun) {
  world.source.commits("main", 3);
  world.source.branch("rewritten", "main");
  world.source.branch("old", "main");
  world.source.commit("rewritten");
  world.mirror();
  world.source.commits("main", 2);
  world.source.branch("new", "main");
  world.source.amend("rewritten", {{"again", "1\n"}});
  world.source.delete_ref("refs/heads/old");
  const RefMap before = world.target.user_refs();
  const StepRun run =
      world.sync({{"dry_run", "true"}, {"prune", "true"}, {"on_divergence", "overwrite"}});
  expect_status(run, 0, "would_sync");
  expect_target(world, before, run);
  EXPECT_EQ(run.output("has_changes"), "true");
  EXPECT_EQ(run.result_of("refs/heads/main"), "would_update");
  EXPECT_EQ(run.result_of("refs/heads/new"), "would_create");
  EXPECT_EQ(run.result_of("refs/heads/rewritten"), "would_force");
  EXPECT_EQ(run.result_of("refs/heads/old"), "would_delete");
  EXPECT_EQ(run.ahead_of("refs/heads/main"), 2);
  EXPECT_FALSE(world.target.has_object(world.source.tip("main")));
}

TEST_P(Sync, HandsTheServersRefusalOn) {
  world.source.commits("main", 3);
  world.mirror();
  world.source.commit("main");
  const RefMap before = world.target.user_refs();
  world.target.hook("pre-receive", "echo 'no pushes on a Friday' >&2\nexit 1\n");
  const StepRun run = world.sync();
  expect_status(run, 1, "failed");
  expect_target(world, before, run);
  EXPECT_EQ(run.error_of("refs/heads/main"), "hook_declined");
  EXPECT_THAT(run.log(), testing::HasSubstr("no pushes on a Friday"));
  EXPECT_THAT(run.summary, testing::HasSubstr("no pushes on a Friday"));
}

// Twenty thousand refs: over one of each kind of listing.
class SyncOfManyRefs : public OverTransport {
 protected:
  void SetUp() override {
    RefMap refs{{"refs/heads/main", world.source.commits("main", 30)}};
    world.mirror();
    for (int i = 0; i < 20'000; ++i) {
      refs["refs/heads/many/branch-" + std::to_string(i)] = refs["refs/heads/main"];
    }
    world.source.replace_refs(refs);
  }
};

INSTANTIATE_TEST_SUITE_P(Transports, SyncOfManyRefs,
                         testing::Values(Transport::http, Transport::http_v0, Transport::path),
                         transport_test_name);

TEST_P(SyncOfManyRefs, ChangesTheOneThatChanged) {
  world.target.replace_refs(world.source.refs());
  world.source.commit("many/branch-7000");
  expect_synced(world, world.sync());
}

TEST_P(SyncOfManyRefs, CreatesThemAll) {
  expect_synced(world, world.sync({{"timeout", "100"}}));
}

// The first branch that an empty repository gets becomes its default branch on most hosts.
TEST(FirstSync, SendsTheSourcesHeadBranchFirst) {
  World world(
      WorldOptions{.source = {.default_branch = "trunk"}, .target = {.default_branch = "trunk"}});
  world.source.commits("trunk", 3);
  for (const char* name : {"a-first-by-name", "zebra"}) {
    world.source.branch(name, "trunk");
    world.source.commit(name);
  }
  world.target.hook("pre-receive", "cat >>commands\n");
  const StepRun run = world.sync();
  expect_synced(world, run);
  std::istringstream commands(file_text(world.target.path() / "commands"));
  std::string old_id;
  std::string new_id;
  std::string ref;
  commands >> old_id >> new_id >> ref;
  EXPECT_EQ(ref, "refs/heads/trunk");
}

}  // namespace
}  // namespace occ::test
