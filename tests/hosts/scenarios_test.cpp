// What every user does, on every host: as the source, as the target, and as both.
#include "e2e/merge.hpp"
#include "e2e/report_of.hpp"
#include "hosts/on_hosts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <sstream>

namespace occ::test {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

INSTANTIATE_TEST_SUITE_P(Hosts, OnHosts,
                         testing::ValuesIn(placings({Role::source, Role::target, Role::both})),
                         placing_test_name);

TEST_P(OnHosts, FillAnEmptyTarget) {
  world.source.light_tag("light", "dev");
  const StepRun run = world.sync();
  expect_in_step(run);
  EXPECT_EQ(run.result_of("refs/heads/main"), "created");
  EXPECT_EQ(run.result_of("refs/tags/v1"), "created");
}

TEST_P(OnHosts, DoNothingTheSecondTime) {
  in_step();
  const RefMap before = world.target.refs();
  const StepRun run = world.sync();
  expect_status(run, 0, "in_sync");
  EXPECT_EQ(difference(before, world.target.refs()), "");
}

TEST_P(OnHosts, BringCommitsBranchesAndTags) {
  in_step();
  world.source.commits("main", 3);
  world.source.commit("dev");
  world.source.branch("new", "main");
  world.source.commit("new");
  world.source.branch("same-as-main", "main");
  world.source.annotated_tag("v2", "main");
  world.source.light_tag("light", "dev");
  const StepRun run = world.sync();
  expect_in_step(run);
  EXPECT_EQ(run.result_of("refs/heads/main"), "updated");
  EXPECT_EQ(run.ahead_of("refs/heads/main"), 3);
  EXPECT_EQ(run.result_of("refs/heads/new"), "created");
}

// The whole history of a topic comes with each merge, as on a real main branch.
TEST_P(OnHosts, BringMerges) {
  world.source.branch("topic", "main");
  in_step();
  for (int round = 0; round < 2; ++round) {
    world.source.commits("topic", 2);
    world.source.commit("main", {{"main-" + std::to_string(round), "x\n"}});
    world.source.merge("main", "topic", {{"merged-" + std::to_string(round), "y\n"}});
  }
  const StepRun run = world.sync();
  expect_in_step(run);
  EXPECT_EQ(run.ahead_of("refs/heads/main"), 8);
}

TEST_P(OnHosts, DeleteWhatIsGoneAndBringTheRest) {
  in_step();
  const std::string gone = world.source.tip("gone");
  world.source.delete_ref("refs/heads/gone");
  world.source.commit("main");
  const StepRun run = world.sync({{"prune", "true"}});
  if (target_deletes()) {
    expect_in_step(run);
    EXPECT_EQ(run.result_of("refs/heads/gone"), "deleted");
    return;
  }
  expect_status(run, 1, "partial");
  EXPECT_EQ(run.error_of("refs/heads/gone"), "deletion_refused");
  RefMap expected = branches_and_tags(world.source.refs());
  expected["refs/heads/gone"] = gone;
  expect_refs(expected, run);
}

TEST_P(OnHosts, FailForWhatDivergedAndBringTheRest) {
  in_step();
  const std::string theirs = world.diverge("main");
  world.source.commit("dev");
  const StepRun run = world.sync();
  expect_status(run, 1, "partial");
  EXPECT_EQ(run.error_of("refs/heads/main"), "diverged");
  EXPECT_EQ(run.ahead_of("refs/heads/main"), 1);
  EXPECT_EQ(run.behind_of("refs/heads/main"), 1);
  RefMap expected = branches_and_tags(world.source.refs());
  expected["refs/heads/main"] = theirs;
  expect_refs(expected, run);
}

TEST_P(OnHosts, OverwriteWhenToldAndKeepABackup) {
  in_step();
  const std::string theirs = world.diverge("main");
  const StepRun run = world.sync_as("1", {{"on_divergence", "overwrite"}});
  expect_in_step(run);
  EXPECT_EQ(run.result_of("refs/heads/main"), "forced");
  EXPECT_EQ(backups_of(world.target), (RefMap{{"1-1/heads/main", theirs}}));
}

TEST_P(OnHosts, MergeWhatDiverged) {
  in_step();
  const std::string theirs = world.diverge("main");
  const StepRun run = world.sync(kMerge);
  expect_merge(world, run, theirs, world.source.tip("main"));
  RefMap expected = branches_and_tags(world.source.refs());
  expected["refs/heads/main"] = world.target.tip("main");
  expect_refs(expected, run);
}

TEST_P(OnHosts, RollBack) {
  in_step();
  world.diverge("main");
  world.source.commits("dev", 2);
  if (target_deletes()) world.source.branch("new", "dev");
  const RefMap before = branches_and_tags(world.target.user_refs());
  expect_in_step(world.sync_as("1", {{"on_divergence", "overwrite"}}));
  const StepRun run = world.roll_back("2");
  expect_status(run, 0, "synced");
  expect_refs(before, run);
}

TEST_P(OnHosts, BringBackWhatOnlyTheTargetHas) {
  in_step();
  world.source.commit("dev");
  world.target.commit("main", {{"theirs", "1\n"}});
  const StepRun run = world.sync({{"direction", "both"}, {"prune", "false"}});
  expect_status(run, 0, "synced");
  EXPECT_EQ(world.source.tip("main"), world.target.tip("main"));
  EXPECT_EQ(world.source.tip("dev"), world.target.tip("dev"));
  EXPECT_EQ(world.source.fsck(), "");
  expect_refs(branches_and_tags(world.source.user_refs()), run);
}

std::map<std::string, std::string> changes_by_git(const GitRepo& repo, const std::string& from) {
  std::map<std::string, std::string> all;
  std::istringstream lines(repo.git({"diff", "--name-status", "--no-renames", from, "main"}));
  for (std::string status, path; lines >> status >> path;) all[path] = status;
  return all;
}

TEST_P(OnHosts, TellAllInAFullReport) {
  world.source.commit("main",
                      {{"a/b/kept", "kept\n"}, {"a/b/changed", "1\n"}, {"a/gone", "now gone\n"}});
  in_step();
  const std::string before = world.source.tip("main");
  world.source.commit("main", {{"a/b/changed", "2\n"}, {"new", "entirely new\n"}});
  world.source.change("main", "D a/gone");
  const StepRun run = world.sync({{"report", "full"}});
  expect_in_step(run);
  const nlohmann::json findings = findings_of(run);
  if (!source_serves_any_object()) {
    EXPECT_NE(findings.at("not_analysed_because"), nullptr);
    return;
  }
  ASSERT_EQ(findings.at("not_analysed_because"), nullptr) << run.story();
  const std::map<std::string, std::string> letters{
      {"added", "A"}, {"modified", "M"}, {"deleted", "D"}};
  std::map<std::string, std::string> changes;
  for (const auto& file : findings.at("files").at("files")) {
    changes[file.at("path")] = letters.at(file.at("change"));
  }
  EXPECT_EQ(changes, changes_by_git(world.source, before));
}

TEST_P(OnHosts, PredictConflictsInADryRun) {
  in_step();
  world.source.commit("main", {{"contested", "as the source says\n"}});
  world.target.commit("main", {{"contested", "as the target says\n"}});
  world.source.commit("dev");
  world.source.branch("new", "dev");
  world.source.delete_ref("refs/heads/gone");
  const RefMap before = world.target.refs();
  const StepRun run = world.sync({{"dry_run", "true"}, {"prune", "true"}, {"report", "full"}});
  EXPECT_EQ(run.exit_code(), 0) << run.story();
  if (source_serves_any_object()) {
    EXPECT_EQ(run.output("has_conflicts"), "true") << run.story();
  }
  EXPECT_EQ(run.result_of("refs/heads/dev"), "would_update");
  EXPECT_EQ(run.result_of("refs/heads/new"), "would_create");
  EXPECT_EQ(run.error_of("refs/heads/main"), "diverged");
  EXPECT_EQ(difference(before, world.target.refs()), "");
  EXPECT_FALSE(world.target.has_object(world.source.tip("dev")));
}

TEST_P(OnHosts, BringAPackThatStreamsOrSayThatItIsTooLarge) {
  for (GitRepo* repo : {&world.source, &world.target}) repo->expect_noise();
  in_step();
  const RefMap before = branches_and_tags(world.target.refs());
  world.source.commit("main", {{"large", noise(3'000'000, 1)}});
  const StepRun run = world.sync();
  if (largest_push() == 0) {
    expect_in_step(run);
    return;
  }
  expect_told(run, "refs/heads/main", "pack_too_large");
  expect_refs(before, run);
  EXPECT_THAT(run.log(), HasSubstr("limit"));
}

}  // namespace
}  // namespace occ::test
