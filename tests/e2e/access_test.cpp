// Getting in: addresses, passwords, redirects, certificates, keys.
#include "e2e/access.hpp"

#include "support/canned_server.hpp"
#include "support/secrets.hpp"
#include "support/test_ca.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace occ::test {
namespace {

using testing::AnyOf;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

using Address = Access;

TEST_F(Address, OfAWorkflowsOwnRepositoryNeedsTheTargetAlone) {
  const TempDir folder;
  HttpServer server(folder / "server", {.required = Credentials{"x-access-token", "both-t0ken"}});
  GitRepo source = GitRepo::init(server.repositories() / "octo/source.git");
  GitRepo target = GitRepo::init(server.repositories() / "octo/copy.git");
  source.commits("main", 3);
  source.branch("dev", "main");
  source.annotated_tag("v1", "main");
  Runner runner(folder / "runner");
  runner.set_env("GITHUB_SERVER_URL", server.origin());
  const StepRun run = runner.run({{"target_repo", "octo/copy"},
                                  {"target_token", "both-t0ken"},
                                  {"github_token", "both-t0ken"}});
  EXPECT_EQ(run.exit_code(), 0) << run.story();
  EXPECT_EQ(difference({{"refs/heads/main", source.tip("main")},
                        {"refs/tags/v1", source.tip("refs/tags/v1")}},
                       target.user_refs()),
            "");
  EXPECT_EQ(target.fsck(), "");
}

TEST_F(Address, AnEmptyTargetTokenIsNotReplacedInSilence) {
  const TempDir folder;
  HttpServer server(folder / "server", {.required = Credentials{"x-access-token", "both-t0ken"}});
  GitRepo source = GitRepo::init(server.repositories() / "octo/source.git");
  GitRepo target = GitRepo::init(server.repositories() / "octo/copy.git");
  source.commits("main", 1);
  Runner runner(folder / "runner");
  runner.set_env("GITHUB_SERVER_URL", server.origin());
  const StepRun run = runner.run({{"target_repo", "octo/copy"}, {"github_token", "both-t0ken"}});
  EXPECT_EQ(run.exit_code(), 0) << run.story();
  EXPECT_THAT(run.log(), HasSubstr("::warning title=Empty target_token::target_token is empty"));

  const StepRun own = runner.run({{"source_repo", "octo/copy"},
                                  {"target_repo", "octo/source"},
                                  {"github_token", "both-t0ken"}});
  EXPECT_THAT(own.log(), HasSubstr("target_token is empty, so github_token is used"));
  EXPECT_THAT(own.log(), Not(HasSubstr("title=Empty target_token")));

  const StepRun given = runner.run({{"target_repo", "octo/copy"},
                                    {"target_token", "both-t0ken"},
                                    {"github_token", "both-t0ken"}});
  EXPECT_THAT(given.log(), Not(HasSubstr("target_token is empty")));
}

TEST_F(Address, MayComeFromTheEnvironment) {
  World local(Transport::path);
  prepare(local);
  local.runner().set_env("SOURCE_REPO", local.source.path().string());
  local.runner().set_env("TARGET_REPO", local.target.path().string());
  expect_synced(local, local.runner().run({}));
}

TEST_F(Address, MayBeAFileUrl) {
  World local(Transport::path);
  prepare(local);
  expect_synced(local, local.sync({{"source_repo", "file://" + local.source.path().string()},
                                   {"target_repo", "file://" + local.target.path().string()}}));
}

TEST_F(Address, MayBeRelativeToTheWorkspace) {
  World local(Transport::path);
  prepare(local);
  std::filesystem::create_directory_symlink(local.folder().path(),
                                            local.runner().workspace() / "here");
  expect_synced(local, local.sync({{"source_repo", "./here/source/source.git"},
                                   {"target_repo", "./here/target/target.git"}}));
}

TEST_F(Address, MayHoldLettersThatShellsCareAbout) {
  for (const Transport transport : {Transport::path, Transport::ssh}) {
    SCOPED_TRACE(name_of(transport));
    World odd(transport);
    prepare(odd);
    const std::filesystem::path place = odd.folder() / "it's $HOME;here`.git";
    std::filesystem::rename(odd.target.path(), place);
    odd.target = GitRepo(place);
    const std::string address =
        transport == Transport::ssh ? odd.ssh_server().url(place) : place.string();
    const StepRun run = odd.sync({{"target_repo", address}});
    expect_synced(odd, run);
  }
}

TEST_F(Address, MayHoldUserAndPassword) {
  const auto with_password = [](const HttpServer& server, const std::string& password) {
    return "http://somebody:" + password + "@127.0.0.1:" + std::to_string(server.port()) + "/";
  };
  World named(WorldOptions{.source_server = {.required = Credentials{"somebody", "a+b c"}},
                           .target_server = {.required = Credentials{"somebody", "d/e@f"}}});
  prepare(named);
  expect_synced(
      named,
      named.sync({{"source_repo", with_password(named.source_server(), "a%2Bb%20c") + "source.git"},
                  {"source_token", ""},
                  {"target_repo", with_password(named.target_server(), "d%2Fe%40f") + "target.git"},
                  {"target_token", ""}}));
}

TEST_F(Address, MayNeedAnotherUserName) {
  World named(WorldOptions{.source_server = {.required = Credentials{"reader", "pw-one"}},
                           .target_server = {.required = Credentials{"writer", "pw-two"}}});
  prepare(named);
  expect_synced(named, named.sync({{"source_username", "reader"},
                                   {"source_token", "pw-one"},
                                   {"target_username", "writer"},
                                   {"target_token", "pw-two"}}));
}

using Refusal = Access;

TEST_F(Refusal, OfTheSourcesToken) {
  const RefMap before = world.target.user_refs();
  expect_refused(world.sync({{"source_token", "wrong-token"}}), "authentication_failed", before);
}

TEST_F(Refusal, OfTheTargetsToken) {
  const RefMap before = world.target.user_refs();
  expect_refused(world.sync({{"target_token", "wrong-token"}}), "authentication_failed", before);
}

TEST_F(Refusal, OfAMissingRepository) {
  const RefMap before = world.target.user_refs();
  const std::string nowhere = world.source_server().url("no-such.git");
  expect_refused(world.sync({{"source_repo", nowhere}}), "repository_not_found", before);
}

TEST_F(Refusal, OfAMissingTarget) {
  const RefMap before = world.target.user_refs();
  const std::string nowhere = world.target_server().url("no-such.git");
  expect_refused(world.sync({{"target_repo", nowhere}}), "repository_not_found", before);
}

TEST_F(Refusal, OfAPushByATokenThatMayOnlyRead) {
  World readonly(WorldOptions{.target_server = {.pushes_forbidden = true}});
  prepare(readonly);
  const RefMap before = readonly.target.user_refs();
  const StepRun run = readonly.sync();
  expect_status(run, 3, "failed");
  EXPECT_EQ(run.error(), "no_permission");
  expect_target(readonly, before, run);
}

TEST_F(Refusal, OfAMissingPath) {
  World local(Transport::path);
  prepare(local);
  const StepRun run = local.sync({{"source_repo", (local.folder() / "absent.git").string()}});
  expect_status(run, 3, "failed");
  EXPECT_EQ(run.error(), "repository_not_found");
}

using Redirect = Access;

TEST_F(Redirect, OfARenamedRepositoryIsFollowed) {
  World renamed(WorldOptions{.source_server = {.renamed = {{"/old/source.git", "/source.git"}}},
                             .target_server = {.renamed = {{"/old/target.git", "/target.git"}}}});
  prepare(renamed);
  expect_synced(renamed,
                renamed.sync({{"source_repo", renamed.source_server().url("old/source.git")},
                              {"target_repo", renamed.target_server().url("old/target.git")}}));
  for (HttpServer* server : {&renamed.source_server(), &renamed.target_server()}) {
    const auto requests = server->requests();
    EXPECT_THAT(requests, Contains(testing::Field(&LoggedRequest::status, 301)));
    EXPECT_TRUE(std::none_of(requests.begin(), requests.end(), [](const LoggedRequest& r) {
      return r.method == "POST" && r.status != 200;
    }));
  }
}

TEST_F(Redirect, ToAnotherHostCarriesNoPassword) {
  const RefMap before = world.target.user_refs();
  const CannedServer other([](const CannedRequest&) { return CannedResponse{.status = 401}; });
  for (const std::string& host :
       {other.origin(), "http://localhost:" + std::to_string(other.port())}) {
    const CannedServer here(redirect_to(host));
    for (const char* side : {"source_repo", "target_repo"}) {
      const StepRun run = world.sync({{side, here.origin() + "/octo/name.git"}, {"retries", "0"}});
      EXPECT_EQ(run.exit_code(), 3) << run.story();
      expect_target(world, before, run);
    }
    EXPECT_THAT(here.requests(), Contains(testing::Field(&CannedRequest::headers,
                                                         Contains(testing::Key("authorization")))));
  }
  for (const CannedRequest& request : other.requests()) {
    EXPECT_THAT(request.headers, Not(Contains(testing::Key("authorization"))));
    EXPECT_THAT(leaks(request.target, "redirected", {World::kSourceToken, World::kTargetToken}),
                IsEmpty());
  }
}

TEST_F(Redirect, ThatNeverEndsIsAnError) {
  std::string itself;
  const CannedServer loop([&](const CannedRequest& request) {
    return CannedResponse{.status = 302, .headers = {{"Location", itself + request.target}}};
  });
  itself = loop.origin();
  const StepRun run = world.sync({{"source_repo", loop.origin() + "/r.git"}, {"retries", "0"}});
  EXPECT_EQ(run.exit_code(), 3) << run.story();
  EXPECT_LT(loop.requests().size(), 12U);
}

class Tls : public testing::Test {
 protected:
  TempDir folder;
  TestCa ca{folder / "ca"};

