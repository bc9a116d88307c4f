// Where the report is written, and what of others is left alone there.
#include "e2e/expect.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace occ::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class ReportFolder : public testing::Test {
 protected:
  World world{Transport::path};

  void SetUp() override { world.source.commits("main", 1); }
  [[nodiscard]] fs::path usual() { return world.runner().workspace() / "sync-report"; }

  void expect_elsewhere(const StepRun& run) {
    expect_synced(world, run);
    EXPECT_EQ(run.output("report_file"), (usual().string() + "-2/report.md"));
    EXPECT_THAT(file_text(run.output("report_file")), HasSubstr("main"));
    EXPECT_THAT(run.log(), HasSubstr("is no report of ours"));
  }
};

TEST_F(ReportFolder, OfAnEarlierRunIsWrittenAnew) {
  static_cast<void>(world.sync());
  write_file(usual() / "mine", "mine");
  const StepRun run = world.sync();
  EXPECT_EQ(run.output("report_file"), (usual() / "report.md").string()) << run.story();
  EXPECT_THAT(file_text(usual() / "report.json"), HasSubstr("\"in_sync\""));
  EXPECT_EQ(file_text(usual() / "mine"), "mine");
}

TEST_F(ReportFolder, ThatIsAFileOfTheUserStays) {
  write_file(usual(), "mine");
  expect_elsewhere(world.sync());
  EXPECT_EQ(file_text(usual()), "mine");
}

TEST_F(ReportFolder, WithAReportOfTheUserStays) {
  fs::create_directory(usual());
  write_file(usual() / "report.md", "mine");
  expect_elsewhere(world.sync());
  EXPECT_EQ(file_text(usual() / "report.md"), "mine");
}

TEST_F(ReportFolder, ThatIsALinkIsNeitherFollowedNorTakenAway) {
  const fs::path precious = world.folder() / "precious";
  fs::create_directory(precious);
  fs::create_directory_symlink(precious, usual());
  expect_elsewhere(world.sync());
  EXPECT_TRUE(fs::is_symlink(usual()));
  EXPECT_TRUE(fs::is_empty(precious));
}

TEST_F(ReportFolder, WithALinkForAFileIsLeftAlone) {
  write_file(world.folder() / "precious", "\"name\": \"sync-action\"");
  fs::create_directory(usual());
  fs::create_symlink(world.folder() / "precious", usual() / "report.md");
  expect_elsewhere(world.sync());
  EXPECT_EQ(file_text(world.folder() / "precious"), "\"name\": \"sync-action\"");
}

}  // namespace
}  // namespace occ::test
