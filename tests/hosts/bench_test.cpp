// Whether the hosts of the tests are servers at all, by the judgement of the real git, and whether
// they turn away whom the public ones do.
#include "hosts/on_hosts.hpp"
#include "support/canned_server.hpp"
#include "support/secrets.hpp"
#include "support/socket.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace occ::test {
namespace {

using testing::HasSubstr;

class TheHost : public testing::TestWithParam<Host> {
 protected:
  World world{WorldOptions{.source_host = GetParam(), .target_host = GetParam()}};

  // The address with the password in it.
  [[nodiscard]] static std::string with_password(std::string address, std::string_view token) {
    std::string user = "x-access-token:";
    constexpr std::string_view kHex = "0123456789ABCDEF";
    for (const char c : token) {
      const auto byte = static_cast<unsigned char>(c);
      user += {'%', kHex[byte >> 4], kHex[byte & 15]};
    }
    return address.insert(address.find("//") + 2, user + "@");
  }
  // What `git ls-remote` ends with, under another name.
  [[nodiscard]] int exit_code_as(const std::string& agent, const std::string& address) const {
    return run_process({"git", "-c", "http.userAgent=" + agent, "ls-remote", address},
                       {.env = git_environment()})
        .exit_code;
  }
};

INSTANTIATE_TEST_SUITE_P(Hosts, TheHost, testing::ValuesIn(hosts_here()), host_test_name);

TEST_P(TheHost, ServesTheRealGit) {
  world.source.commits("main", 3);
  world.source.annotated_tag("v1", "main");
  const std::string from = with_password(world.source_host().url("source"), World::kSourceToken);
  const std::string to = with_password(world.target_host().url("target"), World::kTargetToken);
  const GitRepo clone = GitRepo::init(world.folder() / "clone.git");
  clone.git({"fetch", "-q", from, "+refs/*:refs/*"});
  clone.git({"push", "-q", to, "main", "refs/tags/v1"});
  world.source.commits("main", 2);
  clone.git({"fetch", "-q", from, "+refs/*:refs/*"});
  // As git does it by itself: the server's want of offset deltas is respected.
  clone.git({"push", "-q", to, "main", "main:refs/heads/other"});
  RefMap expected = world.source.refs();
  expected["refs/heads/other"] = world.source.tip("main");
  EXPECT_EQ(difference(expected, world.target.refs()), "");
  EXPECT_EQ(world.target.fsck(), "");
  if (profile_of(GetParam()).deletes) {
    clone.git({"push", "-q", to, ":refs/heads/other"});
    EXPECT_EQ(difference(world.source.refs(), world.target.refs()), "");
  }
}

// The rules are rules: what a host does not offer, or refuses, does not work.
TEST(TheMinimalHost, RefusesADeletionAndOffsetDeltas) {
  World world(WorldOptions{.target_host = Host::minimal});
  world.source.commits("main", 30);
  world.mirror();
  world.target.branch("gone", "main");
  const std::string to = world.target_host().origin();
  const auto push = [&](const std::string& body) {
    const Fd socket =
        connect_to_loopback(static_cast<std::uint16_t>(std::stoi(to.substr(to.rfind(':') + 1))));
    const std::string user = base64(std::string("x-access-token:") + World::kTargetToken);
    send_all(socket.get(),
             "POST /target.git/git-receive-pack HTTP/1.0\r\nUser-Agent: git/2\r\n"
             "Authorization: Basic " +
                 user +
                 "\r\nContent-Type: application/x-git-receive-pack-request\r\n"
                 "Content-Length: " +
                 std::to_string(body.size()) + "\r\n\r\n" + body);
    return read_to_end(socket.get());
  };
  const std::string tip = world.target.tip("gone");
  const std::string null(40, '0');
  EXPECT_THAT(
      push(packet(tip + " " + null + " refs/heads/gone" + '\0' + " report-status") + "0000"),
      HasSubstr("without 'delete-refs'"));
  EXPECT_THAT(push(packet(null + " " + tip + " refs/heads/b" + '\0' + " side-band-64k") + "0000"),
              HasSubstr("was not offered"));
  const std::string pack =
      world.source.git({"pack-objects", "--all", "--stdout", "--delta-base-offset", "-q"});
  EXPECT_THAT(
      push(packet(null + " " + tip + " refs/heads/b" + '\0' + " report-status") + "0000" + pack),
      HasSubstr("an offset delta"));
  EXPECT_EQ(world.target.tip("gone"), tip);
}

class AHostOfGit : public TheHost {};

std::vector<Host> hosts_of_git() {
  std::vector<Host> hosts = hosts_here();
  std::erase_if(hosts, [](Host host) { return profile_of(host).rules.is_null(); });
  return hosts;
}

INSTANTIATE_TEST_SUITE_P(Hosts, AHostOfGit, testing::ValuesIn(hosts_of_git()), host_test_name);

TEST_P(AHostOfGit, TurnsAwayWhoIntroducesHimselfAsAnother) {
  world.source.commit("main");
  const std::string address = with_password(world.source_host().url("source"), World::kSourceToken);
  for (const char* agent : {"curl/8", "sync-action/2.0.0", "Mozilla/5.0 git/2.40"}) {
    EXPECT_EQ(exit_code_as(agent, address), 128) << agent;
  }
  for (const char* agent : {"git/2.40.0", "git/2.0 (sync-action/2.0.0)"}) {
    EXPECT_EQ(exit_code_as(agent, address), 0) << agent;
  }
}

}  // namespace
}  // namespace occ::test
