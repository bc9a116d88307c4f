// What happened stays what happened: whatever cannot be written or told after the push, the verdict
// and the exit code are the sync's.
#include "e2e/expect.hpp"
#include "support/canned_server.hpp"
#include "support/workflow_log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace occ::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

std::size_t count(std::string_view text, std::string_view part) {
  std::size_t number = 0;
  for (auto at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) {
    ++number;
  }
  return number;
}

// How many warnings there are about the file: one tells all.
auto warns_of(const StepRun& run, std::string_view variable, std::string_view path) {
  const auto commands = workflow_commands(run.log());
  return std::count_if(commands.begin(), commands.end(), [&](const WorkflowCommand& command) {
    return command.name == "warning" && command.message.find(variable) != std::string::npos &&
           command.message.find(path) != std::string::npos;
  });
}

// As much of the artifact service as one upload needs.
CannedServer::Handler artifact_service(const std::string* origin) {
  return [origin](const CannedRequest& request) {
    if (request.method == "PUT") return CannedResponse{.status = 201};
    json answer = {{"ok", true}, {"artifact_id", "77"}};
    if (request.target.ends_with("/CreateArtifact")) {
      answer = {{"ok", true}, {"signed_upload_url", *origin + "/blob?sig=abcdefgh"}};
    }
    return CannedResponse{.headers = {{"Content-Type", "application/json"}}, .body = answer.dump()};
  };
}

// {"scp":"Actions.Results:run:job"}
constexpr const char* kRuntimeToken = "e30.eyJzY3AiOiJBY3Rpb25zLlJlc3VsdHM6cnVuOmpvYiJ9.c2ln";

class AfterThePush : public testing::Test {
 protected:
  World world;
  std::string origin;
  CannedServer artifacts{artifact_service(&origin)};

  void SetUp() override {
    origin = artifacts.origin();
    world.source.commits("main", 3);
    world.mirror();
    world.source.commit("main");
    world.runner().set_env("GITHUB_SERVER_URL", "http://forge.localhost");
    world.runner().set_env("ACTIONS_RESULTS_URL", origin);
    world.runner().set_env("ACTIONS_RUNTIME_TOKEN", kRuntimeToken);
  }

  void expect_stands(const StepRun& run) {
    EXPECT_EQ(run.exit_code(), 0) << run.story();
    expect_target(world, world.source.refs(), run);
    EXPECT_THAT(run.log(), HasSubstr("Synced: 1 ref"));
    EXPECT_THAT(run.log(), Not(HasSubstr("::error")));
    EXPECT_THAT(run.log(), HasSubstr("uploaded '")) << run.story();
  }

  [[nodiscard]] json report() {
    return json::parse(file_text(world.runner().workspace() / "sync-report" / "report.json"));
  }
};

class UnwritableFile : public AfterThePush, public testing::WithParamInterface<const char*> {};

std::string kind_of_file(const testing::TestParamInfo<const char*>& file) {
  return file.index == 0 ? "FullDevice" : file.index == 1 ? "MissingFolder" : "Folder";
}

INSTANTIATE_TEST_SUITE_P(Files, UnwritableFile,
                         testing::Values("/dev/full", "/nonexistent/folder/file", "/"),
                         kind_of_file);

TEST_P(UnwritableFile, ForTheOutputsIsAWarning) {
  world.runner().set_env("GITHUB_OUTPUT", GetParam());
  const StepRun run = world.sync();
  expect_stands(run);
  EXPECT_EQ(warns_of(run, "GITHUB_OUTPUT", GetParam()), 1) << run.story();
  EXPECT_EQ(report()["status"], "synced");
  EXPECT_THAT(run.summary, HasSubstr("main"));
}

TEST_P(UnwritableFile, ForTheSummaryIsAWarningAndEachOutputIsWrittenOnce) {
  world.runner().set_env("GITHUB_STEP_SUMMARY", GetParam());
  const StepRun run = world.sync();
  expect_stands(run);
  EXPECT_EQ(warns_of(run, "GITHUB_STEP_SUMMARY", GetParam()), 1) << run.story();
  EXPECT_EQ(report()["status"], "synced");
  EXPECT_EQ(run.output("status"), "synced");
  EXPECT_EQ(run.output("artifact_id"), "77");
  for (const auto& [name, value] : run.outputs) {
    EXPECT_EQ(count("\n" + run.raw_outputs, "\n" + name + "<<"), 1U) << name;
  }
}

TEST_P(UnwritableFile, ChangesNothingAboutAFailure) {
  world.target.commit("main", {{"theirs", "1\n"}});
  world.runner().set_env("GITHUB_OUTPUT", GetParam());
  world.runner().set_env("GITHUB_STEP_SUMMARY", GetParam());
  const StepRun run = world.sync();
  EXPECT_EQ(run.exit_code(), 1) << run.story();
  EXPECT_EQ(report()["status"], "failed");
}

TEST_P(UnwritableFile, ChangesNothingAboutBadInput) {
  world.runner().set_env("GITHUB_OUTPUT", GetParam());
  world.runner().set_env("GITHUB_STEP_SUMMARY", GetParam());
  const StepRun run = world.sync({{"prune", "perhaps"}});
  EXPECT_EQ(run.exit_code(), 2) << run.story();
  EXPECT_EQ(warns_of(run, "GITHUB_OUTPUT", GetParam()), 1) << run.story();
}

TEST_F(AfterThePush, AReportThatCannotBeWrittenIsAWarningAndIsUploaded) {
  world.runner().set_env("GITHUB_WORKSPACE", "/dev/null");
  const StepRun run = world.sync();
  expect_stands(run);
  EXPECT_EQ(warns_of(run, "/dev/null/sync-report", "in no file"), 1) << run.story();
  EXPECT_EQ(run.output("report_file"), "");
  EXPECT_EQ(run.output("artifact_id"), "77");
}

TEST_F(AfterThePush, AnArtifactServiceOfAnotherMindIsAWarning) {
  const CannedServer other([](const CannedRequest&) {
    return CannedResponse{.body = "{\"ok\":true,\"artifact_id\":\"" + std::string(900'000, '7') +
                                  "\",\"signed_upload_url\":\"" + "http://127.0.0.1:1/x\"}"};
  });
  world.runner().set_env("ACTIONS_RESULTS_URL", other.origin());
  const StepRun run = world.sync();
  expect_status(run, 0, "synced");
  EXPECT_EQ(run.output("artifact_id"), "");
  EXPECT_LT(run.log().size(), 20'000U);
  EXPECT_EQ(report()["status"], "synced");
}

// The count of commits of a large update is asked for when it has landed.
TEST_F(AfterThePush, ASourceThatIsGoneThenLeavesTheSyncGreen) {
  world.source.branch("side", "main");
  world.source.commits("side", 2);
  world.mirror();
  world.source.expect_noise();
  world.source.merge("main", "side", {{"blob", noise(3'000'000, 1)}});
  world.source.branch("new", "main");
  world.target.hook("post-receive", "mv '" + world.source.path().string() + "' '" +
                                        world.source.path().string() + ".gone'\n");
  const StepRun run = world.sync({{"retries", "0"}});
  expect_status(run, 0, "synced");
  EXPECT_EQ(run.result_of("refs/heads/main"), "updated");
  EXPECT_EQ(run.ahead_of("refs/heads/main"), -1);
}

}  // namespace
}  // namespace occ::test
