// The full report over real servers: what is compared though most of it was never fetched.
#include "e2e/expect.hpp"
#include "e2e/report_of.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <sstream>

namespace occ::test {
namespace {

using testing::HasSubstr;

// Path → status letter.
using Changes = std::map<std::string, std::string>;

Changes changes_by_git(const GitRepo& repo, const std::string& from, const std::string& to) {
  Changes all;
  std::istringstream lines(repo.git({"diff", "--name-status", "--no-renames", from, to}));
  for (std::string status, path; lines >> status >> path;) all[path] = status;
  return all;
}

Changes changes_by_report(const StepRun& run, const std::string& name = "refs/heads/main") {
  static const std::map<std::string, std::string> kLetters{
      {"added", "A"}, {"modified", "M"}, {"deleted", "D"}, {"type_changed", "T"}};
  Changes all;
  const nlohmann::json findings = findings_of(run, name);
  for (const auto& file : findings.at("files").at("files")) {
    all[file.at("path")] = kLetters.at(file.at("change"));
  }
  return all;
}

class FullReport : public OverTransport {};

INSTANTIATE_TEST_SUITE_P(Transports, FullReport,
                         testing::Values(Transport::http, Transport::http_filter,
                                         Transport::http_github, Transport::path),
                         transport_test_name);

// Folders that both sides have are never fetched, whatever stands beside them comes and goes.
TEST_P(FullReport, TellsTheChangesAmongFoldersThatStay) {
  FileMap files;
  for (const std::string folder : {"docs/howto", "docs/howto-x", "docs/how", "docs/z", "lib/a"}) {
    for (int i = 0; i < 4; ++i) {
      files[folder + "/file" + std::to_string(i)] = folder + " " + std::to_string(i) + "\n";
    }
  }
  files["docs/howto-index.sh"] = "index\n";
  files["docs/howto.txt"] = "text\n";
  const std::string before = world.source.commit("main", files);
  world.mirror();
  world.source.import(
      "commit refs/heads/main\n" + import_identity("committer", 100) + import_data("change") +
      "from refs/heads/main^0\n" + "D docs/howto-index.sh\nD docs/howto-x\n" +
      "M 100644 inline docs/howto.md\n" + import_data("new\n") + "M 100644 inline docs/hox/new\n" +
      import_data("new\n") + "M 100644 inline docs/z/file1\n" + import_data("other\n") +
      "M 100644 inline docs/how0\n" + import_data("new\n") + '\n');
  const StepRun run = world.sync({{"report", "full"}});
  expect_synced(world, run);
  ASSERT_EQ(findings_of(run).at("not_analysed_because"), nullptr) << run.story();
  EXPECT_EQ(changes_by_report(run), changes_by_git(world.source, before, "main"));
}

// A server without `filter` sends the old tip whole: once is enough.
TEST_P(FullReport, AsksForNothingTwice) {
  world.source.commits("main", 3);
  world.mirror();
  world.source.commits("main", 1);
  const StepRun run = world.sync({{"report", "full"}});
  expect_synced(world, run);
  const int most = offers_filter(GetParam()) ? 5 : 3;
  EXPECT_LE(report_of(run).at("cost").at("analysis").at("requests"), most) << run.story();
}

// Over HTTP such a pack proves itself only on its way, after the report has looked into it.
TEST_P(FullReport, TakesALargeUpdateForNoDivergence) {
  world.source.commits("main", 3);
  world.mirror();
  world.source.commit("main", {{"noise", noise(3'000'000, 1)}});
  const StepRun run = world.sync({{"report", "full"}});
  expect_synced(world, run);
  const nlohmann::json findings = findings_of(run);
  EXPECT_EQ(findings.at("not_analysed_because"), nullptr);
  EXPECT_EQ(findings.at("divergence"), nullptr);
  EXPECT_EQ(findings.at("commits").at("commits").size(), 1U);
  EXPECT_EQ(findings.at("files").at("total"), 1);
}

std::string why_not(const StepRun& run, const std::string& name) {
  const nlohmann::json why = findings_of(run, name).at("not_analysed_because");
  return why.is_string() ? why.get<std::string>() : "";
}

// Files whose content did not change are found without a look at them.
TEST_P(FullReport, SaysThatItDidNotLookForAllRenames) {
  const std::string text = "1\n2\n3\n4\n5\n6\n";
  world.source.commit("main", {{"moved", "as it was\n"}, {"a-file", text}});
  world.mirror();
  world.source.import("commit refs/heads/main\n" + import_identity("committer", 100) +
                      import_data("rename") +
                      "from refs/heads/main^0\nR moved new-place/moved\nD a-file\n" +
                      "M 100644 inline b-file\n" + import_data(text + "7\n") + '\n');
  const StepRun run = world.sync({{"report", "full"}, {"report_max_bytes", "1"}});
  expect_synced(world, run);
  const nlohmann::json files = findings_of(run).at("files");
  EXPECT_EQ(files.at("files").back().at("path"), "new-place/moved");
  EXPECT_EQ(files.at("files").back().at("old_path"), "moved");
  if (!offers_filter(GetParam())) {  // the others send all files unasked
    EXPECT_EQ(files.at("not_detected"), nullptr);
    EXPECT_EQ(files.at("total"), 2);
    return;
  }
  ASSERT_TRUE(files.at("not_detected").is_string()) << run.story();
  EXPECT_THAT(files.at("not_detected").get<std::string>(), HasSubstr("renamed files"));
  EXPECT_EQ(files.at("total"), 3);
}

// Of what the target has, not of another branch that is new as well.
TEST_P(FullReport, TellsWhatANewBranchBrings) {
  world.source.commits("main", 4);
  world.mirror();
  world.source.branch("topic", "main~1");
  world.source.commit("topic", {{"topic/a", "1\n"}}, "first of topic");
  const std::string late = world.source.tip("main");
  world.source.merge("topic", "main");
  world.source.commit("topic", {{"topic/b", "1\n"}}, "last of topic");
  world.source.branch("same", "main~2");
  const StepRun run = world.sync({{"report", "full"}});
  expect_synced(world, run);
  const std::string topic = "refs/heads/topic";
  ASSERT_EQ(why_not(run, topic), "") << run.story();
  EXPECT_EQ(changes_by_report(run, topic), changes_by_git(world.source, late, "topic"));
  EXPECT_EQ(findings_of(run, topic).at("commits").at("commits").size(), 3U);
  EXPECT_EQ(findings_of(run, topic).at("divergence"), nullptr);
  EXPECT_THAT(why_not(run, "refs/heads/same"), HasSubstr("brings no commit"));
}

TEST_P(FullReport, SaysWhyANewBranchIsComparedWithNothing) {
  world.source.commits("main", 3);
  const StepRun first = world.sync({{"report", "full"}});
  expect_synced(world, first);
  EXPECT_EQ(why_not(first, "refs/heads/main"), "the target was empty");
  EXPECT_LE(report_of(first).at("cost").at("analysis").at("requests"), 1);
  world.source.commits("island", 2);
  const StepRun second = world.sync({{"report", "full"}});
  expect_synced(world, second);
  EXPECT_THAT(why_not(second, "refs/heads/island"), HasSubstr("nothing in common"));
  for (int i = 0; i < 12; ++i) {
    const std::string name = "many" + std::to_string(10 + i);
    world.source.branch(name, "main");
    world.source.commit(name);
  }
  const StepRun third = world.sync({{"report", "full"}});
  expect_synced(world, third);
  EXPECT_EQ(why_not(third, "refs/heads/many19"), "");
  EXPECT_EQ(why_not(third, "refs/heads/many20"), "only the first 10 new branches are looked into");
}

// libgit2 reads SHA-1 only.
TEST_P(FullReport, SaysThatItDoesNotLookIntoSha256) {
  World sha256(WorldOptions{.transport = GetParam(),
                            .source = {.object_format = "sha256"},
                            .target = {.object_format = "sha256"}});
  sha256.source.commits("main", 2);
  sha256.mirror();
  sha256.source.commit("main");
  const StepRun run = sha256.sync({{"report", "full"}});
  expect_synced(sha256, run);
  EXPECT_EQ(why_not(run, "refs/heads/main"), "repositories with SHA-256 ids are not analysed yet");
  EXPECT_EQ(report_of(run).at("cost").at("analysis").at("requests"), 0);
}

TEST_P(FullReport, PredictsWhatOtherBranchesWouldRunInto) {
  const std::string base = world.source.commit("main", {{"a/text", "1\n2\n3\n4\n5\n"}});
  world.mirror();
  world.target.branch("clash", base);
  world.target.branch("calm", base);
  world.target.commit("clash", {{"a/text", "1\n2\nclash\n4\n5\n"}});
  world.target.commit("calm", {{"b/other", "more\n"}});
  world.source.commit("main", {{"a/text", "1\n2\nnew\n4\n5\n"}});
  const StepRun run = world.sync({{"branches", "main"}, {"predict_branches", "c*"}});
  EXPECT_EQ(run.exit_code(), 0) << run.story();
  const auto predictions = findings_of(run).at("predictions");
  ASSERT_EQ(predictions.size(), 2U) << run.story();
  EXPECT_EQ(predictions[0].at("branch"), "calm");
  EXPECT_EQ(predictions[0].at("merges_cleanly"), true) << predictions;
  EXPECT_EQ(predictions[1].at("branch"), "clash");
  EXPECT_EQ(predictions[1].at("merges_cleanly"), false);
  EXPECT_EQ(predictions[1].at("conflicting_paths"), nlohmann::json{"a/text"});
}

}  // namespace
}  // namespace occ::test
