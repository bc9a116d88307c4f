// A target that remembers: for tests of backups, of the ledger, and of what goes back.
#pragma once

#include "e2e/expect.hpp"
#include "support/ledger.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace occ::test {

inline constexpr const char* kLedgerRef = "refs/sync/ledger";

// The runs of one workflow against one target, each with an id of its own.
class HistoryWorld : public World {
 public:
  using World::World;

  // As the run with this id.
  [[nodiscard]] StepRun sync_as(const std::string& run_id, const Inputs& more = {}) {
    runner().set_env("GITHUB_RUN_ID", run_id);
    return sync(more);
  }
  [[nodiscard]] StepRun roll_back(const std::string& run_id, Inputs more = {}) {
    more.emplace("mode", "rollback");
    return sync_as(run_id, more);
  }

  // Gives each side a commit of its own on `branch`; returns the target's.
  std::string diverge(const std::string& branch) {
    const std::string mark = std::to_string(++marks_);
    source.commit(branch, {{"ours-" + mark, branch}});
    return target.commit(branch, {{"theirs-" + mark, branch}});
  }

  // From now on the target counts what is pushed to it.
  void count_pushes() const { target.hook("pre-receive", "echo push >>pushes\n"); }
  [[nodiscard]] auto pushes() const {
    if (!std::filesystem::exists(target.path() / "pushes")) return std::ptrdiff_t{0};
    const std::string text = file_text(target.path() / "pushes");
    return std::count(text.begin(), text.end(), '\n');
  }

 private:
  int marks_ = 0;
};

// The newest record says what happened to the target, and nothing else.
inline void expect_recorded(const HistoryWorld& world, const std::string& run_key,
                            const RefMap& before, const StepRun& run) {
  const auto records = records_of(world.target);
  ASSERT_FALSE(records.empty()) << run.story();
  EXPECT_EQ(records.front().value("run", ""), run_key) << run.story();
  EXPECT_EQ(recorded_movements(records.front()), movements_between(before, world.target.refs()))
      << run.story() << records.front().dump(1);
}

class OverTransportWithHistory : public testing::TestWithParam<Transport> {
 protected:
  HistoryWorld world{GetParam()};

  void SetUp() override {
    world.source.commits("main", 3);
    for (const char* name : {"dev", "gone"}) {
      world.source.branch(name, "main");
      world.source.commit(name);
    }
    world.source.annotated_tag("v1", "dev");
    world.mirror();
  }
};

}  // namespace occ::test
