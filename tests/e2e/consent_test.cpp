// What a run does only when it is told to: overwrite what diverged, go past a failed build; and all
// or nothing.
#include "e2e/choice.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace occ::test {
namespace {

using testing::HasSubstr;

using Divergence = Choice;

TEST_F(Divergence, IsPassedOverWhenToldToSkip) {
  branches({"dev"});
  world.mirror();
  diverge("main");
  world.source.commit("dev");
  const std::string theirs = world.target.tip("main");
  const StepRun run = world.sync({{"on_divergence", "skip"}});
  EXPECT_EQ(run.exit_code(), 0) << run.story();
  EXPECT_EQ(run.result_of("refs/heads/main"), "skipped");
  EXPECT_EQ(run.relation_of("refs/heads/main"), "diverged");
  expect_target(world, {{"refs/heads/main", theirs}, {"refs/heads/dev", world.source.tip("dev")}},
                run);
}

TEST_F(Divergence, OverwritesATargetThatIsAheadWhenTold) {
  world.mirror();
  world.target.commits("main", 2);
  const StepRun run = world.sync({{"on_divergence", "overwrite"}});
  expect_synced(world, run);
  EXPECT_EQ(run.result_of("refs/heads/main"), "forced");
}

TEST_F(Divergence, OverwritesAnUnrelatedHistoryWhenTold) {
  world.target.commit("main", {}, "another beginning");
  expect_synced(world, world.sync({{"on_divergence", "overwrite"}}));
}

TEST_F(Divergence, OfOneBranchStopsAllWhenAtomic) {
  branches({"dev"});
  world.mirror();
  diverge("main");
  world.source.commit("dev");
  world.source.light_tag("v1", "main");
  const RefMap before = world.target.user_refs();
  const StepRun run = world.sync({{"atomic", "true"}});
  expect_status(run, 1, "failed");
  expect_target(world, before, run);
  EXPECT_EQ(run.result_of("refs/heads/main"), "diverged");
}

using Atomic = Choice;

TEST_F(Atomic, LetsEverythingLand) {
  branches({"dev", "gone"});
  world.mirror();
  world.source.commit("main");
  world.source.commit("dev");
  world.source.delete_ref("refs/heads/gone");
  world.source.annotated_tag("v1", "main");
  expect_synced(world, world.sync({{"atomic", "true"}, {"prune", "true"}}));
}

TEST_F(Atomic, ReplacesAFileOfRefsByAFolderOrDoesNothing) {
  branches({"topic"});
  world.mirror();
  world.source.delete_ref("refs/heads/topic");
  world.source.branch("topic/part", "main");
  world.source.commit("main");
  const RefMap before = world.target.user_refs();
  const StepRun run = world.sync({{"atomic", "true"}, {"prune", "true"}});
  expect_target(world, run.exit_code() == 0 ? world.source.refs() : before, run);
  EXPECT_EQ(run.output("status"), run.exit_code() == 0 ? "synced" : "failed") << run.story();
}

TEST_F(Atomic, LetsNothingLandWhenTheServerRefusesOneRef) {
  branches({"dev"});
  world.mirror();
  world.source.commit("main");
  world.source.commit("dev");
  const RefMap before = world.target.user_refs();
  world.target.hook("update", "test \"$1\" != refs/heads/dev || exit 1\n");
  const StepRun run = world.sync({{"atomic", "true"}});
  expect_status(run, 1, "failed");
  expect_target(world, before, run);
  EXPECT_EQ(run.error_of("refs/heads/dev"), "hook_declined");
}

class BuildGate : public Choice {
 protected:
  void SetUp() override {
    Choice::SetUp();
    world.mirror();
    world.source.commit("main");
  }
};

TEST_F(BuildGate, SkipsAfterAFailedBuild) {
  const RefMap before = world.target.user_refs();
  for (const char* conclusion : {"failure", "cancelled", "timed_out"}) {
    world.runner().set_event("workflow_run", workflow_run_payload(conclusion));
    const StepRun run = world.sync();
    expect_status(run, 0, "skipped");
    expect_target(world, before, run);
    EXPECT_THAT(run.log(), HasSubstr(conclusion));
  }
}

TEST_F(BuildGate, OpensAfterAGoodBuild) {
  world.runner().set_event("workflow_run", workflow_run_payload("success"));
  expect_synced(world, world.sync());
}

TEST_F(BuildGate, OpensUnderForceSync) {
  world.runner().set_event("workflow_run", workflow_run_payload("failure"));
  expect_synced(world, world.sync({{"force_sync", "true"}}));
}

TEST_F(BuildGate, OpensWhenNoBuildIsRequired) {
  world.runner().set_event("workflow_run", workflow_run_payload("failure"));
  expect_synced(world, world.sync({{"require_successful_build", "false"}}));
}

TEST_F(BuildGate, ConcernsNoOtherEvent) {
  auto payload = workflow_run_payload("failure");
  world.runner().set_event("schedule", payload);
  expect_synced(world, world.sync());
}

}  // namespace
}  // namespace occ::test
