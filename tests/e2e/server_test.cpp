// Targets and sources with a will of their own: settings, hooks, limits, shallow histories.
#include "e2e/expect.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>

namespace occ::test {
namespace {

using testing::HasSubstr;

class Server : public testing::Test {
 protected:
  World world;

  void SetUp() override {
    world.source.commits("main", 3);
    world.source.branch("dev", "main");
  }
};

using Target = Server;

TEST_F(Target, ThatHidesARefKeepsItAndTakesTheOthers) {
  world.mirror();
  world.target.config("transfer.hideRefs", "refs/heads/internal");
  world.source.branch("internal", "main");
  world.target.branch("internal", "main~1");
  world.source.commit("main");
  const StepRun run = world.sync();
  EXPECT_EQ(run.exit_code(), 1) << run.story();
  RefMap expected = world.source.refs();
  expected["refs/heads/internal"] = world.target.tip("refs/heads/internal");
  expect_target(world, expected, run);
  EXPECT_EQ(world.target.tip("internal"), world.source.tip("main~2"));
  EXPECT_EQ(run.error_of("refs/heads/internal"), "hidden_ref");
}

TEST_F(Target, ThatHidesARefOnlyFromPushesKeepsIt) {
  world.source.branch("internal", "main~1");
  world.mirror();
  world.target.config("receive.hideRefs", "refs/heads/internal");
  world.source.commit("internal");
  world.source.commit("main");
  RefMap expected = world.source.refs();
  expected["refs/heads/internal"] = world.target.tip("internal");
  const StepRun run = world.sync();
  EXPECT_EQ(run.exit_code(), 1) << run.story();
  expect_target(world, expected, run);
  EXPECT_EQ(run.error_of("refs/heads/internal"), "hidden_ref");
}

TEST_F(Target, ThatDeniesDeletesKeepsTheRefsAndTakesTheOthers) {
  world.mirror();
  RefMap expected = world.source.refs();
  world.target.config("receive.denyDeletes", "true");
  world.source.delete_ref("refs/heads/dev");
  expected["refs/heads/main"] = world.source.commit("main");
  const StepRun run = world.sync({{"prune", "true"}});
  expect_status(run, 1, "partial");
  expect_target(world, expected, run);
  EXPECT_EQ(run.result_of("refs/heads/dev"), "rejected");
  EXPECT_EQ(run.error_of("refs/heads/dev"), "deletion_refused");
}

TEST_F(Target, ThatDeniesRewritesKeepsTheBranch) {
  world.mirror();
  const RefMap before = world.target.user_refs();
  world.target.config("receive.denyNonFastForwards", "true");
  world.source.amend("main", {{"again", "1\n"}});
  const StepRun run = world.sync({{"on_divergence", "overwrite"}});
  expect_status(run, 1, "failed");
  expect_target(world, before, run);
  EXPECT_EQ(run.error_of("refs/heads/main"), "non_fast_forward");
}

TEST_F(Target, ThatDeclinesOneRefTakesTheOthers) {
  world.mirror();
  world.target.hook("update",
                    "test \"$1\" != refs/heads/dev || { echo 'dev is closed' >&2; exit 1; }\n");
  RefMap expected = world.source.refs();
  world.source.commit("dev");
  expected["refs/heads/main"] = world.source.commit("main");
  const StepRun run = world.sync();
  expect_status(run, 1, "partial");
  expect_target(world, expected, run);
  EXPECT_EQ(run.result_of("refs/heads/dev"), "rejected");
  EXPECT_EQ(run.error_of("refs/heads/dev"), "hook_declined");
  EXPECT_EQ(run.result_of("refs/heads/main"), "updated");
  EXPECT_THAT(run.log(), HasSubstr("dev is closed"));
}

TEST_F(Target, WithoutAtomicTakesEverything) {
  world.mirror();
  world.target.config("receive.advertiseAtomic", "false");
  world.source.commit("main");
  world.source.commit("dev");
  expect_synced(world, world.sync());
}

TEST_F(Target, WithoutAtomicStillTakesOneRefAtomically) {
  world.mirror();
  world.target.config("receive.advertiseAtomic", "false");
  world.source.commit("main");
  expect_synced(world, world.sync({{"atomic", "true"}}));
}

TEST_F(Target, WithoutAtomicGetsNothingWhenSeveralRefsMustLandTogether) {
  world.mirror();
  world.target.config("receive.advertiseAtomic", "false");
  const RefMap before = world.target.user_refs();
  world.source.commit("main");
  world.source.commit("dev");
  const StepRun dry = world.sync({{"atomic", "true"}, {"dry_run", "true"}});
  expect_status(dry, 0, "would_fail");
  EXPECT_EQ(dry.error_of("refs/heads/main"), "atomic_refused") << dry.story();
  const StepRun run = world.sync({{"atomic", "true"}});
  expect_status(run, 1, "failed");
  EXPECT_EQ(run.error(), "atomic_refused");
  expect_target(world, before, run);
}

TEST_F(Target, ThatIsShallowIsBroughtForward) {
  world.source.commits("main", 10);
  std::filesystem::remove_all(world.target.path());
  world.target = world.source.shallow_copy_to(world.target.path(), 2);
  world.source.commits("main", 3);
  world.source.branch("new", "main~1");
  expect_synced(world, world.sync());
}

TEST_F(Target, WithALimitOnThePackRefusesIt) {
  world.mirror();
  const RefMap before = world.target.user_refs();
  world.target.config("receive.maxInputSize", "100000");
  world.source.commit("main", {{"blob", noise(3'000'000, 1)}});
  const StepRun run = world.sync();
  expect_told(run, "refs/heads/main", "pack_too_large");
  expect_target(world, before, run);
}

TEST_F(Target, WithCheckedObjectsTakesThem) {
  world.target.config("receive.fsckObjects", "true");
  expect_synced(world, world.sync());
}

TEST(TargetServer, ThatWantsALengthGetsOne) {
  World world(WorldOptions{.target_server = {.chunked_bodies = ChunkedBodies::refused_with_411}});
  world.source.commit("main", {{"blob", noise(3'000'000, 1)}});
  expect_synced(world, world.sync());
}

TEST(TargetServer, WithALimitOnRequestsRefusesThePack) {
  World world(WorldOptions{.target_server = {.largest_request_kib = 500}});
  world.source.commit("main", {{"blob", noise(3'000'000, 1)}});
  const StepRun run = world.sync();
  expect_told(run, "refs/heads/main", "pack_too_large");
  expect_target(world, {}, run);
}

TEST(TargetServer, WithoutV2WorksWithASourceThatHasIt) {
  World world(WorldOptions{.target_server = {.protocol = GitProtocol::v0}});
  world.source.commits("main", 3);
  world.mirror();
  world.source.commit("main");
  expect_synced(world, world.sync());
}

TEST(TargetServer, WithV2WorksWithASourceThatHasNot) {
  World world(WorldOptions{.source_server = {.protocol = GitProtocol::v0}});
  world.source.commits("main", 3);
  world.source.annotated_tag("v1", "main");
  world.mirror();
  world.source.commit("main");
  world.source.annotated_tag("v2", "main");
  expect_synced(world, world.sync());
}

// What GitHub says through its hooks, word for word, behind the reason that its server gives.
class GithubRefusal : public Server {
 protected:
  // Makes the target answer each push of main with `ng refs/heads/main <reason>` and this text.
  void refuse(const std::string& reason, const std::string& text) {
    world.mirror();
    world.target.config("receive.procReceiveRefs", "refs/heads/main");
    const std::string line = "ng refs/heads/main " + reason;
    char length[5];
    std::snprintf(length, sizeof length, "%04zx", line.size() + 4);
    world.target.hook("proc-receive", "cat >&2 <<'THE TEXT'\n" + text +
                                          "\nTHE TEXT\nprintf '000eversion=1\\0' ; printf 0000\n"
                                          "printf '%s' '" +
                                          std::string(length) + line +
                                          "'\nprintf 0000\ncat >/dev/null\n");
    world.source.commit("main");
  }

