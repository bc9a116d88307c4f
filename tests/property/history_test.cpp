// Random histories under random policies, synced again and again: nothing that the target had is
// ever lost, the ledger tells the truth, and a rollback restores the former refs exactly.
// HISTORY_RUNS says how many syncs are made (60 if it does not), HISTORY_SEED where to begin.
#include "support/ledger.hpp"
#include "support/runner.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <optional>
#include <random>

namespace occ::test {
namespace {

constexpr int kRunsOfAWorld = 12;  // then with new repositories

int number_from(const char* variable, int otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::atoi(text);
}

RefMap user_refs_of(const GitRepo& repo) {
  RefMap refs = repo.refs();
  std::erase_if(refs, [](const auto& ref) { return ref.first.starts_with("refs/sync/"); });
  return refs;
}

// Two repositories to which anything may happen.
class RandomWorld {
 public:
  explicit RandomWorld(unsigned seed)
      : runner_(folder_ / "runner"),
        source(GitRepo::init(folder_ / "source.git")),
        target(GitRepo::init(folder_ / "target.git")),
        random_(seed) {
    source.commits("main", 3);
    target.take_all_from(source);
    // Whether the default branch may go is the server's affair, not what is asked here.
    target.config("receive.denyDeleteCurrent", "ignore");
    if (pick(4) == 0) target.config("receive.advertiseAtomic", "false");
  }

  // Changes both sides.
  void live() {
    for (int i = 1 + pick(5); i > 0; --i) change(source);
    for (int i = pick(4); i > 0; --i) change(target);
  }

  Inputs policies() {
    static const std::vector<std::string> kGlobs{"**",     "**",       "main\nb*",
                                                 "a*\nb*", "**\n!a/*", "b*:copy/b*"};
    static const std::vector<std::string> kDivergence{"fail", "skip", "overwrite", "overwrite"};
    return {{"branches", one_of(kGlobs)},
            {"on_divergence", one_of(kDivergence)},
            {"force_sync", truth(5)},
            {"prune", truth(2)},
            {"move_tags", truth(2)},
            {"atomic", truth(4)},
            {"create_branches", pick(8) == 0 ? "false" : "true"},
            {"sync_tags", pick(5) == 0 ? "v*" : "true"}};
  }

  StepRun run(const std::string& run_id, const Inputs& more) {
    runner_.set_env("GITHUB_RUN_ID", run_id);
    Inputs inputs = more;
    inputs.emplace("source_repo", source.path().string());
    inputs.emplace("target_repo", target.path().string());
    inputs.emplace("report", "false");
    inputs.emplace("retries", "0");
    return runner_.run(inputs);
  }

  int pick(int limit) { return static_cast<int>(random_() % static_cast<unsigned>(limit)); }

 private:
  std::string truth(int one_in) { return pick(one_in) == 0 ? "true" : "false"; }

  const std::string& one_of(const std::vector<std::string>& all) {
    return all[static_cast<std::size_t>(pick(static_cast<int>(all.size())))];
  }

  std::string some_name() {
    static const std::vector<std::string> kNames{"main", "a", "a/x", "a/y", "b", "b1", "b/2", "c"};
    return one_of(kNames);
  }

  // A name that is there; empty if there is none.
  std::string some_ref(const GitRepo& repo) {
    const RefMap refs = user_refs_of(repo);
    if (refs.empty()) return {};
    return std::next(refs.begin(), pick(static_cast<int>(refs.size())))->first;
  }

  void change(GitRepo& repo) {
    try {
      change_somehow(repo);
    } catch (const std::runtime_error&) {
      // A name that clashes with another one: nothing happens, then.
    }
  }

  void change_somehow(GitRepo& repo) {
    const std::string mark = std::to_string(++marks_);
    const std::string some = some_ref(repo);
    const std::string branch = some_name();
    const std::string tag = "v" + std::to_string(pick(4));
    const int roll = pick(12);
    if (some.empty() || roll < 4) {
      repo.commit(branch, {{"file-" + mark, mark}});
    } else if (roll < 6) {
      repo.git({"update-ref", "refs/heads/" + branch, repo.tip(some + "^{commit}")});
    } else if (roll == 6) {
      repo.annotated_tag(tag, some + "^{commit}", mark);
    } else if (roll == 7) {
      repo.git({"update-ref", "refs/tags/" + tag, repo.tip(some + "^{commit}")});
    } else if (roll == 8 && repo.refs().contains("refs/heads/" + branch)) {
      repo.amend(branch, {{"amended-" + mark, mark}});
    } else if (roll == 9 && repo.refs().contains("refs/heads/" + branch)) {
      repo.git({"update-ref", "refs/heads/" + branch, repo.tip(branch + "~1")});
    } else if (some != "refs/heads/main") {
      repo.delete_ref(some);
    }
  }

