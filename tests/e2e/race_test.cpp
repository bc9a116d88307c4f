// Other writers: a ref of the target that moves while we push is never overwritten.
#include "e2e/expect.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace occ::test {
namespace {

// Somebody else moves main of the target after it was listed and before our update of it.
class Race : public OverTransport {
 protected:
  std::string base;
  std::string halfway;
  std::string further;

  void SetUp() override {
    base = world.source.commits("main", 3);
    halfway = world.source.commit("main");
    further = world.source.commit("main");
    world.source.branch("side", "main");
    world.mirror();
    world.target.branch("main", base);
    world.source.commits("main", 2);
  }

  // The n-th push finds main moved to the n-th of `ids`; further ones find it left alone.
  void race(const std::vector<std::string>& ids) {
    std::string script =
        "unset GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES\n"
        "echo push >>pushes\ncase $(wc -l <pushes) in\n";
    for (std::size_t i = 0; i < ids.size(); ++i) {
      script += std::to_string(i + 1) + ") git update-ref refs/heads/main " + ids[i] + ";;\n";
    }
    world.target.hook("pre-receive", script + "esac\n");
  }

  [[nodiscard]] auto pushes() const {
    const std::string text = file_text(world.target.path() / "pushes");
    return std::count(text.begin(), text.end(), '\n');
  }
};

INSTANTIATE_TEST_SUITE_P(Transports, Race,
                         testing::Values(Transport::http, Transport::http_filter,
                                         Transport::http_github, Transport::path),
                         transport_test_name);

TEST_P(Race, ThatIsLostOnceIsPlannedAgain) {
  race({halfway});
  const StepRun run = world.sync({{"retries", "3"}});
  expect_synced(world, run);
  EXPECT_EQ(pushes(), 2);
}

TEST_P(Race, ThatBringsForeignCommitsOverwritesNothing) {
  world.target.branch("theirs", base);
  const std::string theirs = world.target.commit("theirs", {{"theirs", "1\n"}});
  race({theirs});
  const StepRun run = world.sync({{"retries", "3"}});
  EXPECT_EQ(run.exit_code(), 1) << run.story();
  RefMap expected = world.source.refs();
  expected["refs/heads/main"] = theirs;
  expected["refs/heads/theirs"] = theirs;
  expect_target(world, expected, run);
  EXPECT_EQ(run.relation_of("refs/heads/main"), "diverged");
}

TEST_P(Race, ThatIsLostEveryTimeIsReported) {
  race({halfway, further, halfway, further, halfway, further, halfway, further});
  const StepRun run = world.sync({{"retries", "3"}});
  EXPECT_EQ(run.exit_code(), 1) << run.story();
  EXPECT_EQ(run.result_of("refs/heads/main"), "lease_lost");
  EXPECT_EQ(run.error_of("refs/heads/main"), "lease_lost");
  EXPECT_GE(pushes(), 2);
  EXPECT_LE(pushes(), 5);  // four for the branch, and one for the record of the run
  RefMap expected = world.source.refs();
  expected["refs/heads/main"] = pushes() % 2 == 1 ? halfway : further;
  expect_target(world, expected, run);
}

// All or nothing is how it is pushed, not what was asked for: what nobody fights over need not
// wait.
TEST_P(Race, ThatNeverEndsKeepsNoOtherRefWaiting) {
  world.source.branch("dev", base);
  const std::string dev = world.source.commit("dev");
  world.source.light_tag("new", base);
  world.target.hook(
      "pre-receive",
      "unset GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES\n"
      "grep -q refs/heads/main || exit 0\n"
      "if [ $(git rev-parse refs/heads/main) = " +
          halfway + " ]; then at=" + further + "; else at=" + halfway +
          "; fi\ngit update-ref refs/heads/main $at\n");
  const StepRun run = world.sync({{"retries", "3"}, {"on_divergence", "overwrite"}});
  EXPECT_EQ(run.exit_code(), 1) << run.story();
  EXPECT_EQ(run.result_of("refs/heads/main"), "lease_lost") << run.story();
  EXPECT_EQ(run.result_of("refs/heads/dev"), "created");
  EXPECT_EQ(run.result_of("refs/tags/new"), "created");
  RefMap expected = world.source.refs();
  expected["refs/heads/main"] = world.target.tip("main");
  expect_target(world, expected, run);
}

TEST_P(Race, AfterThePushTakesNothingFromWhatWasDone) {
  if (GetParam() == Transport::path) return;  // its report comes before the hook has ended
  world.target.hook("post-receive",
                    "test -e once && exit 0\ntouch once\n"
                    "new=$(git commit-tree -p refs/heads/main -m theirs refs/heads/main^{tree})\n"
                    "git update-ref refs/heads/main $new\n");
  const StepRun run = world.sync({{"retries", "3"}});
  EXPECT_EQ(run.result_of("refs/heads/main"), "updated") << run.story();
  EXPECT_EQ(run.output("has_changes"), "true");
  EXPECT_EQ(run.error_of("refs/heads/main"), "diverged");
  EXPECT_EQ(world.target.git({"rev-parse", "refs/heads/main~1"}), world.source.tip("main"));
  EXPECT_EQ(run.output("status"), "partial");
}

}  // namespace
}  // namespace occ::test
