// Symbolic refs on the target (tests/README.md, Hosts 14): to receive-pack they look like branches
// of their own, and a command for one moves the branch behind it.
#include "e2e/expect.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace occ::test {
namespace {

using testing::HasSubstr;

class SymbolicRef : public OverTransport {
 protected:
  std::string main;

  void SetUp() override {
    world.source.commits("main", 2);
    world.mirror();
    main = world.target.tip("main");
    world.target.git({"symbolic-ref", "refs/heads/master", "refs/heads/main"});
  }

  void expect_left(const StepRun& run, const std::string& ref) const {
    EXPECT_EQ(run.exit_code(), 1) << run.story();
    EXPECT_EQ(run.error_of(ref), "symbolic_ref") << run.story();
    EXPECT_EQ(run.result_of(ref), "blocked") << run.story();
    EXPECT_EQ(world.target.git({"symbolic-ref", "refs/heads/master"}), "refs/heads/main");
  }
};

INSTANTIATE_TEST_SUITE_P(Each, SymbolicRef,
                         testing::Values(Transport::http, Transport::path, Transport::ssh),
                         transport_test_name);

TEST_P(SymbolicRef, OfTheTargetIsNotPrunedWithTheBranchBehindIt) {
  const StepRun run = world.sync({{"prune", "true"}});
  expect_left(run, "refs/heads/master");
  expect_target(world, {{"refs/heads/main", main}, {"refs/heads/master", main}}, run);
}

TEST_P(SymbolicRef, KeepsTheBranchBehindItFromBeingPruned) {
  world.source.git({"branch", "-m", "main", "master"});
  world.source.git({"symbolic-ref", "HEAD", "refs/heads/master"});
  world.target.branch("default", "main");
  world.target.git({"symbolic-ref", "HEAD", "refs/heads/default"});
  const StepRun run = world.sync({{"prune", "true"}, {"branches", "ma*"}});
  expect_left(run, "refs/heads/main");
  expect_target(
      world, {{"refs/heads/default", main}, {"refs/heads/main", main}, {"refs/heads/master", main}},
      run);
}

TEST_P(SymbolicRef, OfTheTargetIsNotForced) {
  world.source.branch("master", "main~1");
  const StepRun run = world.sync({{"on_divergence", "overwrite"}});
  expect_left(run, "refs/heads/master");
  expect_target(world, {{"refs/heads/main", main}, {"refs/heads/master", main}}, run);
}

TEST_P(SymbolicRef, ThatOnlyTheTargetHasFollowsItsBranch) {
  const std::string now = world.source.amend("main", {{"another", "file"}});
  const StepRun run = world.sync({{"on_divergence", "overwrite"}});
  expect_status(run, 0, "synced");
  expect_target(world, {{"refs/heads/main", now}, {"refs/heads/master", now}}, run);
}

TEST_P(SymbolicRef, IsNotDeletedByARollback) {
  world.target.git({"symbolic-ref", "--delete", "refs/heads/master"});
  world.source.branch("master", "main");
  expect_synced(world, world.sync());
  world.target.delete_ref("refs/heads/master");
  world.target.git({"symbolic-ref", "refs/heads/master", "refs/heads/main"});
  const StepRun run =
      world.sync({{"mode", "rollback"}, {"source_repo", ""}, {"rollback_to", "last"}});
  expect_left(run, "refs/heads/master");
  EXPECT_EQ(world.target.tip("main"), main);
}

TEST_P(SymbolicRef, ThatAloneIsSelectedDoesNotMoveItsBranch) {
  world.source.branch("master", "main");
  world.source.commit("master");
  for (const char* dry_run : {"true", "false"}) {
    const StepRun run = world.sync({{"branches", "master"}, {"dry_run", dry_run}});
    EXPECT_EQ(run.error_of("refs/heads/master"), "symbolic_ref") << run.story();
    EXPECT_EQ(run.result_of("refs/heads/master"), "blocked") << run.story();
    EXPECT_THAT(run.log(), HasSubstr("another name of 'refs/heads/main'"));
    expect_target(world, {{"refs/heads/main", main}, {"refs/heads/master", main}}, run);
  }
}

TEST_P(SymbolicRef, ThatIsAheadOfItsBranchIsNotFastForwarded) {
  world.source.branch("master", "main");
  world.source.commit("master");
  const StepRun run = world.sync();
  expect_left(run, "refs/heads/master");
  EXPECT_EQ(run.result_of("refs/heads/main"), "up_to_date") << run.story();
  expect_target(world, {{"refs/heads/main", main}, {"refs/heads/master", main}}, run);
}

TEST_P(SymbolicRef, ThatIsBehindItsBranchDoesNotStopIt) {
  world.source.commit("main");
  world.source.branch("master", "main");
  const std::string now = world.source.commit("main");
  const StepRun run = world.sync();
  EXPECT_EQ(run.exit_code(), 1) << run.story();
  EXPECT_EQ(run.error_of("refs/heads/master"), "symbolic_ref") << run.story();
  EXPECT_THAT(run.log(), HasSubstr("two names of one ref"));
  EXPECT_EQ(run.result_of("refs/heads/main"), "updated") << run.story();
  expect_target(world, {{"refs/heads/main", now}, {"refs/heads/master", now}}, run);
}

TEST_P(SymbolicRef, ThatIsBehindItsBranchStopsAllWhenAtomicIsSet) {
  world.source.commit("main");
  world.source.branch("master", "main");
  world.source.commit("main");
  world.source.commit("other");
  const StepRun run = world.sync({{"atomic", "true"}});
  expect_left(run, "refs/heads/master");
  expect_target(world, {{"refs/heads/main", main}, {"refs/heads/master", main}}, run);
}

TEST_P(SymbolicRef, ThatShouldStayIsToldToGoAlongWithItsBranch) {
  world.source.branch("master", "main");
  const std::string now = world.source.commit("main");
  const StepRun run = world.sync();
  expect_left(run, "refs/heads/master");
  EXPECT_EQ(run.result_of("refs/heads/main"), "updated") << run.story();
  expect_target(world, {{"refs/heads/main", now}, {"refs/heads/master", now}}, run);
}

TEST_P(SymbolicRef, GoesWithItsBranchToTheSameCommit) {
  const std::string now = world.source.commit("main");
  world.source.branch("master", "main");
  const StepRun run = world.sync();
  expect_synced(world, run);
  EXPECT_EQ(world.target.git({"symbolic-ref", "refs/heads/master"}), "refs/heads/main");
  EXPECT_EQ(world.target.tip("main"), now);
}

// Where the target cannot say what is symbolic.
class SymbolicRefOfAnOldServer : public testing::Test {
 protected:
  World world{Transport::http_v0};
};

TEST_F(SymbolicRefOfAnOldServer, ThatIsFastForwardedIsToldToHaveMovedItsBranch) {
  world.source.commits("main", 2);
  world.mirror();
  world.target.git({"symbolic-ref", "HEAD", "refs/heads/another"});
  world.target.git({"symbolic-ref", "refs/heads/master", "refs/heads/main"});
  world.source.branch("master", "main");
  const std::string now = world.source.commit("master");
  const StepRun run = world.sync();
  expect_status(run, 1, "partial");
  EXPECT_EQ(run.error_of("refs/heads/main"), "symbolic_ref") << run.story();
  EXPECT_THAT(run.log(), HasSubstr("went along with 'refs/heads/master'"));
  expect_target(world, {{"refs/heads/main", now}, {"refs/heads/master", now}}, run);
}

// git then says "inconsistent aliased update" of both, whether a record goes along or not.
class AliasOfAnOldServer : public testing::TestWithParam<const char*> {
 protected:
  World world{Transport::http_v0};

