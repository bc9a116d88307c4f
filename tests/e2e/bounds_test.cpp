// What a hostile peer may cost: every test holds a row of "Bounds" in tests/README.md, by the
// program's peak of memory and by that it ends.
#include "e2e/bounds.hpp"

#include "support/canned_server.hpp"
#include "support/pack.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

namespace occ::test {
namespace {

using testing::HasSubstr;

class HostileSource : public testing::Test {
 protected:
  World world{Transport::path};
  std::string old;
  std::string tree;

  void SetUp() override {
    old = world.source.commits("main", 3);
    tree = world.source.tip("main^{tree}");
    world.mirror();
  }

  // A source whose main is the commit `tip`, and whose answer to every fetch is `pack`.
  StepRun sync_from(const std::string& tip, const std::string& pack, Inputs more = {}) {
    CannedServer server(serve({{tip + " refs/heads/main"}, pack}));
    more["source_repo"] = server.origin() + "/evil.git";
    StepRun run = world.sync(more);
    EXPECT_EQ(world.target.fsck(), "");
    return run;
  }

  void expect_refused_by_name(const StepRun& run) {
    expect_bounded(run);
    EXPECT_EQ(run.error(), "limit_exceeded") << run.story();
    EXPECT_EQ(world.target.tip("main"), old);
  }
};

TEST_F(HostileSource, WithDeltasOnACommitFullOfParentsIsRefused) {
  const std::string base = commit_text(tree, std::vector<std::string>(60'000, old));
  PackBuilder pack;
  const std::size_t at = pack.add(PackBuilder::commit, base);
  std::string tip;
  for (int i = 0; i < 3'000; ++i) {
    const std::string tail = std::to_string(i);
    pack.add_delta(at, delta_sizes(base.size(), base.size() + tail.size()) +
                           delta_copy_all(base.size()) + static_cast<char>(tail.size()) + tail);
    tip = base + tail;
  }
  expect_refused_by_name(sync_from(object_id("commit", tip), pack.pack()));
}

TEST_F(HostileSource, WithCommitsFullOfParentsIsRefused) {
  const std::vector<std::string> parents(60'000, old);
  PackBuilder pack;
  std::string tip;
  for (int i = 0; i < 150; ++i) {
    tip = commit_text(tree, parents, std::to_string(i));
    pack.add(PackBuilder::commit, tip);
  }
  expect_refused_by_name(sync_from(object_id("commit", tip), pack.pack()));
}

TEST_F(HostileSource, WithACommitTooLargeToReadIsRefused) {
  const std::string text = commit_text(tree, {old}, std::string(5'000'000, 'x'));
  PackBuilder pack;
  pack.add(PackBuilder::commit, text);
  expect_refused_by_name(sync_from(object_id("commit", text), pack.pack()));
}

TEST_F(HostileSource, WithADeltaThatMakesGigabytesIsNotLookedInto) {
  const std::string base(100'000, 'x');
  PackBuilder pack;
  const std::string tip = commit_text(tree, {old});
  pack.add(PackBuilder::commit, tip);
  const std::size_t at = pack.add(PackBuilder::blob, base);
  std::string delta = delta_sizes(base.size(), 2'000'000'000);
  for (int i = 0; i < 2'000'000'000 / 65'536; ++i) delta += delta_copy(0, 65'535);
  pack.add_delta(at, delta);
  CannedServer server(serve({{object_id("commit", tip) + " refs/heads/main"}, pack.pack()}));
  const StepRun run = world.sync(
      {{"source_repo", server.origin() + "/evil.git"}, {"report", "full"}, {"dry_run", "true"}});
  expect_bounded(run);
  EXPECT_THAT(findings_of(run).dump(), HasSubstr("stored as a change")) << run.story();
}

TEST_F(HostileSource, WithChangesUponChangesIsNotLookedInto) {
  std::string content(1'500'000, 'x');
  PackBuilder pack;
  const std::string tip = commit_text(tree, {old});
  pack.add(PackBuilder::commit, tip);
  std::size_t at = pack.add(PackBuilder::blob, content);
  for (int i = 0; i < 4'000; ++i) {
    at = pack.add_delta(at, delta_sizes(content.size(), content.size()) +
                                delta_copy_all(content.size() - 1) + '\1' +
                                std::string(1, static_cast<char>('a' + i % 26)));
  }
  CannedServer server(serve({{object_id("commit", tip) + " refs/heads/main"}, pack.pack()}));
  const StepRun run = world.sync(
      {{"source_repo", server.origin() + "/evil.git"}, {"report", "full"}, {"dry_run", "true"}});
  expect_bounded(run);
  EXPECT_THAT(findings_of(run).dump(), HasSubstr("than any should")) << run.story();
}

TEST_F(HostileSource, IsLeftAtOnceWhenTheRunIsCancelledWhileItIsBusy) {
  PackBuilder pack;
  pack.add(PackBuilder::commit, commit_text(tree, {old}));
  const std::string zeros(40'000'000, '\0');
  for (int i = 0; i < 1000; ++i) pack.add(PackBuilder::blob, zeros);
  CannedServer server(serve({{digits_of('a') + " refs/heads/main"}, pack.pack()}));
  const auto process = world.runner().start(
      world.inputs({{"source_repo", server.origin() + "/evil.git"}, {"report", "full"}}));
  ASSERT_TRUE(process->wait_for_output("sync-action", std::chrono::seconds(20)));
  std::this_thread::sleep_for(std::chrono::milliseconds(1500));
  const auto start = std::chrono::steady_clock::now();
  process->send(SIGTERM);
  const StepRun run = world.runner().finish(*process);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(8)) << run.story();
  EXPECT_EQ(run.error(), "cancelled") << run.story();
  EXPECT_EQ(world.target.tip("main"), old);
  for (const auto& each : std::filesystem::directory_iterator(world.runner().folder() / "temp")) {
    EXPECT_EQ(each.path().filename().string().find("sync-action-objects"), std::string::npos);
  }
}

}  // namespace
}  // namespace occ::test
