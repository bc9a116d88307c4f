// The build gate of README's `workflow_run` sample: a build says something of what was built, and
// of nothing else.
#include "e2e/expect.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace occ::test {
namespace {

using testing::HasSubstr;

const nlohmann::json kNothing = nlohmann::json::object();

class GateOfABuild : public testing::Test {
 protected:
  World world{Transport::path};
  std::string built;
  std::string tip;
  RefMap before;

  void SetUp() override {
    world.source.commits("main", 2);
    world.mirror();
    before = world.target.user_refs();
    built = world.source.commit("main");
    tip = world.source.commit("main");  // whose own build may be red
    world.source.branch("feature", built);
    world.source.commit("feature");
    world.runner().set_env("GITHUB_REPOSITORY", "octo/source");
  }

  StepRun sync_after(const nlohmann::json& changes, Inputs inputs = {}) {
    nlohmann::json payload = workflow_run_payload("success");
    nlohmann::json& run = payload["workflow_run"];
    run["event"] = "push";
    run["head_sha"] = built;
    run["head_repository"] = {{"full_name", "octo/source"}};
    run.update(changes);
    world.runner().set_event("workflow_run", payload);
    inputs.emplace("branches", "");
    inputs.emplace("sync_tags", "false");
    return world.sync(inputs);
  }

  void expect_skipped(const StepRun& run, const std::string& why) const {
    expect_status(run, 0, "skipped");
    EXPECT_THAT(run.log(), HasSubstr(why));
    expect_target(world, before, run);
  }

