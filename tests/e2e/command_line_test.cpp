// Flags by hand: nothing is taken for what it is not, and nothing secret is repeated.
#include "e2e/access.hpp"

#include <gmock/gmock.h>

namespace occ::test {
namespace {

using testing::HasSubstr;
using testing::Not;

class CommandLine : public testing::Test {
 protected:
  World world{Transport::path};

  void SetUp() override {
    world.source.commits("main", 2);
    world.mirror();
    world.source.commit("main");
  }

  std::vector<std::string> with_sides(std::vector<std::string> flags) {
    flags.push_back("--source_repo=" + world.source.path().string());
    flags.push_back("--target_repo=" + world.target.path().string());
    return flags;
  }

  // Refused as bad input; no word of `secret` is printed, nothing is pushed.
  StepRun expect_refused(const std::vector<std::string>& flags, const std::string& secret) {
    const RefMap before = world.target.user_refs();
    StepRun run = world.runner().run_in_terminal(flags);
    EXPECT_EQ(run.exit_code(), 2) << run.story();
    EXPECT_THAT(run.log(), Not(HasSubstr(secret)));
    EXPECT_THAT(run.log(), Not(HasSubstr("::error")));
    EXPECT_EQ(difference(before, world.target.user_refs()), "");
    return run;
  }
};

TEST_F(CommandLine, AnEmptyFlagDoesNotTakeTheNextForItsValue) {
  const RefMap before = world.target.user_refs();
  const StepRun run =
      world.runner().run_in_terminal(with_sides({"--source_token=", "--dry_run=true"}));
  EXPECT_EQ(run.exit_code(), 0) << run.story();
  EXPECT_EQ(difference(before, world.target.user_refs()), "") << run.story();
  EXPECT_THAT(run.log(), HasSubstr("dry run"));
}

TEST_F(CommandLine, AFlagWithoutAValueDoesNotTakeTheNextFlag) {
  const StepRun run = expect_refused(with_sides({"--branches", "--dry_run=true"}), "=true'");
  EXPECT_THAT(run.log(), HasSubstr("--branches"));
  EXPECT_THAT(expect_refused({"--dry_run"}, "CLI").log(), HasSubstr("'--dry_run' has no value"));
}

TEST_F(CommandLine, AValueMayFollowItsFlag) {
  const StepRun run = world.runner().run_in_terminal(with_sides({"--dry_run", "true"}));
  EXPECT_EQ(run.exit_code(), 0) << run.story();
  EXPECT_THAT(run.log(), HasSubstr("dry run"));
}

TEST_F(CommandLine, ASecretIsNeverTakenFromTheNextArgument) {
  for (const std::string flag :
       {"--source_token", "--target_token", "--github_token", "--ssh_private_key"}) {
    const StepRun run = expect_refused(with_sides({flag, "0paque-words"}), "0paque");
    EXPECT_THAT(run.log(), HasSubstr(flag));
  }
}

TEST_F(CommandLine, WhatIsNoFlagIsNotRepeated) {
  for (const std::string argument : {"--sorce_token=0paque-words", "0paque-words", "-t0paque-words",
                                     "--0paque-words", "--source_token0paque-words",
                                     "-source_token=0paque-words", "--target-token=0paque-words"}) {
    expect_refused(with_sides({argument}), "0paque");
  }
  const StepRun run = expect_refused(with_sides({"--target-token=0paque-words"}), "0paque");
  EXPECT_THAT(run.log(), HasSubstr("did you mean '--target_token'?"));
}

TEST_F(CommandLine, AnAddressThatLacksItsSchemeIsNotRepeated) {
  for (const std::string address :
       {"//x:0paque-words@127.0.0.1/a", "x:0paque-words@127.0.0.1/a",
        "https:/x:0paque-words@127.0.0.1/a", "htps://x:0paque-words@127.0.0.1/a"}) {
    expect_refused({"--source_repo=" + world.source.path().string(), "--target_repo=" + address},
                   "0paque");
  }
}

}  // namespace
}  // namespace occ::test