  TempDir folder_;
  Runner runner_;

 public:
  GitRepo source;
  GitRepo target;

 private:
  std::mt19937 random_;
  int marks_ = 0;
};

class HistoryProperty : public testing::Test {
 protected:
  int synced = 0;
  int rolled_back = 0;
  int failed = 0;

  static std::string told(const Inputs& inputs) {
    std::string all;
    for (const auto& [name, value] : inputs) all += name + "=" + value + " ";
    return all;
  }

  static void expect_nothing_lost(const RandomWorld& world, const RefMap& before,
                                  const StepRun& run) {
    EXPECT_EQ(lost_since(world.target, before), "") << run.story();
  }

  // The newest record is of this run if it moved anything, and says what it did.
  static void expect_truth(const RandomWorld& world, const std::string& key, const RefMap& before,
                           const StepRun& run) {
    const Movements moved = movements_between(before, world.target.refs());
    const auto records = records_of(world.target);
    const bool is_recorded = !records.empty() && records.front().value("run", "") == key;
    if (!is_recorded) {
      EXPECT_TRUE(moved.empty()) << run.story();
      return;
    }
    EXPECT_EQ(recorded_movements(records.front()), moved) << run.story() << records.front().dump(1);
  }

  void sync_and_roll_back(RandomWorld& world, int number) {
    const std::string id = std::to_string(number);
    const Inputs policies = world.policies();
    SCOPED_TRACE(told(policies));
    const RefMap before = world.target.refs();
    const StepRun run = world.run(id, policies);
    ASSERT_LT(run.exit_code(), 3) << run.story();
    ++(run.exit_code() == 0 ? synced : failed);
    expect_nothing_lost(world, before, run);
    expect_truth(world, id + "-1", before, run);
    const RefMap after = world.target.refs();
    if (world.pick(3) == 0 || movements_between(before, after).empty()) return;
    const StepRun back = world.run(
        id + "000", {{"mode", "rollback"}, {"rollback_to", world.pick(2) == 0 ? "last" : id}});
    EXPECT_EQ(back.exit_code(), 0) << back.story();
    ++rolled_back;
    EXPECT_EQ(difference(user_refs_of_map(before), user_refs_of(world.target)), "")
        << run.story() << back.story();
    expect_nothing_lost(world, before, back);
    expect_nothing_lost(world, after, back);
    expect_truth(world, id + "000-1", after, back);
  }

  static RefMap user_refs_of_map(RefMap refs) {
    std::erase_if(refs, [](const auto& ref) { return ref.first.starts_with("refs/sync/"); });
    return refs;
  }
};

TEST_F(HistoryProperty, NothingIsLostAndEverythingGoesBack) {
  const int wanted = number_from("HISTORY_RUNS", 60);
  const auto first = static_cast<unsigned>(number_from("HISTORY_SEED", 1));
  std::optional<RandomWorld> world;
  for (int i = 0; i < wanted && !HasFatalFailure(); ++i) {
    const unsigned seed = first + static_cast<unsigned>(i / kRunsOfAWorld);
    if (i % kRunsOfAWorld == 0) world.emplace(seed);
    SCOPED_TRACE("seed " + std::to_string(seed) + ", run " + std::to_string(i));
    world->live();
    sync_and_roll_back(*world, i + 1);
    if (i % kRunsOfAWorld == kRunsOfAWorld - 1) {
      EXPECT_EQ(world->target.fsck(), "");
    }
  }
  std::cout << synced << " runs ended well, " << failed << " told of a problem, " << rolled_back
            << " were rolled back\n";
  EXPECT_GT(rolled_back, wanted / 5);
}

}  // namespace
}  // namespace occ::test
