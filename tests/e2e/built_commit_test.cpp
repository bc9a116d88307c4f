// sync_built_commit: exactly the commit that was built lands, whatever the source has by now.
#include "e2e/history.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace occ::test {
namespace {

class BuiltCommit : public OverTransport {
 protected:
  std::vector<std::string> commits;  // of main, from the target's on

  void SetUp() override {
    commits.push_back(world.source.commits("main", 3));
    world.source.branch("dev", "main");
    world.mirror();
    for (int i = 0; i < 3; ++i) commits.push_back(world.source.commit("main"));
    world.source.commit("dev");
  }

  StepRun sync_built(const std::string& id, Inputs more = {}, const std::string& branch = "main") {
    nlohmann::json payload = workflow_run_payload("success");
    payload["workflow_run"]["head_sha"] = id;
    payload["workflow_run"]["head_branch"] = branch;
    payload["workflow_run"]["head_repository"] = {{"full_name", "octo/source"}};
    world.runner().set_event("workflow_run", payload);
    more.emplace("sync_built_commit", "true");
    return world.sync(more);
  }

  void expect_main(const std::string& id, const StepRun& run) {
    expect_target(world, {{"refs/heads/main", id}, {"refs/heads/dev", commits[0]}}, run);
  }
};

INSTANTIATE_TEST_SUITE_P(Transports, BuiltCommit,
                         testing::Values(Transport::http, Transport::http_filter,
                                         Transport::http_github, Transport::path),
                         transport_test_name);

TEST_P(BuiltCommit, LandsAndNothingBeyondIt) {
  const StepRun run = sync_built(commits[1]);
  expect_status(run, 0, "synced");
  expect_main(commits[1], run);
  EXPECT_FALSE(world.target.has_object(commits[2]));
  EXPECT_FALSE(world.target.has_object(world.source.tip("dev")));
  EXPECT_EQ(run.ahead_of("refs/heads/main"), 1);
}

TEST_P(BuiltCommit, IsFollowedByTheNext) {
  for (std::size_t i = 1; i < commits.size(); ++i) {
    const StepRun run = sync_built(commits[i]);
    expect_status(run, 0, "synced");
    expect_main(commits[i], run);
  }
}

// Builds end in any order.
TEST_P(BuiltCommit, ThatIsOlderThanTheTargetsIsLeft) {
  expect_status(sync_built(commits[2]), 0, "synced");
  for (const Inputs& more :
       {Inputs{}, Inputs{{"on_divergence", "overwrite"}}, Inputs{{"force_sync", "true"}}}) {
    const StepRun run = sync_built(commits[1], more);
    EXPECT_EQ(run.exit_code(), 0) << run.story();
    expect_main(commits[2], run);
    EXPECT_EQ(run.relation_of("refs/heads/main"), "target_ahead");
  }
}

TEST_P(BuiltCommit, ThatTheTargetHasIsNothingToDo) {
  expect_status(sync_built(commits[1]), 0, "synced");
  const StepRun run = sync_built(commits[1]);
  EXPECT_EQ(run.exit_code(), 0) << run.story();
  EXPECT_EQ(run.result_of("refs/heads/main"), "up_to_date");
  expect_main(commits[1], run);
}

TEST_P(BuiltCommit, OfATargetThatDivergedIsAConflict) {
  const std::string theirs = world.target.commit("main", {{"theirs", "1\n"}});
  StepRun run = sync_built(commits[2]);
  EXPECT_EQ(run.exit_code(), 1) << run.story();
  EXPECT_EQ(run.error_of("refs/heads/main"), "diverged");
  expect_main(theirs, run);
  run = sync_built(commits[2], {{"on_divergence", "overwrite"}});
  expect_status(run, 0, "synced");
  expect_main(commits[2], run);
}

TEST_P(BuiltCommit, OfABranchThatTheTargetLacksCreatesIt) {
  world.source.branch("new", commits[2]);
  world.source.commit("new");
  const StepRun run = sync_built(commits[1], {}, "new");
  expect_status(run, 0, "synced");
  expect_target(world,
                {{"refs/heads/main", commits[0]},
                 {"refs/heads/dev", commits[0]},
                 {"refs/heads/new", commits[1]}},
                run);
}

TEST_P(BuiltCommit, OfABranchThatWasNotChosenMovesNothing) {
  const StepRun run = sync_built(commits[1], {{"branches", "dev"}});
  EXPECT_EQ(run.exit_code(), 0) << run.story();
  expect_main(commits[0], run);
}

TEST_P(BuiltCommit, LeavesOtherBranchesAloneThoughTheyAreGone) {
  world.source.delete_ref("refs/heads/dev");
  const StepRun run = sync_built(commits[1], {{"prune", "true"}});
  EXPECT_EQ(run.exit_code(), 0) << run.story();
  expect_main(commits[1], run);
}

// The branch was rewritten while the build ran: the commit that was built may be gone.
TEST_P(BuiltCommit, ThatTheSourceLostIsToldAndMovesNothing) {
  const std::string lost(40, 'e');
  const StepRun run = sync_built(lost);
  EXPECT_EQ(run.exit_code(), 1) << run.story();
  EXPECT_EQ(run.error(), "built_commit_missing") << run.story();
  expect_main(commits[0], run);
}

TEST_P(BuiltCommit, IsNotWaitedForWhenAnotherEventStartsTheRun) {
  world.runner().set_event("push", {{"ref", "refs/heads/main"}});
  expect_synced(world, world.sync({{"sync_built_commit", "true"}}));
}

}  // namespace
}  // namespace occ::test