  static WorldOptions served_by(const TlsIdentity& identity) {
    return {.source_server = {.tls = identity}, .target_server = {.tls = identity}};
  }

  static void expect_mistrusted(World& world) {
    const RefMap before = world.target.user_refs();
    const StepRun run = world.sync({{"retries", "0"}});
    expect_status(run, 3, "failed");
    EXPECT_EQ(run.error(), "tls_failure");
    expect_target(world, before, run);
  }
};

TEST_F(Tls, IsTrustedThroughSslCertFile) {
  World world(served_by(ca.issue("server", "IP:127.0.0.1")));
  world.source.commits("main", 3);
  world.runner().set_env("SSL_CERT_FILE", ca.root_certificate().string());
  expect_synced(world, world.sync());
}

TEST_F(Tls, IsTrustedThroughNodeExtraCaCerts) {
  World world(served_by(ca.issue("server", "IP:127.0.0.1")));
  world.source.commits("main", 3);
  world.runner().set_env("NODE_EXTRA_CA_CERTS", ca.root_certificate().string());
  expect_synced(world, world.sync());
}

TEST_F(Tls, IsNotTrustedWithoutItsRoot) {
  World world(served_by(ca.issue("server", "IP:127.0.0.1")));
  world.source.commits("main", 3);
  expect_mistrusted(world);
}

TEST_F(Tls, IsNotTrustedUnderAnotherName) {
  World world(served_by(ca.issue("server", "DNS:elsewhere.example")));
  world.source.commits("main", 3);
  world.runner().set_env("SSL_CERT_FILE", ca.root_certificate().string());
  expect_mistrusted(world);
}

class Ssh : public testing::Test {
 protected:
  World world{Transport::ssh};

