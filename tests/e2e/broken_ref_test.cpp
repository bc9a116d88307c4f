// Refs that a server lists without a tip, twice, or by a name that is a pattern: real git lists an
// empty ref file with a null id (tests/README.md, Hosts 13), a hostile server whatever it likes.
#include "e2e/expect.hpp"
#include "support/canned_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace occ::test {
namespace {

using std::string_literals::operator""s;
using testing::HasSubstr;

void write_ref(const GitRepo& repo, const std::string& name, const std::string& content) {
  const std::filesystem::path file = repo.path() / name;
  std::filesystem::create_directories(file.parent_path());
  std::filesystem::remove(file);
  std::ofstream(file, std::ios::binary) << content;
}

std::string read_ref(const GitRepo& repo, const std::string& name) {
  std::ifstream file(repo.path() / name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

const Inputs kEverything{
    {"prune", "true"}, {"force_sync", "true"}, {"move_tags", "true"}, {"max_deletions", "0"}};

class BrokenRef : public OverTransport {
 protected:
  void SetUp() override {
    world.source.commits("main", 2);
    world.source.branch("b", "main");
    world.source.light_tag("t", "main");
    world.mirror();
  }

  void expect_told_and_left(const StepRun& run, const std::string& name) const {
    EXPECT_EQ(run.exit_code(), 1) << run.story();
    EXPECT_EQ(run.error_of(name), "broken_ref") << run.story();
    EXPECT_EQ(run.result_of(name), "blocked");
  }
};

INSTANTIATE_TEST_SUITE_P(Each, BrokenRef,
                         testing::Values(Transport::http, Transport::http_v0, Transport::path,
                                         Transport::ssh),
                         transport_test_name);

TEST_P(BrokenRef, OfTheSourceIsLeftAloneOnTheTarget) {
  const std::string tip = world.target.tip("b");
  write_ref(world.source, "refs/heads/b", "");
  write_ref(world.source, "refs/tags/t", "");
  const std::string now = world.source.commit("main");
  const StepRun run = world.sync(kEverything);
  expect_told_and_left(run, "refs/heads/b");
  expect_told_and_left(run, "refs/tags/t");
  expect_target(world, {{"refs/heads/main", now}, {"refs/heads/b", tip}, {"refs/tags/t", tip}},
                run);
}

TEST_P(BrokenRef, OfTheSourceIsNotCreated) {
  write_ref(world.source, "refs/heads/new", "");
  const RefMap before = world.target.user_refs();
  const StepRun run = world.sync();
  expect_told_and_left(run, "refs/heads/new");
  expect_target(world, before, run);
}

TEST_P(BrokenRef, OfTheTargetIsLeftAlone) {
  write_ref(world.target, "refs/heads/b", "");
  write_ref(world.target, "refs/heads/theirs", "half");
  world.source.commit("main");  // which git does not take either while a ref of its own is broken
  const StepRun run = world.sync(kEverything);
  expect_told_and_left(run, "refs/heads/b");
  expect_told_and_left(run, "refs/heads/theirs");
  EXPECT_EQ(read_ref(world.target, "refs/heads/b"), "");
  EXPECT_EQ(read_ref(world.target, "refs/heads/theirs"), "half");
}

TEST_P(BrokenRef, WithABlankInItsNameIsToldByItsWholeName) {
  const std::string tip = world.source.tip("main");
  write_ref(world.source, "refs/heads/b c", tip + "\n");
  write_ref(world.target, "refs/heads/c d", tip + "\n");
  const StepRun run = world.sync(kEverything);
  expect_told_and_left(run, "refs/heads/b c");
  expect_told_and_left(run, "refs/heads/c d");
  EXPECT_EQ(world.target.tip("b"), tip) << run.story();
  EXPECT_EQ(read_ref(world.target, "refs/heads/c d"), tip + "\n");
}

// A source that lists what it likes; nothing has to be fetched from it.
class ListingSource : public testing::Test {
 protected:
  World world{Transport::path};

  void SetUp() override {
    for (const char* name : {"main", "one", "two"}) world.target.commit(name);
    world.target.light_tag("v1", "main");
  }

  StepRun sync_from(const std::string& listing, const Inputs& more) {
    const CannedServer server([&](const CannedRequest&) {
      return CannedResponse{
          .headers = {{"Content-Type", "application/x-git-upload-pack-advertisement"}},
          .body = packet("# service=git-upload-pack\n") + "0000" + listing + "0000"};
    });
    Inputs inputs = more;
    inputs["source_repo"] = server.origin() + "/hostile.git";
    return world.sync(inputs);
  }

  [[nodiscard]] std::string first_line(const std::string& head) const {
    return packet(world.target.tip("main") + " refs/heads/main"s + '\0' + "symref=HEAD:" + head +
                  " agent=x\n");
  }
};

TEST_F(ListingSource, CannotDeleteByANullId) {
  const RefMap before = world.target.user_refs();
  const std::string null(40, '0');
  const std::string listing = first_line("refs/heads/main") + packet(null + " refs/heads/one\n") +
                              packet(null + " refs/heads/two\n") + packet(null + " refs/tags/v1\n");
  for (const Inputs& wish : {Inputs{{"on_divergence", "overwrite"}}, Inputs{{"force_sync", "true"}},
                             Inputs{{"move_tags", "true"}}}) {
    const StepRun run = sync_from(listing, wish);
    EXPECT_EQ(run.exit_code(), 1) << run.story();
    EXPECT_EQ(run.error_of("refs/heads/one"), "broken_ref") << run.story();
    expect_target(world, before, run);
  }
}

TEST_F(ListingSource, CannotWidenTheSelectionThroughItsHead) {
  const RefMap before = world.target.refs();
  const std::string listing =
      first_line("refs/heads/*") + packet(world.target.tip("main") + " refs/heads/new\n");
  for (const Inputs& wish : {Inputs{{"prune", "true"}}, Inputs{}, Inputs{{"direction", "both"}}}) {
    Inputs inputs = wish;
    inputs["branches"] = "";
    const StepRun run = sync_from(listing, inputs);
    EXPECT_EQ(run.exit_code(), 1) << run.story();
    EXPECT_EQ(run.error(), "source_branch_missing") << run.story();
    EXPECT_EQ(difference(before, world.target.refs()), "") << run.story();
  }
}

TEST_F(ListingSource, IsNotBelievedANameWithTwoTips) {
  const RefMap before = world.target.user_refs();
  const std::string tip = world.target.tip("main");
  const std::string listing = first_line("refs/heads/main") +
                              packet(world.target.tip("two") + " refs/heads/one\n") +
                              packet(tip + " refs/heads/one\n") + packet(tip + " refs/heads/x\n") +
                              packet(tip + " refs/heads/x\n");
  const StepRun run = sync_from(listing, {{"on_divergence", "overwrite"}});
  EXPECT_EQ(run.error_of("refs/heads/one"), "broken_ref") << run.story();
  RefMap expected = before;
  expected["refs/heads/x"] = tip;
  expect_target(world, expected, run);
}

TEST_F(ListingSource, IsRefusedWithIdsOfTheOtherFormat) {
  const RefMap before = world.target.user_refs();
  const StepRun run = sync_from(
      first_line("refs/heads/main") + packet(std::string(64, 'a') + " refs/heads/x\n"), {});
  EXPECT_EQ(run.error(), "protocol_error") << run.story();
  EXPECT_THAT(run.log(), HasSubstr("not of the format sha1"));
  expect_target(world, before, run);
}

// Git serves such names, and makes none.
TEST_P(BrokenRef, ByANameThatIsNeverWrittenIsNotGreen) {
  std::ofstream(world.source.path() / "packed-refs", std::ios::app)
      << world.source.tip("main") << " refs/heads/-x\n"
      << world.source.tip("main") << " refs/heads/HEAD\n";
  const std::string now = world.source.commit("main");
  const StepRun run = world.sync();
  for (const char* name : {"refs/heads/-x", "refs/heads/HEAD"}) expect_told_and_left(run, name);
  EXPECT_EQ(world.target.tip("main"), now) << run.story();
  expect_status(world.sync({{"branches", "**, !-x, !HEAD"}}), 0, "in_sync");
}

}  // namespace
}  // namespace occ::test
