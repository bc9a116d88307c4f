// The servers of the fixtures, used by the real git.
#include "support/canned_server.hpp"
#include "support/git.hpp"
#include "support/http_server.hpp"
#include "support/ssh_server.hpp"
#include "support/tcp_proxy.hpp"
#include "support/temp_dir.hpp"
#include "support/test_ca.hpp"
#include "support/world.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace occ::test {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;

ProcessResult git(const std::vector<std::string>& arguments, const Environment& more = {}) {
  ProcessOptions options{.env = git_environment()};
  for (const auto& [name, value] : more) options.env[name] = value;
  std::vector<std::string> argv{"git"};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  return run_process(argv, options);
}

struct Served {
  TempDir folder;
  HttpServer server;
  GitRepo repo;
  explicit Served(const HttpServerOptions& options = {})
      : server(folder / "server", options), repo(GitRepo::init(server.repositories() / "r.git")) {
    repo.commits("main", 3);
  }
};

TEST(HttpServer, ServesClonesAndPushes) {
  Served it;
  GitRepo clone = GitRepo::init(it.folder / "clone.git");
  clone.git({"fetch", it.server.url("r.git"), "main:main"});
  const std::string tip = clone.commit("main");
  clone.git({"push", it.server.url("r.git"), "main"});
  EXPECT_EQ(it.repo.tip("main"), tip);
}

TEST(HttpServer, TakesAPushOf100Megabytes) {
  Served it;
  GitRepo local = GitRepo::init(it.folder / "local.git");
  local.expect_noise();
  it.repo.expect_noise();
  FileMap files;
  for (std::uint64_t i = 0; i < 10; ++i) files["blob" + std::to_string(i)] = noise(10'000'000, i);
  local.commit("big", files);
  local.git({"push", it.server.url("r.git"), "big"});
  EXPECT_EQ(it.repo.tip("big"), local.tip("big"));
}

TEST(HttpServer, LogsEachRequestWithItsSize) {
  Served it;
  ASSERT_EQ(git({"ls-remote", it.server.url("r.git")}).exit_code, 0);
  const auto requests = it.server.requests();
  ASSERT_EQ(requests.size(), 2U);
  EXPECT_EQ(requests[0].path, "/r.git/info/refs");
  EXPECT_TRUE(requests[0].is_for("git-upload-pack"));
  EXPECT_FALSE(requests[0].is_for("git-receive-pack"));
  EXPECT_EQ(requests[1].method, "POST");
  EXPECT_EQ(requests[1].status, 200);
  EXPECT_GT(requests[1].bytes_in, 100);
  EXPECT_GT(requests[1].bytes_out, 100);
  EXPECT_EQ(it.server.requests().size(), 2U);  // looking leaves no trace
}

TEST(HttpServer, CanBeWithoutProtocolV2) {
  Served it({.protocol = GitProtocol::v0});
  const auto seen = git({"ls-remote", it.server.url("r.git")}, {{"GIT_TRACE_PACKET", "1"}});
  EXPECT_EQ(seen.exit_code, 0);
  EXPECT_EQ(seen.err.find("version 2"), std::string::npos);
  EXPECT_EQ(it.server.requests().size(), 1U);
}

TEST(HttpServer, AsksForThePassword) {
  Served it({.required = Credentials{"me", "p w"}});
  EXPECT_NE(git({"ls-remote", it.server.url("r.git")}).exit_code, 0);
  const std::string url =
      "http://me:p%20w@127.0.0.1:" + std::to_string(it.server.port()) + "/r.git";
  EXPECT_EQ(git({"ls-remote", url}).exit_code, 0);
}

TEST(HttpServer, AnswersClientsOfGitOnly) {
  Served it;
  const auto answer_to = [&](const std::string& user_agent) {
    const Fd socket = connect_to_loopback(it.server.port());
    send_all(socket.get(), "GET /r.git/info/refs?service=git-upload-pack HTTP/1.0\r\nUser-Agent: " +
                               user_agent + "\r\n\r\n");
    return read_to_end(socket.get());
  };
  EXPECT_THAT(answer_to("git/1.0"), HasSubstr(" 200 "));
  EXPECT_THAT(answer_to("sync-action/2.0.0 git/2.0"), HasSubstr(" 403 "));
}