  void expect_refused_as(const std::string& id, const std::string& text) {
    const RefMap before = world.target.user_refs();
    const StepRun run = world.sync();
    expect_status(run, 1, "failed");
    expect_target(world, before, run);
    EXPECT_EQ(run.error_of("refs/heads/main"), id) << run.story();
    EXPECT_THAT(run.log(), HasSubstr(text));
  }
};

TEST_F(GithubRefusal, OfAProtectedBranchIsRecognised) {
  refuse("protected branch hook declined",
         "error: GH006: Protected branch update failed for refs/heads/main.\n"
         "error: Changes must be made through a pull request.");
  expect_refused_as("protected_branch", "Changes must be made through a pull request.");
}

TEST_F(GithubRefusal, ByARulesetIsRecognised) {
  refuse("push declined due to repository rule violations",
         "error: GH013: Repository rule violations found for refs/heads/main.\n"
         "- Commits must have verified signatures.");
  expect_refused_as("protected_branch", "Commits must have verified signatures.");
}

TEST_F(GithubRefusal, OfALargeFileIsRecognised) {
  refuse("pre-receive hook declined",
         "error: GH001: Large files detected. You may want to try Git Large File Storage.\n"
         "error: File big.bin is 120.00 MB; this exceeds GitHub's file size limit of 100.00 MB");
  expect_refused_as("large_file", "big.bin");
}

TEST_F(GithubRefusal, OfAWorkflowFileIsRecognised) {
  refuse(
      "refusing to allow a Personal Access Token to create or update workflow "
      "`.github/workflows/ci.yml` without `workflow` scope",
      "");
  expect_refused_as("workflow_scope", ".github/workflows/ci.yml");
}

TEST_F(GithubRefusal, OfAWorkflowFileToAnAppIsRecognised) {
  refuse(
      "refusing to allow a GitHub App to create or update workflow "
      "`.github/workflows/ci.yml` without `workflows` permission",
      "");
  expect_refused_as("workflow_scope", ".github/workflows/ci.yml");
}

// A source that was cloned with a depth.
class ShallowSource : public testing::TestWithParam<Transport> {
 protected:
  World world{GetParam()};

