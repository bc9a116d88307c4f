// A run that is killed at any moment leaves the target as it was or as it should be, and the next
// one ends well. KILL_RUNS says how often it is tried (15 times if it does not).
#include "e2e/history.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <random>
#include <thread>

namespace occ::test {
namespace {

int runs_wanted() {
  const char* text = std::getenv("KILL_RUNS");
  return text == nullptr ? 15 : std::atoi(text);
}

// The target's branches and tags once its server has ended what the killed client began.
RefMap settled_refs(const HistoryWorld& world) {
  RefMap refs = world.target.refs();
  for (int quiet = 0; quiet < 3;) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    RefMap now = world.target.refs();
    quiet = now == refs ? quiet + 1 : 0;
    refs = std::move(now);
  }
  return refs;
}

TEST(AKilledRun, LeavesAllOrNothingAndTheNextOneEndsWell) {
  HistoryWorld world(Transport::http);
  for (const char* name : {"main", "a", "b", "c", "gone"}) world.source.commits(name, 2);
  world.mirror();
  std::mt19937 random(20'240'601);
  std::chrono::milliseconds whole{150};
  int untouched = 0;
  int landed = 0;
  for (int i = 0; i < runs_wanted(); ++i) {
    SCOPED_TRACE("run " + std::to_string(i));
    world.diverge("main");
    world.source.commits("a", 1 + i % 3);
    world.source.commit("b", {{"large", noise(200'000, static_cast<std::uint64_t>(i))}});
    if (i % 2 == 0) world.source.delete_ref("refs/heads/gone");
    if (i % 2 == 1) world.source.branch("gone", "a");
    world.source.annotated_tag("v" + std::to_string(i), "main");
    const RefMap before = world.target.refs();
    const Inputs inputs = {{"on_divergence", "overwrite"}, {"prune", "true"}};
    // Half of them anywhere, half of them about where the push is.
    const auto last = static_cast<unsigned>(whole.count()) + 20;
    const unsigned first = i % 2 == 0 ? 0 : last / 3;
    const std::chrono::milliseconds moment(first + random() % (last - first));
    world.runner().set_env("GITHUB_RUN_ID", std::to_string(1000 + 2 * i));
    const auto process = world.runner().start(world.inputs(inputs));
    std::this_thread::sleep_for(moment);
    process->send(SIGKILL);
    const ProcessResult killed = process->wait();
    const RefMap after = settled_refs(world);
    const bool is_as_before = movements_between(before, after).empty();
    const bool is_as_planned = movements_between(world.source.refs(), after).empty();
    EXPECT_TRUE(is_as_before || is_as_planned) << "after " << moment.count() << " ms\n"
                                               << difference(before, after) << "\n"
                                               << killed.out;
    EXPECT_EQ(lost_since(world.target, before), "");
    if (is_as_planned && !before.empty() && after.contains(kLedgerRef)) {
      EXPECT_EQ(recorded_movements(records_of(world.target).front()),
                movements_between(before, after));
    }
    ++(is_as_planned ? landed : untouched);
    const StepRun next = world.sync_as(std::to_string(1001 + 2 * i), inputs);
    EXPECT_EQ(next.exit_code(), 0) << next.story();
    expect_target(world, world.source.refs(), next);
    EXPECT_EQ(lost_since(world.target, before), "");
    if (is_as_before) whole = next.process.duration;
  }
  std::cout << untouched << " runs were killed before the push took effect, " << landed
            << " after\n";
}

// What is not known must not be called cancelled: the ref may have moved.
TEST(ATerminatedRun, CallsNoRefUnpushedThatMoved) {
  HistoryWorld world(Transport::http);
  for (const char* name : {"main", "a", "gone"}) world.source.commits(name, 2);
  world.mirror();
  world.target.hook("pre-receive", "sleep 0.05\n");
  std::mt19937 random(20'261'125);
  for (int i = 0; i < runs_wanted(); ++i) {
    SCOPED_TRACE("run " + std::to_string(i));
    world.source.commit("main");
    world.source.commit("a", {{"large", noise(200'000, static_cast<std::uint64_t>(i))}});
    if (i % 2 == 0) world.source.delete_ref("refs/heads/gone");
    if (i % 2 == 1) world.source.branch("gone", "a");
    const RefMap before = world.target.refs();
    world.runner().set_env("GITHUB_RUN_ID", std::to_string(1000 + i));
    const auto process = world.runner().start(world.inputs({{"prune", "true"}}));
    std::this_thread::sleep_for(std::chrono::milliseconds(60 + random() % 160));
    process->send(SIGTERM);
    const StepRun run = world.runner().finish(*process);
    const RefMap after = settled_refs(world);
    for (const auto& [name, ids] : movements_between(before, after)) {
      const std::string result = run.result_of(name);
      EXPECT_TRUE(result == "updated" || result == "created" || result == "deleted" ||
                  result == "unconfirmed")
          << name << ": " << result << '\n'
          << run.story();
    }
    world.mirror();
    if (i % 2 == 0) world.target.delete_ref("refs/heads/gone");
  }
}

}  // namespace
}  // namespace occ::test