TEST(HttpServer, CanForbidPushes) {
  Served it({.pushes_forbidden = true});
  EXPECT_EQ(git({"ls-remote", it.server.url("r.git")}).exit_code, 0);
  EXPECT_THAT(
      git({"-C", it.repo.path().string(), "push", it.server.url("r.git"), "main:other"}).err,
      HasSubstr("403"));
}

TEST(HttpServer, RedirectsARenamedRepository) {
  Served it({.renamed = {{"/old/name", "/r.git"}}});
  const auto seen = git({"ls-remote", it.server.url("old/name")});
  EXPECT_THAT(seen.out, HasSubstr("refs/heads/main"));
  EXPECT_EQ(it.server.requests().front().status, 301);
}

TEST(HttpServer, CanRefuseChunkedBodies) {
  Served it({.chunked_bodies = ChunkedBodies::refused_with_411});
  GitRepo local = GitRepo::init(it.folder / "local.git");
  local.commit("big", {{"blob", noise(3'000'000, 7)}});
  const std::string url = it.server.url("r.git");
  EXPECT_THAT(git({"-C", local.path().string(), "push", url, "big"}).err, HasSubstr("411"));
  EXPECT_EQ(git({"-C", local.path().string(), "-c", "http.postBuffer=9000000", "push", url, "big"})
                .exit_code,
            0);
}

TEST(HttpServer, CanLimitTheSizeOfARequest) {
  Served it({.largest_request_kib = 500});
  GitRepo local = GitRepo::init(it.folder / "local.git");
  local.commit("big", {{"blob", noise(3'000'000, 7)}});
  EXPECT_NE(git({"-C", local.path().string(), "push", it.server.url("r.git"), "big"}).exit_code, 0);
  const auto requests = it.server.requests();
  EXPECT_EQ(std::count_if(requests.begin(), requests.end(),
                          [](const LoggedRequest& r) { return r.status == 413; }),
            1);
}

TEST(HttpServer, SpeaksTlsWithACertificateOfTheTestsOwn) {
  const TempDir folder;
  const TestCa ca(folder / "ca");
  Served it({.tls = ca.issue("server", "IP:127.0.0.1")});
  const std::string url = it.server.url("r.git");
  EXPECT_EQ(git({"ls-remote", url}, {{"GIT_SSL_CAINFO", ca.root_certificate().string()}}).exit_code,
            0);
  EXPECT_NE(git({"ls-remote", url}).exit_code, 0);
}

TEST(HttpServer, KeepsTheSizesOfThePacksThatItSends) {
  Served it;
  it.server.record_packs();
  GitRepo clone = GitRepo::init(it.folder / "clone.git");
  clone.git({"fetch", it.server.url("r.git"), "main:main"});
  ASSERT_EQ(it.server.sent_pack_sizes().size(), 1U);
  EXPECT_GT(it.server.sent_pack_sizes().front(), 300U);
}

TEST(TcpProxy, PassesEverythingAndCountsIt) {
  Served it;
  TcpProxy proxy(it.server.port());
  EXPECT_THAT(git({"ls-remote", proxy.url("r.git")}).out, HasSubstr("refs/heads/main"));
  std::uint64_t in = 0;
  std::uint64_t out = 0;
  for (const auto& request : it.server.requests()) {
    in += static_cast<std::uint64_t>(request.bytes_in);
    out += static_cast<std::uint64_t>(request.bytes_out);
  }
  EXPECT_EQ(proxy.bytes_up(), in);
  EXPECT_EQ(proxy.bytes_down(), out);
}

TEST(TcpProxy, CutsTheAnswerToAPushThatTookPlace) {
  Served it;
  TcpProxy proxy(it.server.port(), {.cut = CutAt::push_response, .times = 1});
  EXPECT_NE(
      git({"-C", it.repo.path().string(), "push", proxy.url("r.git"), "main:other"}).exit_code, 0);
  EXPECT_EQ(proxy.cuts(), 1);
  EXPECT_EQ(it.repo.tip("refs/heads/other"), it.repo.tip("main"));
}

