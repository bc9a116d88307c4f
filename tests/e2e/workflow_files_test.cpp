// Files under .github/workflows, which GitHub takes only from a token with the workflow scope: the
// run says so before the push, of what it would push and of nothing else.
#include "e2e/merge.hpp"
#include "e2e/report_of.hpp"
#include "support/fake_github.hpp"

#include <gmock/gmock.h>

namespace occ::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

constexpr const char* kFile = ".github/workflows/ci.yml";

// octo/target is on GitHub, as far as the program can tell; the token lacks the scope.
class WorkflowFiles : public testing::Test {
 protected:
  World world{Transport::http_filter};
  FakeGitHub github{world.target, World::kTargetToken};

  void SetUp() override {
    const auto owner = world.target_server().repositories() / "octo";
    std::filesystem::create_directories(owner);
    std::filesystem::create_directory_symlink(world.target.path(), owner / "target.git");
    world.runner().set_env("GITHUB_SERVER_URL", world.target_server().origin());
    world.runner().set_env("GITHUB_API_URL", github.url());
    github.tell_scopes("repo, gist");
    world.source.commits("main", 3);
  }

  StepRun sync(Inputs more = {}) {
    more.insert({{"target_repo", "octo/target"}, {"report", "full"}});
    return world.sync(more);
  }

  void expect_stopped(const StepRun& run, const RefMap& before) {
    expect_status(run, 1, "failed");
    EXPECT_EQ(run.error(), "workflow_scope") << run.story();
    EXPECT_THAT(run.log(), HasSubstr(kFile));
    expect_target(world, before, run);
  }
};

TEST_F(WorkflowFiles, StopThePush) {
  world.mirror();
  const RefMap before = world.target.user_refs();
  world.source.commit("main", {{kFile, "on: push\n"}});
  expect_stopped(sync(), before);
  expect_synced(world, sync({{"preflight", "false"}}));
}

TEST_F(WorkflowFiles, PassWithTheScope) {
  world.mirror();
  github.tell_scopes("repo, workflow");
  world.source.commit("main", {{kFile, "on: push\n"}});
  const StepRun run = sync();
  expect_synced(world, run);
  EXPECT_THAT(run.log(), testing::Not(HasSubstr("workflow scope")));
  EXPECT_THAT(run.summary, testing::Not(HasSubstr("workflow scope")));
}

TEST_F(WorkflowFiles, StopAFirstSync) {
  world.source.commit("main", {{kFile, "on: push\n"}});
  world.source.commits("main", 1);
  expect_stopped(sync(), {});
}

TEST_F(WorkflowFiles, ThatAreMovedAwayStopThePush) {
  world.source.commit("main", {{kFile, "on: push\n"}});
  world.mirror();
  const RefMap before = world.target.user_refs();
  world.source.change("main", std::string("R ") + kFile + " off.yml\n");
  expect_stopped(sync(), before);
}

TEST_F(WorkflowFiles, AreForeseenByADryRun) {
  world.mirror();
  world.source.commit("main", {{kFile, "on: push\n"}});
  world.source.branch("other", "main~1");
  const StepRun run = sync({{"dry_run", "true"}});
  expect_status(run, 0, "would_fail");
  EXPECT_EQ(run.error_of(kMain), "workflow_scope") << run.story();
  EXPECT_EQ(run.result_of("refs/heads/other"), "blocked");
  expect_status(sync({{"dry_run", "true"}, {"preflight", "false"}}), 0, "would_sync");
}

TEST_F(WorkflowFiles, OfABranchThatIsLeftAloneStopNothing) {
  world.mirror();
  world.source.commit("main", {{kFile, "on: push\n"}});
  world.target.commit("main", {{"own", "1\n"}});
  world.source.branch("harmless", "main~1");
  const StepRun run = sync({{"on_divergence", "skip"}});
  expect_status(run, 0, "synced");
  EXPECT_EQ(run.result_of("refs/heads/harmless"), "created");
  const json warnings = findings_of(run).at("warnings");
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_EQ(warnings[0].at("will_be_refused"), false);
  EXPECT_THAT(github.asked(), testing::Not(testing::Contains("GET ")));
}

TEST_F(WorkflowFiles, OfTheTargetAloneAreNoPartOfAMerge) {
  world.mirror();
  part(world);
  world.target.commit("main", {{kFile, "on: push\n"}});
  const std::string ours = world.target.tip("main");
  const StepRun run = sync(kMerge);
  expect_merge(world, run, ours, world.source.tip("main"));
  EXPECT_TRUE(findings_of(run).at("warnings").empty());
}

TEST_F(WorkflowFiles, OfTheTargetGoToTheSource) {
  world.mirror();
  world.target.commit("main", {{kFile, "on: push\n"}});
  const StepRun run = sync({{"direction", "both"}});
  expect_status(run, 0, "synced");
  EXPECT_EQ(world.source.tip("main"), world.target.tip("main"));
}

}  // namespace
}  // namespace occ::test
