// Refs of the source, or of the target, whose commit is missing or damaged there, though the side
// lists them: each is told and left alone, and the others land.
#include "e2e/expect.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace occ::test {
namespace {

const std::string kMissing(40, '1');

void write_ref(const GitRepo& repo, const std::string& name, const std::string& id) {
  const std::filesystem::path file = repo.path() / name;
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file) << id << "\n";
}

std::filesystem::path object_file(const GitRepo& repo, const std::string& id) {
  return repo.path() / "objects" / id.substr(0, 2) / id.substr(2);
}

// Half of the object's file is gone.
void damage(const GitRepo& repo, const std::string& id) {
  const std::filesystem::path file = object_file(repo, id);
  ASSERT_TRUE(std::filesystem::exists(file)) << file;
  std::filesystem::permissions(file, std::filesystem::perms::owner_all);
  std::filesystem::resize_file(file, std::filesystem::file_size(file) / 2);
}

class MissingTip : public OverTransport {
 protected:
  std::string old;

  void SetUp() override {
    world.source.config("transfer.unpackLimit", "1000");
    world.source.config("fastimport.unpackLimit", "1000");
    world.source.commits("main", 3);
    world.source.branch("miss", "main");
    old = world.source.tip("main");
    world.mirror();
    world.source.commit("main");
    world.source.branch("fresh", "main");
    world.source.commit("fresh");
  }

  void expect_others(const StepRun& run, RefMap others = {}) {
    EXPECT_EQ(run.exit_code(), 1) << run.story();
    EXPECT_EQ(run.output("status"), "partial") << run.story();
    others.insert({{"refs/heads/main", world.source.tip("main")},
                   {"refs/heads/fresh", world.source.tip("fresh")},
                   {"refs/heads/miss", old}});
    expect_target(world, others, run);
  }
};

INSTANTIATE_TEST_SUITE_P(Each, MissingTip,
                         testing::Values(Transport::http, Transport::http_filter,
                                         Transport::http_v0, Transport::path, Transport::ssh_v0),
                         transport_test_name);

TEST_P(MissingTip, OfTheSourceBlocksNoOtherRef) {
  write_ref(world.source, "refs/heads/miss", kMissing);
  write_ref(world.source, "refs/heads/new", std::string(40, '2'));
  const StepRun run = world.sync();
  EXPECT_EQ(run.error_of("refs/heads/miss"), "broken_ref") << run.story();
  EXPECT_EQ(run.error_of("refs/heads/new"), "broken_ref") << run.story();
  expect_others(run);
}

TEST_P(MissingTip, OfTheSourceIsNotPruned) {
  write_ref(world.source, "refs/heads/miss", kMissing);
  expect_others(world.sync({{"prune", "true"}}));
}

TEST_P(MissingTip, OfTheSourceThatIsDamagedBlocksNoOtherRef) {
  damage(world.source, world.source.commit("miss", {{"another", "file"}}));
  const StepRun run = world.sync({{"retries", "0"}});
  EXPECT_EQ(run.error_of("refs/heads/miss"), "broken_ref") << run.story();
  expect_others(run);
}

// The commit is there, and what it leads to is not.
TEST_P(MissingTip, OfTheSourceWithAMissingHistoryBlocksNoOtherRef) {
  const std::string parent = world.source.commit("miss", {{"another", "file"}});
  world.source.commit("miss", {{"another", "change"}});
  std::filesystem::remove(object_file(world.source, parent));
  const StepRun run = world.sync({{"retries", "0"}});
  EXPECT_EQ(run.error_of("refs/heads/miss"), "broken_ref") << run.story();
  expect_others(run);
}

TEST_P(MissingTip, OfTheSourceWithAMissingFileBlocksNoOtherRef) {
  world.source.commit("miss", {{"another", "file"}});
  std::filesystem::remove(
      object_file(world.source, world.source.git({"rev-parse", "miss:another"})));
  const StepRun run = world.sync({{"retries", "0"}});
  EXPECT_EQ(run.error_of("refs/heads/miss"), "broken_ref") << run.story();
  expect_others(run);
}

TEST_P(MissingTip, OfTheSourceThatStandsAloneIsAClearError) {
  const RefMap before = world.target.user_refs();
  write_ref(world.source, "refs/heads/miss", kMissing);
  const StepRun run = world.sync({{"branches", "miss"}});
  EXPECT_EQ(run.error_of("refs/heads/miss"), "broken_ref") << run.story();
  expect_target(world, before, run);
}

}  // namespace
}  // namespace occ::test
