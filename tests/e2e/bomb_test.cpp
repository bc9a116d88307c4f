// Repositories that are small on the wire and large to look into: the sync goes on, and its report
// says what was not looked into. Rows of "Bounds" in tests/README.md.
#include "e2e/bounds.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace occ::test {
namespace {

using testing::HasSubstr;

// A pack that the report wants to look into, and what the report says of it.
class Bomb : public testing::TestWithParam<Transport> {
 protected:
  World world{GetParam()};

  void SetUp() override {
    world.source.commits("main", 3);
    world.mirror();
  }

  // Ten entries that all are the tree below: as many levels, and 10^levels files.
  std::string tree_bomb(int levels, const std::string& leaf) const {
    const std::string blob = world.source.git({"hash-object", "-w", "--stdin"}, leaf);
    std::string tree = world.source.git({"mktree"}, "100644 blob " + blob + "\tf\n");
    for (int level = 0; level < levels; ++level) {
      std::string entries;
      for (int i = 0; i < 10; ++i) {
        entries += "040000 tree " + tree + "\td" + std::to_string(i) + '\n';
      }
      tree = world.source.git({"mktree"}, entries);
    }
    return tree;
  }

  void put(const std::string& branch, const std::string& tree) const {
    const std::string parent = world.source.tip(branch);
    world.source.git({"update-ref", "refs/heads/" + branch,
                      world.source.git({"commit-tree", "-m", "bomb", "-p", parent, tree})});
  }

  StepRun reported(Inputs more = {}) {
    more.emplace("report", "full");
    return world.sync(more);
  }

  // All landed, and the report says why it does not tell of it.
  void expect_synced_without_a_look(const StepRun& run) {
    expect_bounded(run);
    expect_synced(world, run);
    EXPECT_NE(findings_of(run).at("not_analysed_because").dump().find("too many places"),
              std::string::npos)
        << findings_of(run).dump(1).substr(0, 2000);
  }
};

INSTANTIATE_TEST_SUITE_P(Transports, Bomb, testing::Values(Transport::http_filter, Transport::path),
                         transport_test_name);

TEST_P(Bomb, OfTreesDoesNotHoldUpTheSyncOrItsReport) {
  put("main", tree_bomb(11, "x\n"));
  expect_synced_without_a_look(reported());
}

// No more levels: git's own pack-objects walks through all of them.
TEST_P(Bomb, OfTreesOnBothSidesOfAChangeDoesNotEither) {
  put("main", tree_bomb(5, "x\n"));
  world.mirror();
  put("main", tree_bomb(5, "y\n"));
  expect_synced_without_a_look(reported());
}

TEST_P(Bomb, OfTreesOnANewBranchDoesNotEither) {
  world.source.branch("new", "main");
  put("new", tree_bomb(11, "x\n"));
  const StepRun run = reported();
  expect_bounded(run);
  expect_synced(world, run);
}

TEST_P(Bomb, OfTreesIsNotMerged) {
  const std::string theirs = world.target.commit("main");
  put("main", tree_bomb(11, "x\n"));
  const StepRun run = world.sync({{"on_divergence", "merge"}});
  expect_bounded(run);
  EXPECT_EQ(world.target.tip("main"), theirs);
  EXPECT_NE(run.exit_code(), 0) << run.story();
  EXPECT_THAT(run.log(), HasSubstr("too many places"));
}

TEST_P(Bomb, OfTreesIsNotPredicted) {
  world.target.branch("watched", "main");
  world.target.commit("watched");
  put("main", tree_bomb(11, "x\n"));
  const StepRun run = world.sync({{"predict_branches", "watched"}});
  expect_bounded(run);
  EXPECT_EQ(run.exit_code(), 0) << run.story();
  EXPECT_EQ(world.target.tip("main"), world.source.tip("main"));
}

TEST_P(Bomb, OfNewlinesIsNotCounted) {
  world.source.commit("main", {{"lines", std::string(40'000'000, '\n')}});
  const StepRun run = reported();
  expect_bounded(run);
  expect_synced(world, run);
  EXPECT_NE(findings_of(run).at("files").at("not_counted_because").dump().find("too large"),
            std::string::npos)
      << findings_of(run).dump(1);
}

TEST_P(Bomb, OfNewlinesThatChangedIsNotCounted) {
  world.source.commit("main", {{"lines", std::string(40'000'000, '\n')}});
  world.mirror();
  world.source.commit("main", {{"lines", std::string(40'000'000, '\n') + "x"}});
  const StepRun run = reported();
  expect_bounded(run);
  expect_synced(world, run);
}

TEST_P(Bomb, OfRandomLinesIsNotCounted) {
  std::string before;
  std::string after;
  for (int i = 0; i < 3'000'000; ++i) {
    before += std::to_string(i * 7919LL % 9973) + '\n';
    after += std::to_string(i * 6101LL % 9967) + '\n';
  }
  world.source.commit("main", {{"lines", before}});
  world.mirror();
  world.source.commit("main", {{"lines", after}});
  const StepRun run = reported();
  expect_bounded(run);
  expect_synced(world, run);
}

TEST_P(Bomb, OfManyFilesIsGivenUp) {
  FileMap files;
  for (const GitRepo* repo : {&world.source, &world.target}) repo->config("pack.window", "0");
  for (int i = 0; i < 20; ++i) {
    files["f" + std::to_string(i)] = std::to_string(i) + std::string(30'000'000, '\n');
  }
  world.source.commit("main", files);
  const StepRun run = reported();
  expect_bounded(run);
  expect_synced(world, run);
  EXPECT_THAT(findings_of(run).dump(), HasSubstr("more bytes in objects"));
}

TEST_P(Bomb, OfNewlinesIsNotMerged) {
  world.source.commit("main", {{"lines", "start\n"}});
  world.mirror();
  world.source.commit("main", {{"lines", std::string(10'000'000, '\n') + "x\n"}});
  const std::string ours =
      world.target.commit("main", {{"lines", "y\n" + std::string(10'000'000, '\n')}});
  const StepRun run = world.sync({{"on_divergence", "merge"}});
  expect_bounded(run);
  EXPECT_EQ(world.target.tip("main"), ours);
  EXPECT_THAT(run.log(), HasSubstr("too large to be merged"));
}

}  // namespace
}  // namespace occ::test
