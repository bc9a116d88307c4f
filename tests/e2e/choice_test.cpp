// Which refs a run touches and what it may do to them: patterns, tags, prune, divergence, atomic,
// and the build gate. Over local paths: the transport makes no difference here.
#include "e2e/expect.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace occ::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class Choice : public testing::Test {
 protected:
  World world{Transport::path};

  void SetUp() override { world.source.commits("main", 3); }

  void branches(const std::vector<std::string>& names) {
    for (const auto& name : names) {
      world.source.branch(name, "main");
      world.source.commit(name);
    }
  }

  // What the source has, of these refs alone.
  [[nodiscard]] RefMap of_source(const std::vector<std::string>& names) const {
    RefMap chosen;
    for (const auto& name : names) chosen[name] = world.source.tip(name);
    return chosen;
  }

  // Puts main on both sides onto different commits.
  void diverge(const std::string& branch) {
    world.target.commit(branch, {{"theirs", branch}});
    world.source.commit(branch, {{"ours", branch}});
  }
};

using Branches = Choice;

TEST_F(Branches, AreTheSourcesDefaultBranchWhenNoneIsNamed) {
  branches({"dev"});
  const StepRun run = world.sync({{"branches", ""}, {"sync_tags", "false"}});
  EXPECT_EQ(run.exit_code(), 0) << run.story();
  expect_target(world, of_source({"refs/heads/main"}), run);
}

TEST_F(Branches, AreTheOneOfTheEnvironmentWhenNoneIsNamed) {
  branches({"dev"});
  world.runner().set_env("SYNC_BRANCH", "dev");
  const StepRun run = world.sync({{"branches", ""}});
  expect_target(world, of_source({"refs/heads/dev"}), run);
}

TEST_F(Branches, AreChosenByGlobsAndExcludes) {
  branches({"dev", "wip/one", "release/1.0", "release/1.1", "release/old"});
  const StepRun run = world.sync({{"branches", "main\nrelease/1.*, wip/*\n!wip/one"}});
  EXPECT_EQ(run.exit_code(), 0) << run.story();
  expect_target(world,
                of_source({"refs/heads/main", "refs/heads/release/1.0", "refs/heads/release/1.1"}),
                run);
}

TEST_F(Branches, AreRenamed) {
  branches({"dev/a", "dev/b"});
  const StepRun run = world.sync({{"branches", "main:trunk, dev/*:theirs/*"}});
  EXPECT_EQ(run.exit_code(), 0) << run.story();
  expect_target(world,
                {{"refs/heads/trunk", world.source.tip("main")},
                 {"refs/heads/theirs/a", world.source.tip("dev/a")},
                 {"refs/heads/theirs/b", world.source.tip("dev/b")}},
                run);
  EXPECT_EQ(run.ref("refs/heads/trunk").value("source_ref", ""), "refs/heads/main");
}

// Both or a mistake that is told; never one of them in silence.
TEST_F(Branches, GoToTwoPlacesOrAreRefused) {
  const StepRun run = world.sync({{"branches", "main, main:copy"}});
  const RefMap both{{"refs/heads/main", world.source.tip("main")},
                    {"refs/heads/copy", world.source.tip("main")}};
  EXPECT_THAT(run.exit_code(), testing::AnyOf(0, 2)) << run.story();
  expect_target(world, run.exit_code() == 0 ? both : RefMap(), run);
}

TEST_F(Branches, ThatMeetInOnePlaceAreRefused) {
  branches({"dev"});
  const StepRun run = world.sync({{"branches", "main:trunk, dev:trunk"}});
  EXPECT_THAT(run.exit_code(), testing::AnyOf(1, 2)) << run.story();
  EXPECT_THAT(run.log(), HasSubstr("trunk"));
  expect_target(world, {}, run);
}

TEST_F(Branches, AreMissedWhenHeadPointsNowhere) {
  world.source.git({"symbolic-ref", "HEAD", "refs/heads/absent"});
  const StepRun run = world.sync({{"branches", ""}});
  expect_told(run, "refs/heads/absent", "source_branch_missing");
  expect_target(world, {}, run);
}

TEST_F(Branches, ThatTheSourceLacksAreAnError) {
  const StepRun run = world.sync({{"branches", "no-such-branch"}});
  expect_told(run, "refs/heads/no-such-branch", "source_branch_missing");
  EXPECT_THAT(run.log(), HasSubstr("no-such-branch"));
  expect_target(world, {}, run);
}