  void SetUp() override { world.source.commits("main", 3); }

  void expect_refused(const StepRun& run) {
    expect_status(run, 3, "failed");
    EXPECT_THAT(run.error(), AnyOf("ssh_failed", "authentication_failed")) << run.story();
    expect_target(world, {}, run);
  }
};

TEST_F(Ssh, RefusesAHostWithAnotherKey) {
  expect_refused(world.sync({{"ssh_known_hosts", world.ssh_server().wrong_known_hosts()}}));
}

TEST_F(Ssh, RefusesAHostThatIsNotKnown) {
  expect_refused(world.sync({{"ssh_known_hosts", ""}}));
  expect_refused(world.sync({{"ssh_known_hosts", "github.com ssh-ed25519 AAAA\n"}}));
}

TEST_F(Ssh, IsRefusedWithAStrangersKey) {
  expect_refused(world.sync({{"ssh_private_key", world.ssh_server().stranger_key()}}));
}

TEST_F(Ssh, TakesAKeyThatLostItsLastNewline) {
  std::string key = world.ssh_server().private_key();
  while (key.ends_with('\n')) key.pop_back();
  expect_synced(world, world.sync({{"ssh_private_key", key}}));
}

TEST_F(Ssh, LeavesNoKeyBehind) {
  expect_synced(world, world.sync());
  const std::string key = world.ssh_server().private_key();
  const std::string heart = key.substr(key.size() / 2, 40);
  EXPECT_THAT(leaks_below(world.runner().folder(), {heart}), IsEmpty());
}

TEST_F(Ssh, DoesNotRunWhatAnAddressSmugglesIn) {
  const std::string marker = (world.folder() / "smuggled").string();
  for (const std::string& address : {"ssh://-oProxyCommand=touch${IFS}" + marker + "/r.git",
                                     "ssh://127.0.0.1:1/x';touch " + marker + ";'",
                                     "-oProxyCommand=touch " + marker + ":r.git"}) {
    const StepRun run = world.sync({{"source_repo", address}, {"retries", "0"}});
    EXPECT_THAT(run.exit_code(), AnyOf(2, 3)) << run.story();
    EXPECT_FALSE(std::filesystem::exists(marker)) << address;
  }
}

// As Azure DevOps answers a token that it does not take.
TEST(ASignInPage, IsToldAsATokenThatWasNotAccepted) {
  const CannedResponse page{.status = 203,
                            .headers = {{"Content-Type", "text/html"}},
                            .body = "<html><title>Sign in</title></html>"};
  const CannedResponse redirect{.status = 302,
                                .headers = {{"Location", "http://127.0.0.1:1/_signin?realm=x"}}};
  for (const CannedResponse& answer : {page, redirect}) {
    World world;
    const CannedServer server([&](const CannedRequest&) { return answer; });
    const StepRun run =
        world.sync({{"source_repo", server.origin() + "/org/my%20project/_git/source"}});
    EXPECT_EQ(run.exit_code(), 3) << run.story();
    EXPECT_EQ(run.error(), "authentication_failed") << run.story();
    EXPECT_EQ(server.requests().front().target,
              "/org/my%20project/_git/source/info/refs?service=git-upload-pack");
  }
}

}  // namespace
}  // namespace occ::test
