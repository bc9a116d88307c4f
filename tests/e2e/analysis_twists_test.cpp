// The full report, and the merge, of histories that are not a straight line of changes.
#include "e2e/merge.hpp"
#include "e2e/report_of.hpp"

#include <gmock/gmock.h>

namespace occ::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class Twists : public OverTransport {
 protected:
  void SetUp() override {
    world.source.commits("main", 3);
    world.source.commit("main", {{"f", "1\n"}, {"d/e/g", "1\n"}});
    world.mirror();
  }

  // A commit on main with the tree of another one.
  static void commit_tree_of(GitRepo& repo, const std::string& other) {
    const std::string commit =
        repo.git({"-c", "user.name=n", "-c", "user.email=e@x", "commit-tree", "-p", "main", "-m",
                  "twist", repo.git({"rev-parse", other + "^{tree}"})});
    repo.set_ref("refs/heads/main", commit);
  }

  static void expect_clean(const json& divergence) {
    EXPECT_EQ(divergence.at("not_tried_because"), nullptr) << divergence;
    EXPECT_EQ(divergence.at("merges_cleanly"), true) << divergence;
    EXPECT_TRUE(divergence.at("conflicts").empty()) << divergence;
  }

  // The run's merge commit has the tree that git makes of its parents.
  void expect_tree_of_git() const {
    EXPECT_EQ(world.target.git({"rev-parse", "main^{tree}"}),
              world.target.git({"merge-tree", "--write-tree", "main^1", "main^2"}));
  }
};

INSTANTIATE_TEST_SUITE_P(Transports, Twists,
                         testing::Values(Transport::http, Transport::http_filter,
                                         Transport::http_github, Transport::path),
                         transport_test_name);

TEST_P(Twists, OfCommitsThatChangeNothingAreTold) {
  commit_tree_of(world.source, "main");
  const StepRun run = world.sync({{"report", "full"}});
  expect_synced(world, run);
  const json empty = findings_of(run);
  EXPECT_EQ(empty.at("not_analysed_because"), nullptr);
  EXPECT_EQ(empty.at("commits").at("commits").size(), 1U);
  EXPECT_EQ(empty.at("files").at("total"), 0);
  EXPECT_EQ(run.output("files_changed"), "0");

  world.source.commit("main", {{"f", "2\n"}});
  commit_tree_of(world.source, "main~1");
  const json reverted = findings_of(world.sync({{"report", "full"}}));
  EXPECT_EQ(reverted.at("not_analysed_because"), nullptr);
  EXPECT_EQ(reverted.at("commits").at("commits").size(), 2U);
}

TEST_P(Twists, ThatLeadToOneTreeMerge) {
  world.source.commit("main", {{"f", "2\n"}}, "picked there");
  world.target.commit("main", {{"f", "2\n"}}, "picked here");
  const std::string ours = world.target.tip("main");
  const json divergence =
      findings_of(world.sync({{"report", "full"}, {"on_divergence", "skip"}})).at("divergence");
  ASSERT_FALSE(divergence.is_null());
  expect_clean(divergence);
  const StepRun run = world.sync(merge_and({{"report", "full"}}));
  expect_merge(world, run, ours, world.source.tip("main"));
  expect_tree_of_git();
}

TEST_P(Twists, OfAnEmptyCommitOnEachSideMerge) {
  commit_tree_of(world.source, "main");
  world.target.commit("main", {{"f", "2\n"}});
  commit_tree_of(world.target, "main~1");
  const std::string ours = world.target.tip("main");
  const StepRun run = world.sync(merge_and({{"report", "full"}}));
  expect_merge(world, run, ours, world.source.tip("main"));
  expect_tree_of_git();
  expect_clean(findings_of(run).at("divergence"));
}

TEST_P(Twists, OfOneChangeAndAModeMerge) {
  world.source.commit("main", {{"f", "2\n"}, {"only", "there\n"}});
  world.target.change("main", "M 100755 inline f\n" + import_data("2\n"));
  const std::string ours = world.target.tip("main");
  const StepRun run = world.sync(merge_and({{"report", "full"}}));
  expect_merge(world, run, ours, world.source.tip("main"));
  expect_tree_of_git();
  expect_clean(findings_of(run).at("divergence"));
}

// The usual shape of a repository whose branches wait some time to be merged: the two sides part in
// many places, and one of them is above all others.
TEST_P(Twists, OfManyBranchesHaveOneMergeBase) {
  for (int i = 0; i < 10; ++i) {
    const std::string topic = "topic" + std::to_string(i);
    world.source.commits("main", 1);
    world.source.branch(topic, "main");
    world.source.commit(topic, {{"t/" + topic, "new\n"}});
  }
  world.source.commits("main", 1);
  const std::string base = world.source.tip("main");
  world.target.take_all_from(world.source);
  for (int i = 0; i < 10; ++i) world.target.delete_ref("refs/heads/topic" + std::to_string(i));
  for (int i = 0; i < 10; ++i) world.source.merge("main", "topic" + std::to_string(i));
  const std::string ours = world.target.commit("main", {{"own", "here\n"}});
  const Inputs look{{"report", "full"}, {"branches", "main"}, {"on_divergence", "skip"}};
  const json divergence = findings_of(world.sync(look)).at("divergence");
  EXPECT_EQ(divergence.at("merge_base"), base);
  expect_clean(divergence);
  const StepRun run = world.sync(merge_and({{"branches", "main"}}));
  expect_merge(world, run, ours, world.source.tip("main"));
  expect_tree_of_git();
}

TEST_P(Twists, OfBothWaysAreToldFromEachSide) {
  world.target.change("main", "M 100644 inline own\n" + import_data("here\n") + "D f\n");
  world.source.commit("dev", {{"there", "1\n"}});
  const StepRun run = world.sync({{"report", "full"}, {"direction", "both"}});
  EXPECT_EQ(run.exit_code(), 0) << run.story();
  EXPECT_EQ(world.source.tip("main"), world.target.tip("main"));
  EXPECT_TRUE(findings_of(run, "refs/heads/main", "target").is_null());
  const json back = findings_of(run, "refs/heads/main", "source");
  ASSERT_FALSE(back.is_null()) << run.story();
  EXPECT_EQ(back.at("not_analysed_because"), nullptr);
  EXPECT_EQ(back.at("divergence"), nullptr);
  EXPECT_EQ(back.at("commits").at("commits").size(), 1U);
  std::map<std::string, std::string> changes;
  for (const json& file : back.at("files").at("files"))
    changes[file.at("path")] = file.at("change");
  EXPECT_EQ(changes, (std::map<std::string, std::string>{{"own", "added"}, {"f", "deleted"}}));
}

}  // namespace
}  // namespace occ::test