TEST_F(Branches, AreNotCreatedWhenThatIsForbidden) {
  world.mirror();
  world.source.commit("main");
  branches({"dev"});
  const StepRun run = world.sync({{"create_branches", "false"}});
  EXPECT_EQ(run.exit_code(), 1) << run.story();
  EXPECT_EQ(run.error_of("refs/heads/dev"), "target_branch_missing");
  expect_target(world, of_source({"refs/heads/main"}), run);
}

TEST_F(Branches, CalledHeadAreNeverCreated) {
  world.source.set_ref("refs/heads/HEAD", "main");
  const StepRun run = world.sync();
  expect_target(world, of_source({"refs/heads/main"}), run);
}

TEST_F(Branches, AreTheOnlyRefsThatAreTouched) {
  world.source.set_ref("refs/pull/1/head", "main");
  world.source.set_ref("refs/notes/commits", "main");
  world.target.commit("theirs");
  world.target.set_ref("refs/pull/7/head", "theirs");
  const std::string theirs = world.target.tip("theirs");
  world.target.set_ref("refs/sync/kept", "theirs");
  const StepRun run = world.sync({{"prune", "true"}, {"branches", "main"}});
  EXPECT_EQ(run.exit_code(), 0) << run.story();
  expect_target(world,
                {{"refs/heads/main", world.source.tip("main")},
                 {"refs/heads/theirs", theirs},
                 {"refs/pull/7/head", theirs},
                 {"refs/sync/kept", theirs}},
                run);
}

using Tags = Choice;

TEST_F(Tags, StayAwayWhenSwitchedOff) {
  world.source.light_tag("v1", "main");
  const StepRun run = world.sync({{"sync_tags", "false"}});
  expect_target(world, of_source({"refs/heads/main"}), run);
}

TEST_F(Tags, AreChosenByGlobs) {
  for (const char* name : {"v1.0", "v1.1", "v2.0", "nightly"}) world.source.light_tag(name, "main");
  const StepRun run = world.sync({{"sync_tags", "v1.*\n!v1.1"}});
  expect_target(world, of_source({"refs/heads/main", "refs/tags/v1.0"}), run);
}

TEST_F(Tags, ThatMovedAreReportedAndLeft) {
  const std::string before = world.source.annotated_tag("v1", "main");
  world.mirror();
  world.source.commit("main");
  world.source.annotated_tag("v1", "main", "moved");
  const StepRun run = world.sync();
  expect_status(run, 1, "partial");
  expect_target(world, {{"refs/heads/main", world.source.tip("main")}, {"refs/tags/v1", before}},
                run);
  EXPECT_EQ(run.result_of("refs/tags/v1"), "diverged");
  EXPECT_EQ(run.error_of("refs/tags/v1"), "tag_moved");
}

TEST_F(Tags, ThatMovedForwardAreStillLeft) {
  world.source.light_tag("latest", "main");
  world.mirror();
  const std::string before = world.source.tip("refs/tags/latest");
  world.source.commit("main");
  world.source.light_tag("latest", "main");
  const StepRun run = world.sync({{"on_divergence", "overwrite"}});
  expect_target(world,
                {{"refs/heads/main", world.source.tip("main")}, {"refs/tags/latest", before}}, run);
}

TEST_F(Tags, AreMovedByTheirOwnKnob) {
  world.source.annotated_tag("v1", "main");
  world.mirror();
  world.source.commit("main");
  world.source.annotated_tag("v1", "main", "moved");
  expect_synced(world, world.sync({{"move_tags", "true"}}));
}

TEST_F(Tags, AreMovedByForceSync) {
  world.source.annotated_tag("v1", "main");
  world.mirror();
  world.source.annotated_tag("v1", "main", "the same commit, another tag");
  expect_synced(world, world.sync({{"force_sync", "true"}}));
}

TEST_F(Tags, AreNotMovedByTheKnobForBranchesNorBranchesByTheKnobForTags) {
  const std::string tag = world.source.annotated_tag("v1", "main");
  world.mirror();
  diverge("main");
  const std::string theirs = world.target.tip("main");
  world.source.annotated_tag("v1", "main", "moved");
  const StepRun run = world.sync({{"move_tags", "true"}});
  EXPECT_EQ(run.exit_code(), 1) << run.story();
  expect_target(world,
                {{"refs/heads/main", theirs}, {"refs/tags/v1", world.source.tip("refs/tags/v1")}},
                run);
  EXPECT_NE(world.source.tip("refs/tags/v1"), tag);
}

