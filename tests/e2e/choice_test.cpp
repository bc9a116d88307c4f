// Which refs a run touches: patterns and tags; and inputs that make no sense.
#include "e2e/choice.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace occ::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

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
  EXPECT_THAT(run.log(), HasSubstr("names 'absent' as its default branch"));
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

// "In sync" or "Synced" would hide a misspelt pattern behind a tag.
TEST_F(Branches, ThatAPatternMissesAreAnErrorThoughATagIsThere) {
  branches({"release/1"});
  world.source.light_tag("v1", "main");
  for (const char* wish : {"relase/*", "relase/*\nrel/*", "release/*\n!release/*"}) {
    const StepRun run = world.sync({{"branches", wish}});
    expect_status(run, 1, "failed");
    EXPECT_EQ(run.error(), "source_branch_missing") << run.story();
    EXPECT_THAT(run.log(), HasSubstr("chooses no branch")) << wish;
    expect_target(world, {}, run);
  }
  EXPECT_THAT(world.sync({{"branches", "relase/*"}}).log(), HasSubstr("'main'"));
}

TEST_F(Branches, ThatChooseNoneFailADryRunHoweverTheyAreWritten) {
  world.source.light_tag("v1", "main");
  for (const char* wish : {"nope", "nope*", "!main", "nope, neither"}) {
    const StepRun run = world.sync({{"branches", wish}, {"dry_run", "true"}});
    EXPECT_EQ(run.exit_code(), 1) << run.story();
    EXPECT_EQ(run.error(), "source_branch_missing") << run.story();
  }
}

TEST_F(Branches, OfManyThousandNamesAreChosen) {
  std::string many = "main";
  while (many.size() < 70'000) many += "\n!b" + std::to_string(many.size());
  expect_synced(world, world.sync({{"branches", many}}));
  std::string names = "main*";
  while (names.size() < 70'000) names += "\nb" + std::to_string(names.size()) + '*';
  world.source.commit("main");
  EXPECT_EQ(world.sync({{"branches", names}}).exit_code(), 0);
  EXPECT_EQ(world.target.tip("main"), world.source.tip("main"));
}

TEST_F(Branches, ThatOnePatternOfSeveralMissesAreWarnedOf) {
  branches({"release/1"});
  world.source.light_tag("v1", "main");
  const StepRun run =
      world.sync({{"branches", "main, relase/*, release/*"}, {"sync_tags", "v*, w*, x1"}});
  expect_status(run, 0, "synced");
  EXPECT_THAT(run.log(), HasSubstr("'relase/*' in branches matches no branch"));
  for (const char* tag : {"'w*'", "'x1'"}) {
    EXPECT_THAT(run.log(), HasSubstr(std::string(tag) + " in sync_tags matches no tag"));
  }
  EXPECT_THAT(run.summary, HasSubstr("matches no branch of either side"));
  EXPECT_THAT(run.log(), testing::Not(HasSubstr("'release/*' in branches")));
  expect_target(world, world.source.refs(), run);
}

// Such a pattern still has something to do: what it chose is deleted.
TEST_F(Branches, ThatOnlyTheTargetHasAreWarnedOfNeither) {
  branches({"old/1"});
  world.mirror();
  world.source.delete_ref("refs/heads/old/1");
  const StepRun run = world.sync({{"branches", "main, old/*"}, {"prune", "true"}});
  expect_synced(world, run);
  EXPECT_THAT(run.log(), testing::Not(HasSubstr("matches no branch")));
}

TEST_F(Branches, GoNeitherToTagsNorToOtherRefs) {
  world.source.light_tag("v1", "main");
  for (const Inputs& wish :
       {Inputs{{"branches", "main:refs/tags/x"}}, Inputs{{"branches", "main:refs/sync/ledger"}},
        Inputs{{"branches", "*:refs/sync/*"}}, Inputs{{"branches", "refs/tags/v1"}},
        Inputs{{"sync_tags", "v1:refs/heads/x"}}, Inputs{{"sync_tags", "v1:refs/sync/ledger"}}}) {
    const StepRun run = world.sync(wish);
    expect_status(run, 2, "failed");
    EXPECT_EQ(run.error(), "bad_input") << run.story();
    EXPECT_TRUE(world.target.refs().empty());
  }
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
  EXPECT_THAT(world.target.user_refs(), IsEmpty());
}

TEST_F(BadInput, IsAWordForTagsThatMeansTrueOrFalseElsewhere) {
  for (const char* word : {"yes", "no", "On", "off", "tRUE", "y"}) {
    const StepRun run = world.sync({{"sync_tags", word}});
    EXPECT_EQ(run.exit_code(), 2) << run.story();
    EXPECT_THAT(run.log(), HasSubstr("sync_tags: '" + std::string(word) + "' is neither true"));
  }
  world.source.light_tag("on", "main");
  expect_synced(world, world.sync({{"sync_tags", "refs/tags/on"}}));
}

TEST_F(BadInput, IsATargetThatIsNotNamed) {
  const StepRun run = world.sync({{"target_repo", ""}});
  EXPECT_EQ(run.exit_code(), 2) << run.story();
  EXPECT_THAT(run.log(), HasSubstr("target_repo"));
}

}  // namespace
}  // namespace occ::test