  void SetUp() override {
    world.source.commits("main", 2);
    world.source.branch("other", "main~1");
    world.mirror();
    world.target.git({"symbolic-ref", "refs/heads/master", "refs/heads/main"});
    world.source.commit("main");
    world.source.branch("master", "main");
    world.source.commit("main");
    world.source.commit("other");
  }
};

INSTANTIATE_TEST_SUITE_P(WithHistory, AliasOfAnOldServer, testing::Values("true", "false"));

TEST_P(AliasOfAnOldServer, ThatIsBehindItsBranchDoesNotStopItOrTheOthers) {
  RefMap expected = world.source.refs();
  expected["refs/heads/master"] = world.source.tip("main");
  const StepRun run = world.sync({{"history", GetParam()}});
  expect_status(run, 1, "partial");
  EXPECT_EQ(run.result_of("refs/heads/main"), "updated") << run.story();
  EXPECT_EQ(run.error_of("refs/heads/master"), "symbolic_ref") << run.story();
  EXPECT_THAT(run.log(), HasSubstr("two names of one ref"));
  expect_target(world, expected, run);
}

TEST_F(SymbolicRefOfAnOldServer, ThatIsPrunedIsToldAndComesBackByARollback) {
  world.source.commits("main", 2);
  world.mirror();
  const std::string main = world.target.tip("main");
  world.target.git({"symbolic-ref", "refs/heads/alias", "refs/heads/main"});
  const StepRun run = world.sync({{"prune", "true"}});
  expect_status(run, 1, "partial");
  EXPECT_EQ(run.result_of("refs/heads/main"), "deleted") << run.story();
  EXPECT_EQ(run.error_of("refs/heads/main"), "symbolic_ref") << run.story();
  const StepRun back =
      world.sync({{"mode", "rollback"}, {"source_repo", ""}, {"rollback_to", "last"}});
  EXPECT_EQ(back.exit_code(), 0) << back.story();
  EXPECT_EQ(world.target.tip("main"), main) << back.story();
}

// An up-to-date ref that another writer moves while we push is dealt with in the same run.
TEST(UpToDate, IsSaidOnlyOfWhatTheConfirmingListingShows) {
  World world(Transport::path);
  world.source.commits("main", 3);
  world.source.branch("quiet", "main");
  world.mirror();
  world.target.hook("post-receive",
                    "test -e moved && exit 0; touch moved\n"
                    "git update-ref refs/heads/quiet refs/heads/quiet~1\n");
  world.source.commit("main");
  const StepRun run = world.sync();
  expect_synced(world, run);
  EXPECT_EQ(run.result_of("refs/heads/quiet"), "updated") << run.story();
}

}  // namespace
}  // namespace occ::test