TEST_F(Tags, MayPointAtAnything) {
  const std::string blob = world.source.git({"hash-object", "-w", "--stdin"}, "a key");
  world.source.light_tag("key", blob);
  world.source.annotated_tag("signed-key", blob);
  world.source.light_tag("tree", "main^{tree}");
  world.source.annotated_tag("of-a-tree", "main^{tree}");
  expect_synced(world, world.sync());
  expect_status(world.sync(), 0, "in_sync");
  const std::string other = world.source.git({"hash-object", "-w", "--stdin"}, "another key");
  world.source.light_tag("key", other);
  expect_synced(world, world.sync({{"move_tags", "true"}}));
}

using Prune = Choice;

TEST_F(Prune, DeletesOnlyWhatThePatternsSelect) {
  branches({"release/1", "release/2", "dev/1"});
  world.source.light_tag("v1", "main");
  world.mirror();
  const std::string dev = world.source.tip("dev/1");
  const std::string tag = world.source.tip("refs/tags/v1");
  for (const char* gone : {"refs/heads/release/2", "refs/heads/dev/1", "refs/tags/v1"}) {
    world.source.delete_ref(gone);
  }
  const StepRun run =
      world.sync({{"branches", "main,release/*"}, {"sync_tags", "nightly-*"}, {"prune", "true"}});
  EXPECT_EQ(run.exit_code(), 0) << run.story();
  RefMap expected = world.source.refs();
  expected["refs/heads/dev/1"] = dev;
  expected["refs/tags/v1"] = tag;
  expect_target(world, expected, run);
}

TEST_F(Prune, SparesWhatIsExcluded) {
  branches({"keep/this", "gone"});
  world.mirror();
  const std::string kept = world.source.tip("keep/this");
  world.source.delete_ref("refs/heads/keep/this");
  world.source.delete_ref("refs/heads/gone");
  const StepRun run = world.sync({{"branches", "**\n!keep/*"}, {"prune", "true"}});
  RefMap expected = world.source.refs();
  expected["refs/heads/keep/this"] = kept;
  expect_target(world, expected, run);
}

TEST_F(Prune, LooksAtTheNamesOfTheTarget) {
  world.target.commit("trunk");
  world.target.commit("mirror/old");
  world.target.commit("own");
  const std::string own = world.target.tip("own");
  branches({"part/new"});
  world.target.delete_ref("refs/heads/trunk");
  const StepRun run = world.sync({{"branches", "main,part/*:mirror/*"}, {"prune", "true"}});
  EXPECT_EQ(run.exit_code(), 0) << run.story();
  expect_target(world,
                {{"refs/heads/main", world.source.tip("main")},
                 {"refs/heads/mirror/new", world.source.tip("part/new")},
                 {"refs/heads/own", own}},
                run);
}

TEST_F(Prune, NeverDeletesTheTargetsDefaultBranch) {
  World other(WorldOptions{.transport = Transport::path, .target = {.default_branch = "trunk"}});
  other.source.commits("main", 2);
  other.target.commit("trunk");
  other.target.commit("gone");
  const std::string trunk = other.target.tip("trunk");
  const StepRun run = other.sync({{"prune", "true"}});
  EXPECT_EQ(run.exit_code(), 1) << run.story();
  EXPECT_EQ(run.error_of("refs/heads/trunk"), "default_branch_deletion");
  expect_target(other, {{"refs/heads/main", other.source.tip("main")}, {"refs/heads/trunk", trunk}},
                run);
}

TEST_F(Prune, RefusesAllDeletionsWhenTheyAreTooMany) {
  branches({"gone/1", "gone/2", "gone/3"});
  world.mirror();
  RefMap expected = world.source.refs();
  for (const char* name : {"gone/1", "gone/2", "gone/3"}) {
    world.source.delete_ref(std::string("refs/heads/") + name);
  }
  expected["refs/heads/main"] = world.source.commit("main");
  const StepRun run = world.sync({{"prune", "true"}, {"max_deletions", "2"}});
  EXPECT_EQ(run.exit_code(), 1) << run.story();
  expect_target(world, expected, run);
  for (const char* name : {"refs/heads/gone/1", "refs/heads/gone/2", "refs/heads/gone/3"}) {
    EXPECT_EQ(run.error_of(name), "too_many_deletions");
    EXPECT_THAT(run.log(), HasSubstr(std::string(name).substr(11)));
  }
}