TEST(TcpProxy, CutsAnUploadInItsMiddle) {
  Served it;
  GitRepo local = GitRepo::init(it.folder / "local.git");
  local.commit("big", {{"blob", noise(3'000'000, 7)}});
  TcpProxy proxy(it.server.port(), {.cut = CutAt::upload, .after_bytes = 1'000'000, .times = 1});
  const std::vector<std::string> push{"-C", local.path().string(), "push", proxy.url("r.git"),
                                      "big"};
  EXPECT_NE(git(push).exit_code, 0);
  EXPECT_FALSE(it.repo.refs().contains("refs/heads/big"));
  EXPECT_EQ(git(push).exit_code, 0);
}

TEST(TcpProxy, SlowsDown) {
  Served it;
  it.repo.commit("main", {{"blob", noise(300'000, 3)}});
  TcpProxy proxy(it.server.port(), {.download_rate = 300'000});
  GitRepo clone = GitRepo::init(it.folder / "clone.git");
  const auto start = std::chrono::steady_clock::now();
  clone.git({"fetch", proxy.url("r.git"), "main:main"});
  EXPECT_GT(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(800));
}

TEST(TcpProxy, FlipsABitNowAndThen) {
  CannedServer server([](const CannedRequest&) { return CannedResponse{.body = "aaaa"}; });
  TcpProxy whole(server.port());
  const auto get = [](std::uint16_t port) {
    const Fd socket = connect_to_loopback(port);
    send_all(socket.get(), "GET / HTTP/1.0\r\n\r\n");
    return read_to_end(socket.get());
  };
  std::string expected = get(whole.port());
  TcpProxy flipping(server.port(), {.flip_every = expected.size() / 2});
  expected[expected.size() / 2 - 1] ^= 1;
  expected[expected.size() / 2 * 2 - 1] ^= 1;
  EXPECT_EQ(get(flipping.port()), expected);
}

TEST(TcpProxy, AnswersInTheServersPlace) {
  Served it;
  TcpProxy proxy(it.server.port(),
                 {.answer = "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
                  .answers = 1});
  EXPECT_THAT(git({"ls-remote", proxy.url("r.git")}).err, HasSubstr("503"));
  EXPECT_EQ(git({"ls-remote", proxy.url("r.git")}).exit_code, 0);
}

TEST(TcpProxy, AnswersOnlyWhatItIsToldTo) {
  CannedServer there([](const CannedRequest&) { return CannedResponse{.body = "there"}; });
  const TcpProxy proxy(there.port(),
                       {.answer = "HTTP/1.1 503 Busy\r\n\r\n", .answers = 9, .answered = "POST "});
  const auto ask = [&](const std::string& method) {
    const Fd socket = connect_to_loopback(proxy.port());
    send_all(socket.get(), method + " / HTTP/1.0\r\n\r\n");
    return read_to_end(socket.get());
  };
  EXPECT_THAT(ask("GET"), HasSubstr("there"));
  EXPECT_THAT(ask("POST"), HasSubstr("503"));
}

TEST(TcpProxy, CountsRequestsThatWaitedForAnAnswer) {
  using namespace std::chrono_literals;
  CannedServer there([](const CannedRequest&) { return CannedResponse{}; });
  const auto trips = std::make_shared<RoundTrips>();
  const ProxyOptions far{.delay = 100ms, .round_trips = trips};
  const TcpProxy one(there.port(), far), other(there.port(), far);
  const auto start = std::chrono::steady_clock::now();
  const auto ask_both = [&] {
    const Fd first = connect_to_loopback(one.port()), second = connect_to_loopback(other.port());
    for (const Fd* socket : {&first, &second}) send_all(socket->get(), "GET / HTTP/1.0\r\n\r\n");
    return read_to_end(first.get()) + read_to_end(second.get());
  };
  for (int trip = 1; trip <= 3; ++trip) {
    EXPECT_THAT(ask_both(), HasSubstr("200"));
    EXPECT_EQ(trips->serial, trip);
  }
  EXPECT_GE(std::chrono::steady_clock::now() - start, 300ms);
}

TEST(CannedServer, SaysWhatItIsToldAndRemembersWhatItHeard) {
  CannedServer there([](const CannedRequest&) { return CannedResponse{.status = 404}; });
  CannedServer here(redirect_to(there.origin()));
  EXPECT_NE(git({"ls-remote", here.origin() + "/r.git"}).exit_code, 0);
  ASSERT_FALSE(there.requests().empty());
  EXPECT_EQ(there.requests()[0].target, "/r.git/info/refs?service=git-upload-pack");
  EXPECT_THAT(there.requests()[0].headers.at("user-agent"), HasSubstr("git/"));
}

TEST(SshServer, LetsItsKeyInAndNoOther) {
  const TempDir folder;
  const SshServer server(folder / "ssh");
  GitRepo repo = GitRepo::init(folder / "r.git");
  repo.commit("main");
  const auto list_with = [&](const std::string& key, const std::string& hosts) {
    write_file(folder / "key", key);
    std::filesystem::permissions(folder / "key", std::filesystem::perms::owner_read);
    write_file(folder / "hosts", hosts);
    const std::string ssh = "ssh -F /dev/null -o BatchMode=yes -o IdentitiesOnly=yes -i " +
                            (folder / "key").string() +
                            " -o UserKnownHostsFile=" + (folder / "hosts").string();
    const auto done = git({"ls-remote", server.url(repo.path())}, {{"GIT_SSH_COMMAND", ssh}});
    std::filesystem::remove(folder / "key");
    return done;
  };
  EXPECT_THAT(list_with(server.private_key(), server.known_hosts()).out,
              HasSubstr("refs/heads/main"));
  EXPECT_NE(list_with(server.stranger_key(), server.known_hosts()).exit_code, 0);
  EXPECT_NE(list_with(server.private_key(), server.wrong_known_hosts()).exit_code, 0);
}

TEST(SshServer, LetsGitSpeakProtocolV2) {
  const TempDir folder;
  const SshServer server(folder / "ssh");
  GitRepo repo = GitRepo::init(folder / "r.git");
  repo.commit("main");
  write_file(folder / "key", server.private_key());
  std::filesystem::permissions(folder / "key", std::filesystem::perms::owner_read);
  const auto seen = git({"ls-remote", server.url(repo.path())},
                        {{"GIT_TRACE_PACKET", "1"},
                         {"GIT_SSH_COMMAND",
                          "ssh -F /dev/null -o StrictHostKeyChecking=no -o "
                          "UserKnownHostsFile=/dev/null -i " +
                              (folder / "key").string()}});
  EXPECT_THAT(seen.err, HasSubstr("version 2"));
}

TEST(Runner, ReadsWhatAStepLeaves) {
  const TempDir folder;
  write_script(folder / "action",
               "#!/bin/sh\necho \"status<<E\nin_sync\nE\" >>\"$GITHUB_OUTPUT\"\n"
               "echo 'result={\"refs\":[{\"target_ref\":\"refs/heads/x\",\"result\":\"created\"}]}'"
               " >>\"$GITHUB_OUTPUT\"\n"
               "echo \"# $INPUT_TARGET_REPO\" >>\"$GITHUB_STEP_SUMMARY\"\nexit 1\n");
  ::setenv("SYNC_ACTION_BIN", (folder / "action").c_str(), 1);
  Runner runner(folder / "runner");
  const StepRun run = runner.run({{"target_repo", "octo/copy"}});
  ::unsetenv("SYNC_ACTION_BIN");
  EXPECT_EQ(run.exit_code(), 1);
  EXPECT_EQ(run.output("status"), "in_sync");
  EXPECT_EQ(run.result_of("refs/heads/x"), "created");
  EXPECT_EQ(run.result_of("refs/heads/y"), "");
  EXPECT_EQ(run.summary, "# octo/copy\n");
}

}  // namespace
}  // namespace occ::test
