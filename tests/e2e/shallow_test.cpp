// Several branches of a source that was cloned with a depth: what lies behind its cut is not known,
// and nothing is made of that.
#include "e2e/expect.hpp"

#include <gtest/gtest.h>

namespace occ::test {
namespace {

class CutSource : public testing::TestWithParam<Transport> {
 protected:
  World world{GetParam()};

  void cut(int depth) {
    const std::filesystem::path whole = world.folder() / "whole.git";
    std::filesystem::rename(world.source.path(), whole);
    world.source = GitRepo(whole).shallow_copy_to(world.source.path(), depth);
    if (GetParam() == Transport::http_filter) world.source.config("uploadpack.allowFilter", "true");
    world.source.config("pack.window", "0");  // without deltas the first pack tells of all commits
  }

  // The target's main lies behind the cut, if anywhere.
  void expect_only_dev_lands() {
    RefMap expected = world.target.user_refs();
    expected["refs/heads/dev"] = world.source.tip("dev");
    const StepRun run = world.sync();
    EXPECT_EQ(run.exit_code(), 3) << run.story();
    EXPECT_EQ(run.error_of("refs/heads/main"), "source_shallow") << run.story();
    expect_target(world, expected, run);
  }
};

INSTANTIATE_TEST_SUITE_P(Transports, CutSource,
                         testing::Values(Transport::http, Transport::http_filter,
                                         Transport::http_v0, Transport::path),
                         transport_test_name);

// One old tip lies behind the cut, the other does not.
TEST_P(CutSource, IsToldAsSuchWhereOneOfSeveralTipsLiesBehindTheCut) {
  world.source.commits("main", 5);
  world.source.branch("dev", "main");
  world.source.commits("main", 3);
  world.mirror();
  world.source.commits("main", 4);
  world.source.commit("dev");
  cut(2);
  expect_only_dev_lands();
}

// What is missing behind the cut looks like what the target has, for the answer left it out.
TEST_P(CutSource, IsNotTakenForDivergedWhereItsMergeHidesTheCut) {
  world.source.commits("main", 5);
  world.source.branch("dev", "main");
  world.source.commits("main", 3);
  world.mirror();
  world.source.commits("main", 4);
  world.source.commit("dev");
  world.source.merge("main", "dev");
  cut(3);
  expect_only_dev_lands();
}

// The target's own commit is on top of what the source has, so all is known.
TEST_P(CutSource, IsNoHindranceWhereTheCutIsDeepEnough) {
  world.source.commits("main", 5);
  world.source.branch("dev", "main");
  world.mirror();
  world.source.commits("main", 2);
  world.source.commit("dev");
  world.target.commit("main", {{"theirs", "1\n"}});
  cut(4);
  const StepRun run = world.sync();
  EXPECT_EQ(run.exit_code(), 1) << run.story();
  EXPECT_EQ(run.relation_of("refs/heads/main"), "diverged") << run.story();
  EXPECT_EQ(run.ahead_of("refs/heads/main"), 2);
  EXPECT_EQ(run.behind_of("refs/heads/main"), 1);
  EXPECT_EQ(run.result_of("refs/heads/dev"), "updated");
}

// A merge whose second parent was cut off: how much it brings is not known.
TEST_P(CutSource, CountsNoCommitsThatItCannotSee) {
  world.source.commits("main", 6);
  world.source.branch("side", "main~3");
  world.source.commits("side", 6);
  world.mirror();
  world.source.merge("main", "side");
  world.source.delete_ref("refs/heads/side");
  cut(3);
  const StepRun run = world.sync();
  EXPECT_EQ(run.exit_code(), 0) << run.story();
  EXPECT_EQ(run.relation_of("refs/heads/main"), "fast_forward");
  const int told = run.ahead_of("refs/heads/main");
  EXPECT_TRUE(told == 7 || told == -1) << told << run.story();
}

}  // namespace
}  // namespace occ::test