  void expect_main(const StepRun& run, const std::string& id) const {
    expect_status(run, 0, "synced");
    expect_target(world, {{"refs/heads/main", id}}, run);
  }
};

TEST_F(GateOfABuild, OpensForTheCommitThatWasBuiltAtMost) {
  for (const char* branches : {"", "main"}) {
    world.target.set_ref("refs/heads/main", before.at("refs/heads/main"));
    expect_main(sync_after(kNothing, {{"branches", branches}}), built);
  }
}

TEST_F(GateOfABuild, LeavesATargetThatIsFurtherThanTheBuild) {
  expect_main(sync_after({{"head_sha", tip}}), tip);
  const StepRun run = sync_after(kNothing, {{"on_divergence", "overwrite"}});
  EXPECT_EQ(run.exit_code(), 0) << run.story();
  expect_target(world, {{"refs/heads/main", tip}}, run);
}

TEST_F(GateOfABuild, StaysShutAfterTheBuildOfAFeatureBranch) {
  const nlohmann::json feature = {{"head_branch", "feature"},
                                  {"head_sha", world.source.tip("feature")}};
  expect_skipped(sync_after(feature), "'feature' was built");
  expect_skipped(sync_after(feature, {{"branches", "main, release/*"}}), "'feature' was built");
}

TEST_F(GateOfABuild, StaysShutAfterTheBuildOfAPullRequest) {
  for (const char* event : {"pull_request", "pull_request_target"}) {
    expect_skipped(sync_after({{"event", event}}), "pull request");
  }
}

// A fork's branch may be called main too.
TEST_F(GateOfABuild, StaysShutAfterTheBuildOfAFork) {
  const nlohmann::json fork = {{"head_repository", {{"full_name", "mallory/source"}}}};
  expect_skipped(sync_after(fork), "'mallory/source' was built");
}

TEST_F(GateOfABuild, IsPassedByForceSyncAndByAskingForNone) {
  for (const char* knob : {"force_sync=true", "require_successful_build=false"}) {
    const std::string text(knob);
    const std::size_t equals = text.find('=');
    world.target.set_ref("refs/heads/main", before.at("refs/heads/main"));
    const StepRun run = sync_after({{"event", "pull_request"}, {"head_branch", "feature"}},
                                   {{text.substr(0, equals), text.substr(equals + 1)}});
    expect_main(run, tip);
  }
}

TEST_F(GateOfABuild, OpensForSeveralBranchesOfWhichOneWasBuilt) {
  const StepRun run = sync_after(kNothing, {{"branches", "**"}});
  expect_status(run, 0, "synced");
  expect_target(world, world.source.refs(), run);
}

// A tag would carry what was not built past the gate.
TEST_F(GateOfABuild, LetsTagsOfWhatWasBuiltThroughAndNoOthers) {
  const std::string old = before.at("refs/heads/main");
  world.source.light_tag("old", old);
  world.source.annotated_tag("built", built);
  world.source.annotated_tag("early", tip);
  world.source.light_tag("feature", world.source.tip("feature"));
  const StepRun run = sync_after(kNothing, {{"sync_tags", "true"}});
  expect_status(run, 0, "synced");
  expect_target(world,
                {{"refs/heads/main", built},
                 {"refs/tags/old", old},
                 {"refs/tags/built", world.source.refs().at("refs/tags/built")}},
                run);
  EXPECT_EQ(run.result_of("refs/tags/early"), "skipped");
  EXPECT_FALSE(world.target.has_object(tip));
  EXPECT_THAT(run.log(), HasSubstr("not part of what was built"));
  // Its own build lets it through.
  expect_status(sync_after({{"head_sha", tip}}, {{"sync_tags", "true"}}), 0, "synced");
  EXPECT_EQ(world.target.user_refs().count("refs/tags/early"), 1U);
}

TEST_F(GateOfABuild, StaysShutForTagsWhereTheBuiltBranchIsNotChosen) {
  world.source.light_tag("feature", world.source.tip("feature"));
  for (const char* knob : {"force_sync", "sync_tags"}) {
    expect_skipped(sync_after({{"head_branch", "feature"}}, {{"sync_built_commit", "true"},
                                                             {"branches", "main"},
                                                             {"sync_tags", "true"},
                                                             {knob, "true"}}),
                   "'feature' was built");
  }
}

// As GitHub sends it where the fork is gone by then.
TEST_F(GateOfABuild, StaysShutWhereTheEventDoesNotSayWhatWasBuilt) {
  for (const char* field : {"event", "head_branch", "head_sha", "head_repository"}) {
    expect_skipped(sync_after({{field, nullptr}}), field);
  }
}

TEST_F(GateOfABuild, IsToldOfWhereTheEventLeavesOutWhatWasBuilt) {
  world.runner().set_event("workflow_run", {{"workflow_run", {{"conclusion", "success"}}}});
  const StepRun run = world.sync({{"branches", ""}, {"sync_tags", "false"}});
  expect_main(run, tip);
  EXPECT_THAT(run.log(), HasSubstr("::warning title=Build gate::"));
}

TEST_F(GateOfABuild, DoesNotOpenForAnEventThatCannotBeRead) {
  for (const nlohmann::json& payload :
       {nlohmann::json("cut"), nlohmann::json::array(), nlohmann::json::object()}) {
    world.runner().set_event("workflow_run", payload);
    const StepRun run = world.sync({{"branches", ""}});
    EXPECT_EQ(run.exit_code(), 2) << run.story();
    EXPECT_THAT(run.log(), HasSubstr("GITHUB_EVENT_PATH"));
    expect_target(world, before, run);
  }
}

// The branch was rewritten while the build ran; a host gives the old commit all the same.
TEST_F(GateOfABuild, StaysShutForACommitThatTheBranchLeft) {
  world.source.set_ref("refs/heads/main", before.at("refs/heads/main"));
  const std::string now = world.source.commit("main");
  for (const std::string& lost : {built, std::string(40, 'e')}) {
    const StepRun run = sync_after({{"head_sha", lost}}, {{"on_divergence", "overwrite"}});
    EXPECT_EQ(run.error(), "built_commit_missing") << run.story();
    EXPECT_THAT(run.log(), HasSubstr(lost));
    EXPECT_EQ(run.log().find("git fsck"), std::string::npos);
    expect_target(world, before, run);
  }
  expect_main(sync_after({{"head_sha", now}}), now);
}

// What the target has beyond the build is no later build's, then.
TEST_F(GateOfABuild, DoesNotTakeCommitsOfTheTargetForALaterBuild) {
  for (const bool diverged : {false, true}) {
    world.target.set_ref("refs/heads/main", before.at("refs/heads/main"));
    expect_main(sync_after({{"head_sha", diverged ? built : tip}}), diverged ? built : tip);
    const std::string theirs = world.target.commit("main", {{"theirs", "1\n"}});
    for (const std::string& id : {built, tip}) {
      const StepRun run = sync_after({{"head_sha", id}}, {{"branches", "main"}});
      EXPECT_EQ(run.exit_code(), 1) << run.story();
      EXPECT_EQ(run.error_of("refs/heads/main"), "diverged");
      expect_target(world, {{"refs/heads/main", theirs}}, run);
    }
    expect_main(sync_after({{"head_sha", tip}}, {{"on_divergence", "overwrite"}}), tip);
  }
}

TEST_F(GateOfABuild, IsShutForWhatIsNotSyncedHoweverTheBranchesAreChosen) {
  world.source.light_tag("v9", "feature");
  const nlohmann::json feature = {{"head_branch", "feature"},
                                  {"head_sha", world.source.tip("feature")}};
  world.runner().set_env("GITHUB_REPOSITORY", "octo/source");
  nlohmann::json elsewhere = workflow_run_payload("success");
  elsewhere["workflow_run"].update(feature);
  elsewhere.erase("repository");  // so that the default branch is the source's word alone
  world.runner().set_event("workflow_run", elsewhere);
  const StepRun run = world.sync({{"branches", ""}, {"sync_tags", "true"}});
  expect_status(run, 0, "skipped");
  expect_target(world, before, run);
  expect_skipped(sync_after({{"head_branch", "v9"}}, {{"branches", "**"}}),
                 "no branch of the source");
}

TEST_F(GateOfABuild, BindsAGlobThatChoosesOneBranch) {
  expect_main(sync_after(kNothing, {{"branches", "ma*"}}), built);
}

}  // namespace
}  // namespace occ::test
