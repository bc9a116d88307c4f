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

}  // namespace
}  // namespace occ::test
