// How a host's repositories are named, and what github.com's settings cost.
#include "hosts/on_hosts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace occ::test {
namespace {

class Github : public testing::Test {
 protected:
  World world{WorldOptions{.source_host = Host::github, .target_host = Host::github}};

  // A large file, whose next version is small only as a delta against what the target has.
  void SetUp() override {
    const std::string large = noise(300'000, 7);
    world.source.commits("main", 40);
    world.source.annotated_tag("v1", "main~20");
    world.source.commit("main", {{"large", large}});
    world.mirror();
    world.source.make_bitmaps();
    world.source.commit("main", {{"large", large + "one line more\n"}});
  }
};

TEST_F(Github, KnowsARepositoryByOwnerAndName) {
  world.runner().set_env("GITHUB_SERVER_URL", world.source_host().origin());
  expect_synced(world, world.sync({{"source_repo", "octo/source"}}));
}

TEST_F(Github, KnowsAnAddressWithoutDotGit) {
  std::string address = world.source_host().url("source");
  address.erase(address.size() - 4);
  expect_synced(world, world.sync({{"source_repo", address}}));
}

// hosts 2: of tree filters there is tree:0 only, and a source with bitmaps ignores thin-pack.
TEST_F(Github, SendsAThinPackInSpiteOfItsBitmaps) {
  world.source_server().record_packs();
  const std::size_t floor =
      world.source.thin_pack_size(world.source.tip("main"), world.target.tip("main"));
  expect_synced(world, world.sync());
  std::size_t sent = 0;
  for (const std::size_t size : world.source_server().sent_pack_sizes()) sent += size;
  EXPECT_LE(sent, floor + 8'000);
}

class AzureDevOps : public testing::Test {
 protected:
  World world{WorldOptions{.source_host = Host::azure_devops, .target_host = Host::azure_devops}};
};

// hosts 10: blanks in the address, as people copy it.
TEST_F(AzureDevOps, KnowsAnAddressWithABlank) {
  world.source.commits("main", 3);
  ASSERT_THAT(world.source_host().url("source"), testing::HasSubstr("My%20Project"));
  expect_synced(world, world.sync());
}

}  // namespace
}  // namespace occ::test
