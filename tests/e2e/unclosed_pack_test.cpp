// A source that sends, where trees are to be left out, the tips and nothing of what lies behind
// them (dulwich does): nothing is made of that.
#include "e2e/expect.hpp"

#include <gtest/gtest.h>

#include <string>

namespace occ::test {
namespace {

class UnclosedPack : public testing::Test {
 protected:
  World world{Transport::http_filter};

  void SetUp() override {
    world.target.config("uploadpack.allowFilter", "true");
    const auto script = world.folder() / "make-pack";
    write_script(script,
                 "#!/bin/sh\ncase \"$*\" in *--filter=tree:0*)\n"
                 "  grep -v -e '^-' -e '^^' | grep . | exec git pack-objects -q --stdout ;;\n"
                 "*) exec \"$@\" ;;\nesac\n");
    world.source_server().git_config("uploadpack.packObjectsHook", script.string());
    world.source.commits("main", 3);
    world.source.branch("dev", "main");
    world.mirror();
    world.source.commits("main", 4);
  }
};

TEST_F(UnclosedPack, OfAFastForwardIsNotTakenForDiverged) {
  const StepRun run = world.sync({{"dry_run", "true"}});
  expect_status(run, 0, "would_sync");
  EXPECT_EQ(run.result_of("refs/heads/main"), "would_update") << run.story();
  EXPECT_EQ(run.ahead_of("refs/heads/main"), 4);
}

TEST_F(UnclosedPack, OfSeveralBranchesIsNotTakenForDiverged) {
  world.source.commits("dev", 3);
  const StepRun run = world.sync({{"dry_run", "true"}});
  expect_status(run, 0, "would_sync");
  EXPECT_EQ(run.ahead_of("refs/heads/main"), 4) << run.story();
  EXPECT_EQ(run.ahead_of("refs/heads/dev"), 3) << run.story();
}

TEST_F(UnclosedPack, OfADivergedBranchIsCountedAllTheSame) {
  world.target.commits("main", 2);
  const StepRun run = world.sync({{"dry_run", "true"}});
  EXPECT_EQ(run.relation_of("refs/heads/main"), "diverged") << run.story();
  EXPECT_EQ(run.ahead_of("refs/heads/main"), 4) << run.story();
  EXPECT_EQ(run.behind_of("refs/heads/main"), 2) << run.story();
}

}  // namespace
}  // namespace occ::test