  // The target has the whole history; the source is cut off below its last `depth` commits.
  void cut_source(int depth) {
    world.source.commits("main", 10);
    world.mirror();
    world.source.commits("main", 2);
    const std::filesystem::path whole = world.folder() / "whole.git";
    std::filesystem::rename(world.source.path(), whole);
    world.source = GitRepo(whole).shallow_copy_to(world.source.path(), depth);
    if (GetParam() == Transport::http_filter) world.source.config("uploadpack.allowFilter", "true");
  }
};

INSTANTIATE_TEST_SUITE_P(Transports, ShallowSource,
                         testing::Values(Transport::http, Transport::http_filter,
                                         Transport::http_github, Transport::http_v0,
                                         Transport::path),
                         transport_test_name);

TEST_P(ShallowSource, FeedsATargetThatHasTheRest) {
  cut_source(4);
  const StepRun run = world.sync();
  expect_synced(world, run);
  EXPECT_FALSE(std::filesystem::exists(world.target.path() / "shallow"));
  EXPECT_EQ(world.target.git({"rev-list", "--count", "main"}), "12");
}

TEST_P(ShallowSource, DoesNotBreakATargetThatLacksTheRest) {
  cut_source(1);  // the commit between the two is nowhere
  const RefMap before = world.target.user_refs();
  const StepRun run = world.sync();
  expect_told(run, "refs/heads/main", "source_shallow");
  expect_target(world, before, run);
}

TEST_P(ShallowSource, DoesNotFillAnEmptyTarget) {
  cut_source(3);
  std::filesystem::remove_all(world.target.path());
  world.target = GitRepo::init(world.target.path());
  const StepRun run = world.sync();
  expect_told(run, "refs/heads/main", "source_shallow");
  expect_target(world, {}, run);
}

class ObjectFormat : public testing::TestWithParam<Transport> {};

INSTANTIATE_TEST_SUITE_P(Transports, ObjectFormat,
                         testing::Values(Transport::http, Transport::http_filter,
                                         Transport::http_github, Transport::path),
                         transport_test_name);

TEST_P(ObjectFormat, MayBeSha256) {
  World world(WorldOptions{.transport = GetParam(),
                           .source = {.object_format = "sha256"},
                           .target = {.object_format = "sha256"}});
  world.source.commits("main", 3);
  world.source.annotated_tag("v1", "main");
  expect_synced(world, world.sync());
  world.source.commits("main", 3);
  const StepRun run = world.sync();
  expect_synced(world, run);
  EXPECT_EQ(run.ahead_of("refs/heads/main"), 3);
}

TEST_P(ObjectFormat, ThatDiffersIsRefused) {
  World world(WorldOptions{.transport = GetParam(), .target = {.object_format = "sha256"}});
  world.source.commits("main", 2);
  const StepRun run = world.sync();
  EXPECT_EQ(run.exit_code(), 3) << run.story();
  EXPECT_EQ(run.error(), "object_format_mismatch");
  expect_target(world, {}, run);
}

// Git tells the report before it runs these hooks, and a client that leaves then ends them.
class HooksAfterwards : public OverTransport {};

INSTANTIATE_TEST_SUITE_P(Transports, HooksAfterwards,
                         testing::Values(Transport::http, Transport::path, Transport::ssh),
                         transport_test_name);

TEST_P(HooksAfterwards, RunToTheirEndAndAreHeard) {
  world.source.commits("main", 2);
  world.target.hook("post-receive", "sleep 0.3\necho deployed >>done\necho it is deployed >&2\n");
  const StepRun run = world.sync();
  expect_synced(world, run);
  EXPECT_TRUE(std::filesystem::exists(world.target.path() / "done"));
  EXPECT_THAT(run.log(), HasSubstr("it is deployed"));
}

}  // namespace
}  // namespace occ::test
