// What a run makes for itself in the temporary folder: where there is no room for it, and who can
// read it.
#include "e2e/history.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace occ::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::HasSubstr;

constexpr const char* kMain = "refs/heads/main";

// Not even root can make anything there.
class NoTemporaryFolder : public testing::Test {
 protected:
  HistoryWorld world{Transport::http_filter};

  void SetUp() override {
    world.source.commits("main", 3);
    world.source.branch("other", "main");
    world.mirror();
    world.source.commits("other", 2);
  }

  void take_folder_away() {
    world.runner().set_env("RUNNER_TEMP", "/dev/null/folder");
    world.runner().set_env("TMPDIR", "/dev/null/folder");
  }
};

TEST_F(NoTemporaryFolder, LeavesTheSyncWithoutItsAnalysis) {
  world.source.commits("main", 1);
  take_folder_away();
  const StepRun run = world.sync({{"report", "full"}});
  expect_synced(world, run);
  const json report =
      json::parse(file_text(world.runner().workspace() / "sync-report" / "report.json"));
  EXPECT_THAT(report.dump(), HasSubstr("no folder can be made in '/dev/null/folder'"));
}

TEST_F(NoTemporaryFolder, IsAClearErrorOfTheBranchThatCannotBeMerged) {
  world.diverge("main");
  take_folder_away();
  const StepRun run = world.sync({{"on_divergence", "merge"}});
  expect_status(run, 3, "partial");
  EXPECT_EQ(run.error_of(kMain), "temporary_folder");
  EXPECT_EQ(run.result_of("refs/heads/other"), "updated");
  EXPECT_THAT(run.log(), testing::Not(HasSubstr("report it")));
}

TEST_F(NoTemporaryFolder, IsAClearErrorOfARollback) {
  expect_synced(world, world.sync_as("1"));
  const RefMap before = world.target.user_refs();
  take_folder_away();
  const StepRun run = world.roll_back("2", {{"rollback_to", "last"}});
  expect_status(run, 3, "failed");
  EXPECT_EQ(run.error(), "temporary_folder");
  expect_target(world, before, run);
}

TEST(NoTemporaryFolderForAKey, IsAClearError) {
  World world(Transport::ssh);
  world.source.commits("main", 1);
  world.runner().set_env("RUNNER_TEMP", "/dev/null/folder");
  const StepRun run = world.sync();
  expect_status(run, 3, "failed");
  EXPECT_EQ(run.error(), "temporary_folder");
  EXPECT_THAT(run.log(), HasSubstr("/dev/null/folder"));
}

// Objects of a private repository lie there while they are looked into.
TEST(AnObjectStore, IsReadByNobodyElse) {
  HistoryWorld world(Transport::http_filter);
  world.source.commits("main", 3);
  world.mirror();
  world.diverge("main");
  const fs::path seen = world.folder() / "seen";
  const fs::path spy = world.folder() / "spy";
  write_script(spy, "#!/bin/sh\nstat -c %a '" + (world.runner().folder() / "temp").string() +
                        "'/sync-action-objects-* >>'" + seen.string() +
                        "' 2>/dev/null\nexec \"$@\"\n");
  world.source_server().git_config("uploadpack.packObjectsHook", spy.string());
  world.target_server().git_config("uploadpack.packObjectsHook", spy.string());
  expect_status(world.sync({{"on_divergence", "merge"}}), 0, "synced");
  const std::string modes = file_text(seen);
  EXPECT_THAT(modes, HasSubstr("700\n"));
  EXPECT_EQ(modes.find_first_not_of("70\n"), std::string::npos) << modes;
  EXPECT_THAT(modes, testing::Not(HasSubstr("77")));
}

}  // namespace
}  // namespace occ::test
