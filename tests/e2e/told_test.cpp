// What is said of a failure: true, about the right side, with a remedy that can be followed.
#include "e2e/expect.hpp"
#include "support/canned_server.hpp"
#include "support/temp_dir.hpp"
#include "support/test_ca.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

namespace occ::test {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

// The line of the log that tells of the failure, and what the summary says of it.
std::string told(const StepRun& run) {
  const std::string log = run.log();
  const std::size_t at = log.find("::error");
  const std::size_t tasks = run.summary.find("#### What to do");
  return log.substr(std::min(at, log.size()), log.find('\n', at) - at) +
         (tasks == std::string::npos ? "" : run.summary.substr(tasks));
}

void expect_failure(const StepRun& run, const std::string& id) {
  EXPECT_EQ(run.output("status"), "failed") << run.story();
  EXPECT_EQ(run.error(), id) << run.story();
  EXPECT_THAT(run.log(), Not(HasSubstr("trying again"))) << "what stays is not tried again";
}

TEST(Advice, OnA403OfTheSourceIsNotToWriteTheTarget) {
  World world;
  world.source.commits("main", 1);
  const CannedServer server([](const CannedRequest&) { return CannedResponse{.status = 403}; });
  const std::string url = server.origin() + "/a/b.git";
  const StepRun with_token = world.sync({{"source_repo", url}});
  expect_failure(with_token, "no_permission");
  EXPECT_THAT(told(with_token), AllOf(HasSubstr("`source_token` read the source's contents"),
                                      Not(HasSubstr("target"))));
  const StepRun without = world.sync({{"source_repo", url}, {"source_token", ""}});
  expect_failure(without, "no_permission");
  EXPECT_THAT(told(without),
              AllOf(HasSubstr("Set `source_token`: none was given"), Not(HasSubstr("target"))));
}

TEST(Advice, OnA403OfTheTargetIsToWriteIt) {
  World world(WorldOptions{.target_server = {.pushes_forbidden = true}});
  world.source.commits("main", 1);
  const StepRun run = world.sync();
  EXPECT_EQ(run.error(), "no_permission") << run.story();
  EXPECT_THAT(told(run), AllOf(HasSubstr("`target_token` write the target's contents"),
                               Not(HasSubstr("source"))));
}

TEST(Advice, OnAnArchivedTargetIsNotAboutTheToken) {
  World world;
  world.source.commits("main", 1);
  const CannedServer server([](const CannedRequest&) {
    return CannedResponse{.status = 403,
                          .headers = {{"Content-Type", "text/plain"}},
                          .body = "This repository was archived so it is read-only.\n"};
  });
  const StepRun run = world.sync({{"target_repo", server.origin() + "/a/b.git"}});
  expect_failure(run, "read_only");
  EXPECT_THAT(told(run), AllOf(HasSubstr("Unarchive the target"), Not(HasSubstr("token"))));
}

TEST(Advice, OnAWrongTokenNamesTheSide) {
  World world;
  world.source.commits("main", 1);
  EXPECT_THAT(told(world.sync({{"source_token", "wrong-token"}})),
              AllOf(HasSubstr("`source_token`"), Not(HasSubstr("target"))));
  EXPECT_THAT(told(world.sync({{"target_token", "wrong-token"}})),
              AllOf(HasSubstr("`target_token`"), Not(HasSubstr("source"))));
}

TEST(Advice, OnAPathSpeaksOfNoToken) {
  World world(Transport::path);
  world.source.commits("main", 1);
  for (const char* input : {"source_repo", "target_repo"}) {
    const StepRun run = world.sync({{input, (world.folder() / "absent.git").string()}});
    expect_failure(run, "repository_not_found");
    EXPECT_THAT(told(run), AllOf(HasSubstr("Check the path in `" + std::string(input) + "`"),
                                 Not(HasSubstr("token")), Not(HasSubstr("GitHub"))));
  }
}

TEST(Advice, OnDubiousOwnershipOfTheSourceIsToTrustIt) {
  World world(Transport::path);
  world.source.commits("main", 1);
  // git's own switch for its own tests: whoever owns the folder is somebody else.
  const fs::path bin = world.folder() / "bin";
  fs::create_directories(bin);
  const std::string path = std::getenv("PATH");
  write_file(bin / "git",
             "#!/bin/sh\nexec env -u GIT_CONFIG_COUNT GIT_TEST_ASSUME_DIFFERENT_OWNER=1 PATH=\"" +
                 path + "\" git \"$@\"\n");
  fs::permissions(bin / "git", fs::perms::owner_all);
  world.runner().set_env("PATH", bin.string() + ':' + path);
  const StepRun run = world.sync();
  expect_failure(run, "no_permission");
  EXPECT_THAT(told(run), AllOf(HasSubstr("dubious ownership"), HasSubstr("safe.directory"),
                               Not(HasSubstr("token")), Not(HasSubstr("scope"))));
}

TEST(Advice, OnAStrangersKeyNamesTheKeyOnly) {
  World world(Transport::ssh);
  world.source.commits("main", 1);
  const StepRun run = world.sync({{"ssh_private_key", world.ssh_server().stranger_key()}});
  expect_failure(run, "authentication_failed");
  EXPECT_THAT(told(run), AllOf(HasSubstr("`ssh_private_key`"), Not(HasSubstr("token"))));
}

TEST(Advice, PointsToNoTextThatIsNotThere) {
  World world;
  world.source.commits("main", 1);
  world.target.hook("pre-receive", "exit 1\n");
  const StepRun run = world.sync();
  EXPECT_EQ(run.error_of("refs/heads/main"), "hook_declined") << run.story();
  EXPECT_THAT(run.log(), Not(HasSubstr("above")));
  EXPECT_THAT(run.summary, Not(HasSubstr("above")));
}

// A source whose newest commit has a file less than it should.
void damage(const GitRepo& repo) {
  const std::string blob = repo.git({"rev-parse", "main:f"});
  ASSERT_TRUE(fs::remove(repo.path() / "objects" / blob.substr(0, 2) / blob.substr(2)));
}

class DamagedSource : public OverTransport {};

INSTANTIATE_TEST_SUITE_P(Transports, DamagedSource,
                         testing::Values(Transport::http, Transport::path, Transport::ssh),
                         transport_test_name);

TEST_P(DamagedSource, IsNotTriedAgainAndTellsNoZeroByte) {
  world.source.commits("main", 2);
  world.source.commit("main", {{"f", "of its own\n"}});
  damage(world.source);
  const StepRun run = world.sync();
  expect_failure(run, "repository_damaged");
  EXPECT_THAT(told(run),
              AllOf(HasSubstr("remote side. Look at the source"), HasSubstr("git fsck")));
  EXPECT_THAT(run.log() + run.summary + run.raw_outputs,
              AllOf(Not(HasSubstr("\xEF\xBF\xBD")), Not(HasSubstr("\\u0000"))));
}

TEST(ADamagedTip, IsNotToldAsRewritten) {
  World world(Transport::path);
  world.source.commits("main", 2);
  const std::string tip = world.source.tip("main");
  ASSERT_TRUE(fs::remove(world.source.path() / "objects" / tip.substr(0, 2) / tip.substr(2)));
  const StepRun run = world.sync();
  EXPECT_EQ(run.error_of("refs/heads/main"), "broken_ref") << run.story();
  EXPECT_THAT(told(run), AllOf(HasSubstr("git fsck"), Not(HasSubstr("lease_lost"))));
}

TEST(APort, ThatIsNoneIsBadInput) {
  World world;
  for (const std::string port : {"99999", "0", "-5", "65536", "http"}) {
    for (const std::string scheme : {"https", "ssh"}) {
      const StepRun run =
          world.sync({{"target_repo", scheme + "://127.0.0.1:" + port + "/a/b.git"}});
      expect_failure(run, "bad_input");
      EXPECT_EQ(run.exit_code(), 2);
      EXPECT_THAT(told(run), AllOf(HasSubstr("target_repo: "), HasSubstr("1 to 65535")));
    }
  }
}

TEST(ABlankInAnAddress, IsRefusedWithAWordAboutItsSpelling) {
  World world;
  const StepRun run = world.sync({{"source_repo", "https://dev.azure.com/org/my project/_git/a"}});
  expect_failure(run, "bad_input");
  EXPECT_THAT(told(run), HasSubstr("%20"));
}

TEST(Https, ToAPlainPortIsNoCertificateProblem) {
  World world;
  world.source.commits("main", 1);
  std::string url = world.source_server().url("source.git");
  url.insert(4, "s");
  const StepRun run = world.sync({{"source_repo", url}});
  expect_failure(run, "wrong_scheme");
  EXPECT_THAT(told(run), AllOf(HasSubstr("does not speak TLS"), Not(HasSubstr("SSL_CERT_FILE"))));
}

TEST(PlainHttp, ToAPortOfHttpsSaysSo) {
  const TempDir folder;
  const TestCa ca{folder / "ca"};
  World world(WorldOptions{.source_server = {.tls = ca.issue("server", "IP:127.0.0.1")}});
  world.source.commits("main", 1);
  std::string url = world.source_server().url("source.git");
  url.erase(4, 1);
  const StepRun run = world.sync({{"source_repo", url}, {"retries", "0"}});
  EXPECT_EQ(run.exit_code(), 3) << run.story();
  EXPECT_THAT(told(run), HasSubstr("https"));
}

TEST(AnAddressOfIpv6, IsShownAsItIs) {
  World world;
  const StepRun run = world.sync({{"source_repo", "http://[::1]:1/a.git"}, {"retries", "0"}});
  EXPECT_THAT(run.log(), AllOf(HasSubstr("http://[::1]:1/a.git"), Not(HasSubstr("[: :1]"))));
}

TEST(AMissingProgram, IsToldByNameAndIsNoBadInput) {
  for (const Transport transport : {Transport::path, Transport::ssh}) {
    World world(transport);
    world.source.commits("main", 1);
    world.runner().set_env("PATH", "/nonexistent");
    const StepRun run = world.sync();
    expect_failure(run, "program_missing");
    EXPECT_EQ(run.exit_code(), 3);
    EXPECT_THAT(told(run), HasSubstr(transport == Transport::path ? "'git'" : "'ssh'"));
  }
}

TEST(ARunThatAskedNobody, TellsOfNoBytes) {
  World world;
  const StepRun run = world.sync({{"source_repo", "no repository"}});
  EXPECT_EQ(run.exit_code(), 2) << run.story();
  EXPECT_THAT(run.log(), AllOf(Not(HasSubstr("received")), Not(HasSubstr("Result"))));
}

TEST(OnATerminal, NoWorkflowCommandIsPrinted) {
  World world(Transport::path);
  world.source.commits("main", 1);
  world.mirror();
  world.source.commit("main");
  world.target.commit("main", {{"own", "1\n"}});
  const StepRun run = world.runner().run_in_terminal(
      {"--source_repo=" + world.source.path().string(),
       "--target_repo=" + world.target.path().string(), "--report=false"});
  EXPECT_EQ(run.exit_code(), 1) << run.log();
  EXPECT_THAT(run.log(), AllOf(HasSubstr("error: main: "), Not(HasSubstr("::"))));
}

// A proxy that loses its mind for one answer, when all is over but for the proof.
TEST(AListingThatIsRefusedAfterThePush, IsAskedForOnceMore) {
  for (const char* answer :
       {"Status: 401 Unauthorized\\r\\nContent-Length: 0\\r\\n\\r\\n", "Status: 204\\r\\n\\r\\n",
        "Content-Type: text/html\\r\\n\\r\\n<html>busy</html>"}) {
    const TempDir folder;
    const std::filesystem::path program = folder / "moody";
    write_file(program, "#!/bin/sh\ncase $QUERY_STRING in *receive-pack*) echo >>" +
                            (folder / "listings").string() + "; if [ $(wc -l <" +
                            (folder / "listings").string() + ") -eq 2 ]; then printf '" + answer +
                            "'; exit; fi;; esac\nexec " + git_http_backend().string() + "\n");
    std::filesystem::permissions(program, std::filesystem::perms::owner_all);
    World world(WorldOptions{.target_server = {.program = program}});
    world.source.commits("main", 2);
    world.mirror();
    world.source.commit("main");
    expect_synced(world, world.sync());
  }
}

}  // namespace
}  // namespace occ::test