TEST_F(Prune, AllowsExactlyAsManyDeletionsAsItMay) {
  branches({"gone/1", "gone/2"});
  world.mirror();
  world.source.delete_ref("refs/heads/gone/1");
  world.source.delete_ref("refs/heads/gone/2");
  expect_synced(world, world.sync({{"prune", "true"}, {"max_deletions", "2"}}));
}

TEST_F(Prune, AllowsTenDeletionsByDefault) {
  std::vector<std::string> names;
  for (int i = 0; i < 11; ++i) names.push_back("gone/" + std::to_string(i));
  branches(names);
  world.mirror();
  for (const auto& name : names) world.source.delete_ref("refs/heads/" + name);
  const RefMap before = world.target.refs();
  const StepRun refused = world.sync({{"prune", "true"}});
  EXPECT_EQ(refused.exit_code(), 1) << refused.story();
  expect_target(world, before, refused);
  world.source.branch("gone/0", "main");
  const StepRun accepted = world.sync({{"prune", "true"}, {"force_sync", "true"}});
  expect_synced(world, accepted);
}

TEST_F(Prune, DeletesNothingInFavourOfAMisspeltPattern) {
  branches({"dev"});
  world.mirror();
  const RefMap before = world.target.refs();
  world.source.delete_ref("refs/heads/dev");
  const StepRun run = world.sync({{"prune", "true"}, {"branches", "d?v"}});
  expect_told(run, "refs/heads/dev", "source_branch_missing");
  expect_target(world, before, run);
}

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
  const RefMap before = world.target.refs();
  const StepRun run = world.sync({{"atomic", "true"}});
  expect_status(run, 1, "failed");
  expect_target(world, before, run);
  EXPECT_EQ(run.result_of("refs/heads/main"), "diverged");
}

TEST_F(Choice, LetsEverythingLandAtomically) {
  branches({"dev", "gone"});
  world.mirror();
  world.source.commit("main");
  world.source.commit("dev");
  world.source.delete_ref("refs/heads/gone");
  world.source.annotated_tag("v1", "main");
  expect_synced(world, world.sync({{"atomic", "true"}, {"prune", "true"}}));
}

TEST_F(Choice, ReplacesAFileOfRefsByAFolderAtomicallyOrNotAtAll) {
  branches({"topic"});
  world.mirror();
  world.source.delete_ref("refs/heads/topic");
  world.source.branch("topic/part", "main");
  world.source.commit("main");
  const RefMap before = world.target.refs();
  const StepRun run = world.sync({{"atomic", "true"}, {"prune", "true"}});
  expect_target(world, run.exit_code() == 0 ? world.source.refs() : before, run);
  EXPECT_EQ(run.output("status"), run.exit_code() == 0 ? "synced" : "failed") << run.story();
}

TEST_F(Choice, LetsNothingLandAtomicallyWhenTheServerRefusesOneRef) {
  branches({"dev"});
  world.mirror();
  world.source.commit("main");
  world.source.commit("dev");
  const RefMap before = world.target.refs();
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
  const RefMap before = world.target.refs();
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

using BadInput = Choice;

TEST_F(BadInput, IsToldAllAtOnceBeforeAnythingHappens) {
  const StepRun run = world.sync({{"dry_run", "perhaps"},
                                  {"on_divergence", "panic"},
                                  {"max_deletions", "-3"},
                                  {"branches", "a:b:c"}});
  expect_status(run, 2, "failed");
  EXPECT_EQ(run.error(), "bad_input");
  for (const char* name : {"dry_run", "on_divergence", "max_deletions", "branches"}) {
    EXPECT_THAT(run.log(), HasSubstr(name));
  }
  EXPECT_THAT(world.target.refs(), IsEmpty());
}

TEST_F(BadInput, IsATargetThatIsNotNamed) {
  const StepRun run = world.sync({{"target_repo", ""}});
  EXPECT_EQ(run.exit_code(), 2) << run.story();
  EXPECT_THAT(run.log(), HasSubstr("target_repo"));
}

}  // namespace
}  // namespace occ::test
