// Files that GitHub warns of or refuses: found before the push, though they are never fetched.
#include "e2e/expect.hpp"
#include "e2e/report_of.hpp"
#include "support/fake_github.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace occ::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

constexpr const char* kMain = "refs/heads/main";
constexpr std::size_t kWarned = 60'000'000;
constexpr std::size_t kRefused = 101U << 20U;
constexpr std::uint64_t kBudget = 32ULL << 20U;  // report_max_bytes, if nobody sets it
constexpr std::uint64_t kSlack = 2U << 20U;      // trees, and what comes before an answer is left

std::string text_of(std::size_t bytes) {
  std::string text;
  for (std::size_t line = 0; text.size() < bytes; ++line) text += std::to_string(line) + '\n';
  text.resize(bytes);
  return text;
}

// The paths of the warning of this kind.
std::vector<std::string> warned_of(const json& findings) {
  for (const json& warning : findings.at("warnings")) {
    if (warning.at("kind") == "large_blob") return warning.at("paths");
  }
  return {};
}

json file(const json& findings, const std::string& path) {
  for (const json& each : findings.at("files").at("files")) {
    if (each.at("path") == path) return each;
  }
  return {};
}

void expect_bounded(const StepRun& run) {
  EXPECT_LE(report_of(run).at("cost").at("analysis").at("received"), kBudget + kSlack);
  ASSERT_TRUE(run.process.peak_rss_kib.contains(kProgramName));
  EXPECT_LT(run.process.peak_rss_kib.at(kProgramName), 96 * 1024);
}

// octo/target is on GitHub, as far as the program can tell; the source offers filter.
class LargeFiles : public testing::Test {
 protected:
  World world{Transport::http_filter};
  FakeGitHub github{world.target, World::kTargetToken};

  void SetUp() override {
    world.source.expect_noise();
    world.target.expect_noise();
    world.source.commits("main", 3);
    world.source.commit("main", {{"data/old", noise(kWarned, 1)}, {"small", "1\n"}});
    world.mirror();
  }

  StepRun sync_to_github(Inputs more = {}) {
    const auto owner = world.target_server().repositories() / "octo";
    std::filesystem::create_directories(owner);
    if (!std::filesystem::exists(owner / "target.git")) {
      std::filesystem::create_directory_symlink(world.target.path(), owner / "target.git");
    }
    world.runner().set_env("GITHUB_SERVER_URL", world.target_server().origin());
    world.runner().set_env("GITHUB_API_URL", github.url());
    more.insert({"target_repo", "octo/target"});
    return world.sync(more);
  }
};

TEST_F(LargeFiles, AreFoundAndEverythingElseIsCounted) {
  FileMap files{{"data/old", noise(kWarned, 2)},
                {"data/new", noise(kRefused, 3)},
                {"data/text", text_of(kWarned)},
                {"small", "1\n2\n"}};
  for (int i = 0; i < 40; ++i)
    files["some/file" + std::to_string(i)] = noise(500'000, static_cast<std::uint64_t>(10 + i));
  world.source.commit("main", files);
  const StepRun run = world.sync({{"report", "full"}});
  expect_synced(world, run);
  const json findings = findings_of(run);
  EXPECT_THAT(warned_of(findings),
              UnorderedElementsAre(HasSubstr("data/old (60.0 MB"), HasSubstr("data/new (105.9 MB"),
                                   HasSubstr("data/text (60.0 MB")));
  EXPECT_EQ(file(findings, "data/new").at("size"), kRefused);
  EXPECT_EQ(file(findings, "data/old").at("size"), kWarned);
  EXPECT_EQ(file(findings, "data/new").at("added_lines"), nullptr);
  EXPECT_EQ(file(findings, "small").at("added_lines"), 1);
  EXPECT_EQ(file(findings, "some/file7").at("size"), 500'000);
  EXPECT_EQ(findings.at("files").at("largest").at(0).at("path"), "data/new");
  EXPECT_THAT(findings.at("files").at("not_counted_because"), HasSubstr("50.0 MB"));
  expect_bounded(run);
}

// They are deltas of what the target has, or nearly nothing when compressed.
TEST_F(LargeFiles, AreFoundThoughTheyCompressWell) {
  for (const GitRepo* repo : {&world.source, &world.target}) {
    repo->config("core.compression", "1");
    repo->config("core.bigFileThreshold", "512m");
  }
  const std::string before = text_of(kWarned);
  world.source.commit("main", {{"text", before}});
  world.mirror();
  world.source.commit(
      "main", {{"text", before + "one line more\n"}, {"zeros", std::string(kRefused, '0')}});
  const StepRun run = world.sync({{"report", "full"}});
  expect_synced(world, run);
  const json findings = findings_of(run);
  EXPECT_THAT(warned_of(findings),
              UnorderedElementsAre(HasSubstr("text (60.0 MB"), HasSubstr("zeros (105.9 MB")));
  expect_bounded(run);
}

// No tip holds it, so no report that compares tips sees it; GitHub would refuse it all the same.
TEST_F(LargeFiles, BetweenTheTipsStopThePushBeforeItsEnd) {
  const RefMap before = world.target.user_refs();
  world.source.commit("main", {{"passing", noise(kRefused, 3)}});
  const std::string blob = world.source.git({"rev-parse", "main:passing"});
  world.source.commit("main", {{"passing", "small again\n"}});
  const StepRun run = sync_to_github();
  expect_status(run, 1, "failed");
  EXPECT_EQ(run.error(), "large_file") << run.story();
  EXPECT_THAT(run.log(), HasSubstr("a file of 105.9 MB; git log --all --find-object=" + blob));
  expect_target(world, before, run);

  const StepRun again = sync_to_github({{"preflight", "false"}});
  expect_synced(world, again);
  EXPECT_THAT(report_of(again).at("notes").dump(), HasSubstr("1, the largest of 105.9 MB"));
}

TEST_F(LargeFiles, ThatOnlyCompressWellAreSeenAsTheyPass) {
  world.source.config("core.compression", "1");
  world.source.commit("main", {{"zeros", std::string(kRefused, '0')}});
  const RefMap before = world.target.user_refs();
  const StepRun run = sync_to_github();
  expect_status(run, 1, "failed");
  EXPECT_EQ(run.error(), "large_file") << run.story();
  expect_target(world, before, run);
}

TEST_F(LargeFiles, ThatGitHubOnlyWarnsOfAreTold) {
  world.source.branch("new", "main");
  world.source.commit("new", {{"large", noise(kWarned, 4)}});
  const StepRun run = sync_to_github();
  expect_synced(world, run);
  EXPECT_THAT(report_of(run).at("notes").dump(),
              HasSubstr(world.source.git({"rev-parse", "new:large"})));
  EXPECT_LT(run.process.peak_rss_kib.at(kProgramName), 48 * 1024);
}

TEST_F(LargeFiles, ThatGitHubRefusesStopThePush) {
  const RefMap before = world.target.user_refs();
  world.source.commit("main", {{"data/new", noise(kRefused, 3)}, {"small", "1\n2\n"}});
  const StepRun run = sync_to_github({{"report", "full"}});
  expect_status(run, 1, "failed");
  EXPECT_EQ(run.error(), "large_file") << run.story();
  EXPECT_THAT(run.log(), HasSubstr("data/new (105.9 MB"));
  expect_target(world, before, run);
}

}  // namespace
}  // namespace occ::test
