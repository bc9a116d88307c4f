// Servers that hand out only what their refs name: version 0 over ssh, and whoever else refuses a
// want of an object that no ref of theirs leads to. What is asked for beside the push stays open
// then, and the push is made all the same.
#include "e2e/expect.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace occ::test {
namespace {

using testing::HasSubstr;
using testing::Not;

// The source offers `filter`, so that commits are asked about alone; dev is a fast-forward.
class Unadvertised : public testing::TestWithParam<Transport> {
 protected:
  World world{GetParam()};

  void SetUp() override {
    for (const GitRepo* repo : {&world.source, &world.target}) {
      repo->config("uploadpack.allowFilter", "true");
    }
    world.source.commits("main", 4);
    world.source.branch("dev", "main~1");
    world.source.commits("dev", 2);
    world.mirror();
    world.source.commit("dev");
  }

  void expect_left_alone(const Inputs& more) {
    RefMap expected = world.target.user_refs();
    expected["refs/heads/dev"] = world.source.tip("dev");
    const StepRun run = world.sync(more);
    expect_status(run, 0, "synced");
    EXPECT_EQ(run.result_of("refs/heads/dev"), "updated") << run.story();
    EXPECT_EQ(run.result_of("refs/heads/main"), "skipped") << run.story();
    EXPECT_THAT(run.log(), Not(HasSubstr("planning again")));
    const AheadBehind told{run.ahead_of("refs/heads/main"), run.behind_of("refs/heads/main")};
    GitRepo both = world.source.copy_to(world.folder() / "both.git");
    both.git({"fetch", "-q", world.target.path().string(), "main"});
    EXPECT_EQ(told, both.ahead_behind("main", "FETCH_HEAD")) << run.story();
    expect_target(world, expected, run);
  }

  void expect_overwritten() {
    const StepRun run = world.sync({{"on_divergence", "overwrite"}});
    expect_synced(world, run);
    EXPECT_EQ(run.result_of("refs/heads/main"), "forced") << run.story();
    EXPECT_THAT(run.log(), Not(HasSubstr("planning again")));
  }
};

INSTANTIATE_TEST_SUITE_P(Each, Unadvertised,
                         testing::Values(Transport::ssh_v0, Transport::http_v0, Transport::ssh),
                         transport_test_name);

TEST_P(Unadvertised, OldTipOfABranchThatWasResetDoesNotStopTheOthers) {
  world.source.set_ref("refs/heads/main", world.source.tip("main~2"));
  expect_left_alone({{"on_divergence", "skip"}});
  expect_overwritten();
}

TEST_P(Unadvertised, OldTipOfABranchThatWasAmendedDoesNotStopTheOthers) {
  world.source.amend("main", {{"amended", "1"}});
  expect_left_alone({{"on_divergence", "skip"}});
  expect_overwritten();
}

// Nothing was rewritten: where the two part is a commit that no ref names.
TEST_P(Unadvertised, PlaceWhereBranchesPartDoesNotStopTheOthers) {
  world.source.branch("feature", "main~2");
  world.source.commits("feature", 2);
  world.target.commit("main", {{"own", "1"}});
  world.target.take_all_from(world.source);
  world.target.set_ref("refs/heads/main", world.target.tip("main"));
  world.source.merge("dev", "feature");
  world.source.delete_ref("refs/heads/feature");
  world.target.delete_ref("refs/heads/feature");
  world.target.set_ref("refs/heads/dev", world.target.tip("dev~1"));
  world.source.amend("main", {{"amended", "1"}});
  expect_left_alone({{"on_divergence", "skip"}});
}

TEST_P(Unadvertised, ObjectsKeepNoReportFromBeingMade) {
  world.source.set_ref("refs/heads/main", world.source.tip("main~2"));
  expect_left_alone({{"on_divergence", "skip"}, {"report", "true"}});
}

TEST_P(Unadvertised, RecordOfAnEarlierRunIsReadForARollback) {
  const std::string before = world.target.tip("dev");
  world.runner().set_env("GITHUB_RUN_ID", "1");
  expect_status(world.sync({{"branches", "dev"}}), 0, "synced");
  world.source.commit("main");
  world.runner().set_env("GITHUB_RUN_ID", "2");
  expect_status(world.sync({{"branches", "main"}}), 0, "synced");
  const std::string main = world.target.tip("main");
  world.runner().set_env("GITHUB_RUN_ID", "3");
  const StepRun back =
      world.sync({{"mode", "rollback"}, {"source_repo", ""}, {"rollback_to", "1"}});
  EXPECT_EQ(back.exit_code(), 0) << back.story();
  EXPECT_EQ(world.target.tip("dev"), before) << back.story();
  EXPECT_EQ(world.target.tip("main"), main);
}

// Two branches, of which main is then reset on the source.
std::string prepare(GitRepo& source) {
  source.commits("main", 4);
  source.branch("dev", "main~1");
  source.commits("dev", 2);
  return source.tip("main");
}

// As JGit does it, and whoever hides refs. The same calls give the same ids.
TEST(AVersionTwoServer, ThatHandsOutTipsOnlyDoesNotStopTheOthers) {
  const TempDir folder;
  GitRepo rehearsal = GitRepo::init(folder / "rehearsal.git");
  const std::string old_tip = prepare(rehearsal);
  const std::string answer =
      "Content-Type: application/x-git-upload-pack-result\r\n\r\n"
      "0049ERR upload-pack: not our ref " +
      old_tip;
  World world(WorldOptions{.transport = Transport::http_filter,
                           .source_server = {.refused = RefusedWord{"want " + old_tip, answer}}});
  ASSERT_EQ(prepare(world.source), old_tip);
  world.mirror();
  world.source.commit("dev");
  world.source.set_ref("refs/heads/main", world.source.tip("main~2"));
  RefMap expected = world.source.refs();
  expected["refs/heads/main"] = old_tip;
  for (const char* dry_run : {"true", "false"}) {
    const StepRun run = world.sync({{"on_divergence", "skip"}, {"dry_run", dry_run}});
    EXPECT_EQ(run.exit_code(), 0) << run.story();
    EXPECT_EQ(run.relation_of("refs/heads/main"), "target_ahead") << run.story();
    EXPECT_EQ(run.behind_of("refs/heads/main"), 2) << run.story();
    EXPECT_THAT(run.log(), Not(HasSubstr("planning again")));
    if (dry_run == std::string("false")) expect_target(world, expected, run);
  }
}

}  // namespace
}  // namespace occ::test
