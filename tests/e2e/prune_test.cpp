// What a run deletes, and above all what it never does.
#include "e2e/choice.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace occ::test {
namespace {

using testing::HasSubstr;

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
  const RefMap before = world.target.user_refs();
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
  const RefMap before = world.target.user_refs();
  world.source.delete_ref("refs/heads/dev");
  const StepRun run = world.sync({{"prune", "true"}, {"branches", "d?v"}});
  expect_told(run, "refs/heads/dev", "source_branch_missing");
  expect_target(world, before, run);
}

TEST_F(Prune, LeavesABranchOfTheTargetThatTheSourcesOwnDoesNotBecome) {
  world.source.branch("develop", "main");
  world.mirror();
  world.target.commit("develop", {{"theirs", "1\n"}});
  const std::string theirs = world.target.tip("develop");
  const StepRun run = world.sync({{"branches", "develop:upstream/develop\n*"}, {"prune", "true"}});
  EXPECT_EQ(run.exit_code(), 0) << run.story();
  EXPECT_EQ(world.target.tip("develop"), theirs);
  EXPECT_EQ(world.target.tip("upstream/develop"), world.source.tip("develop"));
}

}  // namespace
}  // namespace occ::test
