// Several syncs to one target at the same time: all of them succeed, and the ledger holds them all.
#include "e2e/history.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace occ::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::IsSubsetOf;
using testing::Not;

class AtTheSameTime : public testing::TestWithParam<Transport> {
 protected:
  HistoryWorld world{GetParam()};
  std::vector<std::unique_ptr<Runner>> runners;
  std::vector<std::unique_ptr<Process>> running;

  void SetUp() override { world.source.commits("main", 5); }

  // The push of each gives the others time to get in between.
  void slow_down(const char* seconds) const {
    world.target.hook("pre-receive", "sleep " + std::string(seconds) + "\n");
  }

  void start(const std::string& id, const Inputs& more) {
    runners.push_back(std::make_unique<Runner>(world.folder() / ("runner-" + id)));
    runners.back()->set_env("GITHUB_RUN_ID", id);
    running.push_back(runners.back()->start(world.inputs(more)));
  }

  [[nodiscard]] std::vector<StepRun> finish() {
    std::vector<StepRun> runs;
    for (std::size_t i = 0; i < running.size(); ++i) {
      runs.push_back(runners[i]->finish(*running[i]));
    }
    return runs;
  }

  static std::string stories(const std::vector<StepRun>& runs) {
    std::string all;
    for (const StepRun& run : runs) all += run.story();
    return all;
  }
};

INSTANTIATE_TEST_SUITE_P(Transports, AtTheSameTime,
                         testing::Values(Transport::http, Transport::path), transport_test_name);

TEST_P(AtTheSameTime, TwoSyncsOfDifferentBranches) {
  world.source.branch("one", "main");
  world.source.branch("two", "main");
  world.mirror();
  world.source.commit("one");
  world.source.commit("two");
  const RefMap before = world.target.refs();
  slow_down("0.3");
  start("1", {{"branches", "one"}});
  start("2", {{"branches", "two"}});
  const auto runs = finish();
  for (const StepRun& run : runs) expect_status(run, 0, "synced");
  expect_target(world, world.source.refs(), runs[0]);
  EXPECT_THAT(recorded_runs(world.target), ElementsAre("1-1", "2-1")) << stories(runs);
  Movements told;
  for (const auto& record : records_of(world.target)) told.merge(recorded_movements(record));
  EXPECT_EQ(told, movements_between(before, world.target.refs()));
}

TEST_P(AtTheSameTime, TwoSyncsOfTheSameBranch) {
  world.mirror();
  world.source.commit("main");
  const RefMap before = world.target.refs();
  slow_down("0.3");
  start("1", {});
  start("2", {});
  const auto runs = finish();
  for (const StepRun& run : runs) EXPECT_EQ(run.exit_code(), 0) << run.story();
  // Whoever comes second finds the ref where it should be, and does not call it theirs.
  const auto records = records_of(world.target);
  EXPECT_THAT(records, Not(IsEmpty()));
  for (const auto& record : records) {
    const Movements told = recorded_movements(record);
    if (told.empty()) continue;
    EXPECT_EQ(told, movements_between(before, world.target.refs())) << stories(runs);
  }
  EXPECT_THAT(recorded_runs(world.target), IsSubsetOf({"1-1", "2-1"}));
  expect_target(world, world.source.refs(), runs[0]);
}

TEST_P(AtTheSameTime, OnlyOneOfSixSaysThatItMovedTheRefs) {
  world.mirror();
  for (int i = 0; i < 20; ++i) world.source.branch("b" + std::to_string(i), "main~1");
  world.source.commit("main");
  const RefMap before = world.target.refs();
  slow_down("0.3");
  for (int i = 1; i <= 6; ++i) start(std::to_string(i), {});
  const auto runs = finish();
  int movers = 0;
  for (const StepRun& run : runs) {
    EXPECT_EQ(run.exit_code(), 0) << run.story();
    const bool moved = run.output("status") == "synced";
    movers += moved ? 1 : 0;
    EXPECT_EQ(run.output("has_changes"), moved ? "true" : "false") << run.story();
    EXPECT_EQ(run.result_of("refs/heads/b7"), moved ? "created" : "up_to_date") << run.story();
  }
  EXPECT_EQ(movers, 1) << stories(runs);
  const auto records = records_of(world.target);
  ASSERT_THAT(records, testing::SizeIs(1)) << stories(runs);
  EXPECT_EQ(recorded_movements(records[0]), movements_between(before, world.target.refs()));
  expect_target(world, world.source.refs(), runs[0]);
}

TEST_P(AtTheSameTime, TwoThatOverwriteTheSameBranch) {
  world.mirror();
  const std::string theirs = world.diverge("main");
  const RefMap before = world.target.refs();
  slow_down("0.3");
  start("1", {{"on_divergence", "overwrite"}});
  start("2", {{"on_divergence", "overwrite"}});
  const auto runs = finish();
  for (const StepRun& run : runs) EXPECT_EQ(run.exit_code(), 0) << run.story();
  EXPECT_EQ(lost_since(world.target, before), "");
  expect_target(world, world.source.refs(), runs[0]);
}

// A matrix of jobs, each with a branch of its own: they meet in nothing but the ledger.
TEST_P(AtTheSameTime, EightSyncsOfDifferentBranches) {
  constexpr int kJobs = 8;
  std::vector<std::string> keys;
  for (int i = 1; i <= kJobs; ++i) world.source.branch("job-" + std::to_string(i), "main");
  world.mirror();
  for (int i = 1; i <= kJobs; ++i) world.source.commit("job-" + std::to_string(i));
  slow_down("0.2");
  for (int i = 1; i <= kJobs; ++i) {
    start(std::to_string(i), {{"branches", "job-" + std::to_string(i)}});
    keys.push_back(std::to_string(i) + "-1");
  }
  const auto runs = finish();
  for (const StepRun& run : runs) expect_status(run, 0, "synced");
  expect_target(world, world.source.refs(), runs[0]);
  EXPECT_EQ(recorded_runs(world.target), keys) << stories(runs);
}

}  // namespace
}  // namespace occ::test
