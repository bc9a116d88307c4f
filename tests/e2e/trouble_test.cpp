// Broken connections, slow servers, cancelled runs: whatever happens, the target is whole and the
// report is true.
#include "e2e/expect.hpp"
#include "support/canned_server.hpp"
#include "support/tcp_proxy.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <signal.h>
#include <thread>

namespace occ::test {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

// A proxy stands in front of one of the sides.
class Connection : public testing::Test {
 protected:
  World world;
  std::unique_ptr<TcpProxy> proxy;

  void SetUp() override {
    for (const GitRepo* repo : {&world.source, &world.target}) repo->expect_noise();
    world.source.commits("main", 3);
    world.mirror();
  }

  [[nodiscard]] Inputs through_proxy_to_target(const ProxyOptions& options, Inputs more = {}) {
    proxy = std::make_unique<TcpProxy>(world.target_server().port(), options);
    more["target_repo"] = proxy->url("target.git");
    return more;
  }

  [[nodiscard]] Inputs through_proxy_to_source(const ProxyOptions& options, Inputs more = {}) {
    proxy = std::make_unique<TcpProxy>(world.source_server().port(), options);
    more["source_repo"] = proxy->url("source.git");
    return more;
  }

  [[nodiscard]] long completed_pushes() {
    const auto requests = world.target_server().requests();
    return std::count_if(requests.begin(), requests.end(), [](const LoggedRequest& r) {
      return r.method == "POST" && r.is_for("git-receive-pack");
    });
  }
};

TEST_F(Connection, CutAfterThePackWasSentIsResolvedByListing) {
  world.source.commit("main");
  const StepRun run = world.sync(through_proxy_to_target({.cut = CutAt::push_response}));
  EXPECT_GE(proxy->cuts(), 1);
  expect_synced(world, run);
}

TEST_F(Connection, CutAfterThePackWasSentDoesNotMakeItGoOutAgain) {
  world.source.commit("main");
  expect_synced(world, world.sync(through_proxy_to_target({.cut = CutAt::push_response})));
  EXPECT_EQ(completed_pushes(), 1);
}

TEST_F(Connection, CutOnceAfterThePackWasSentIsStillReportedAsAnUpdate) {
  world.source.commit("main");
  const StepRun run =
      world.sync(through_proxy_to_target({.cut = CutAt::push_response, .times = 1}));
  EXPECT_EQ(proxy->cuts(), 1);
  expect_synced(world, run);
  EXPECT_EQ(run.result_of("refs/heads/main"), "updated");
}

TEST_F(Connection, CutAfterARefusedPushIsNotTakenForSuccess) {
  world.source.commit("main");
  const RefMap before = world.target.user_refs();
  world.target.hook("pre-receive", "exit 1\n");
  const StepRun run =
      world.sync(through_proxy_to_target({.cut = CutAt::push_response}, {{"retries", "0"}}));
  EXPECT_GE(proxy->cuts(), 1);
  EXPECT_NE(run.exit_code(), 0) << run.story();
  expect_target(world, before, run);
}

TEST_F(Connection, CutInTheMiddleOfTheUploadIsTriedAgain) {
  world.source.commit("main", {{"blob", noise(3'000'000, 1)}});
  const StepRun run = world.sync(through_proxy_to_target(
      {.cut = CutAt::upload, .after_bytes = 1'000'000, .times = 1}, {{"retries", "2"}}));
  EXPECT_EQ(proxy->cuts(), 1);
  expect_synced(world, run);
}

TEST_F(Connection, CutInTheMiddleOfTheUploadEveryTimeIsAnError) {
  world.source.commit("main", {{"blob", noise(3'000'000, 1)}});
  const RefMap before = world.target.user_refs();
  const StepRun run =
      world.sync(through_proxy_to_target({.cut = CutAt::upload, .after_bytes = 1'000'000}));
  EXPECT_EQ(run.exit_code(), 3) << run.story();
  expect_target(world, before, run);
}

TEST_F(Connection, CutInTheMiddleOfTheDownloadIsTriedAgain) {
  world.source.commit("main", {{"blob", noise(3'000'000, 1)}});
  const StepRun run = world.sync(through_proxy_to_source(
      {.cut = CutAt::download, .after_bytes = 1'000'000, .times = 1}, {{"retries", "2"}}));
  EXPECT_EQ(proxy->cuts(), 1);
  expect_synced(world, run);
}

TEST_F(Connection, CutInTheMiddleOfTheDownloadEveryTimeIsAnError) {
  world.source.commit("main", {{"blob", noise(3'000'000, 1)}});
  const RefMap before = world.target.user_refs();
  const StepRun run =
      world.sync(through_proxy_to_source({.cut = CutAt::download, .after_bytes = 1'000'000}));
  EXPECT_EQ(run.exit_code(), 3) << run.story();
  expect_target(world, before, run);
}

TEST_F(Connection, CutInTheMiddleOfAListingDeletesNothing) {
  for (int i = 0; i < 50; ++i) {
    world.source.branch("a-branch-with-a-long-name-" + std::to_string(i), "main");
  }
  world.mirror();
  const RefMap before = world.target.user_refs();
  for (const std::uint64_t bytes : {800U, 1500U, 2500U}) {
    const StepRun run = world.sync(
        through_proxy_to_source({.cut = CutAt::download, .after_bytes = bytes},
                                {{"prune", "true"}, {"max_deletions", "1000"}, {"retries", "0"}}));
    EXPECT_GE(proxy->cuts(), 1);
    EXPECT_EQ(run.exit_code(), 3) << run.story();
    expect_target(world, before, run);
  }
}

TEST_F(Connection, ThatStallsTimesOut) {
  world.source.commit("main", {{"blob", noise(3'000'000, 1)}});
  const RefMap before = world.target.user_refs();
  const StepRun run = world.sync(through_proxy_to_source({.stall_download_after = 1'000'000},
                                                         {{"retries", "0"}, {"timeout", "1"}}));
  EXPECT_EQ(run.exit_code(), 3) << run.story();
  EXPECT_EQ(run.error(), "timeout");
  EXPECT_LT(run.process.duration, 8s);
  expect_target(world, before, run);
}

TEST_F(Connection, ThatIsSlowButMovesDoesNotTimeOut) {
  world.source.commit("main", {{"blob", noise(900'000, 1)}});
  const StepRun run = world.sync(
      through_proxy_to_source({.download_rate = 300'000}, {{"retries", "0"}, {"timeout", "1"}}));
  expect_synced(world, run);
  EXPECT_GT(run.process.duration, 2s);
}

TEST_F(Connection, WaitsForAServerThatThinks) {
  world.source.commit("main");
  world.target.hook("pre-receive", "sleep 3\n");
  expect_synced(world, world.sync({{"retries", "0"}, {"timeout", "30"}}));
}

TEST_F(Connection, ThatFindsNobodyIsAnError) {
  const std::string nowhere = "http://127.0.0.1:" + std::to_string(closed_port()) + "/source.git";
  const StepRun run = world.sync({{"source_repo", nowhere}, {"retries", "0"}});
  expect_status(run, 3, "failed");
  EXPECT_EQ(run.error(), "host_unreachable");
}

TEST_F(Connection, IsTriedAgainAfterAServersBadMoment) {
  world.source.commit("main");
  const StepRun run = world.sync(through_proxy_to_source(
      {.answer = "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
       .answers = 1}));
  EXPECT_EQ(proxy->answers_given(), 1);
  expect_synced(world, run);
}

TEST_F(Connection, IsTriedAgainAsOftenAsTold) {
  const StepRun run = world.sync(through_proxy_to_source(
      {.answer = "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
       .answers = 1000},
      {{"retries", "2"}}));
  expect_status(run, 3, "failed");
  EXPECT_EQ(proxy->answers_given(), 3);
}

TEST_F(Connection, ThatGarblesThePackChangesNothing) {
  world.source.commit("main", {{"blob", noise(3'000'000, 1)}});
  const RefMap before = world.target.user_refs();
  const StepRun run =
      world.sync(through_proxy_to_source({.flip_every = 1'000'000}, {{"retries", "0"}}));
  expect_status(run, 3, "failed");
  expect_target(world, before, run);
}

TEST_F(Connection, ToABrokenSourceChangesNothing) {
  world.source.config("fastimport.unpackLimit", "1000");  // loose objects, to lose one of
  world.source.commit("main", {{"blob", noise(3'000'000, 1)}, {"file", "lost"}});
  const std::string lost = world.source.tip("main:file");
  std::filesystem::remove(world.source.path() / "objects" / lost.substr(0, 2) / lost.substr(2));
  ASSERT_FALSE(world.source.has_object(lost));
  const RefMap before = world.target.user_refs();
  const StepRun run = world.sync({{"retries", "0"}});
  expect_status(run, 3, "failed");
  expect_target(world, before, run);
}

TEST_F(Connection, GoesThroughTheProxyOfTheEnvironment) {
  const CannedServer proxy_server(
      [](const CannedRequest&) { return CannedResponse{.status = 502}; });
  world.runner().set_env("http_proxy", proxy_server.origin());
  const StepRun run =
      world.sync({{"source_repo", "http://git.example/octo/source.git"}, {"retries", "0"}});
  expect_status(run, 3, "failed");
  ASSERT_THAT(proxy_server.requests(), testing::Not(IsEmpty()));
  EXPECT_THAT(proxy_server.requests()[0].target,
              testing::StartsWith("http://git.example/octo/source.git/info/refs"));
}

constexpr const char* kTooMany =
    "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 2\r\nContent-Length: 0\r\n"
    "Connection: close\r\n\r\n";

TEST_F(Connection, WaitsAsLongAsTheServerAsks) {
  world.source.commit("main");
  const StepRun run = world.sync(through_proxy_to_target({.answer = kTooMany, .answers = 1}));
  EXPECT_EQ(proxy->answers_given(), 1);
  expect_synced(world, run);
  EXPECT_GE(run.process.duration, 2s);
}

TEST_F(Connection, ThatIsRateLimitedForGoodIsAnError) {
  world.source.commit("main");
  const RefMap before = world.target.user_refs();
  const StepRun run = world.sync(
      through_proxy_to_target({.answer = kTooMany, .answers = 1000}, {{"retries", "0"}}));
  EXPECT_EQ(run.exit_code(), 3) << run.story();
  EXPECT_EQ(run.error(), "rate_limited");
  expect_target(world, before, run);
}

// Answers that are HTTP but not Git.
class NotGit : public Connection,
               public testing::WithParamInterface<std::pair<const char*, CannedResponse>> {};

std::string not_git_test_name(const testing::TestParamInfo<NotGit::ParamType>& info) {
  return info.param.first;
}

INSTANTIATE_TEST_SUITE_P(
    Answers, NotGit,
    testing::Values(
        std::pair{"AnEmptyBody", CannedResponse{.status = 200}},
        std::pair{"AWebPage", CannedResponse{.status = 200,
                                             .headers = {{"Content-Type", "text/html"}},
                                             .body = "<html><title>Sign in</title></html>"}},
        std::pair{"AListingWithoutItsEnd",
                  CannedResponse{
                      .status = 200,
                      .headers = {{"Content-Type", "application/x-git-upload-pack-advertisement"}},
                      .body = packet("# service=git-upload-pack\n") + "0000" +
                              packet("0123456789012345678901234567890123456789 refs/heads/main" +
                                     std::string("\0ofs-delta\n", 11))}},
        std::pair{"ABadLength",
                  CannedResponse{
                      .status = 200,
                      .headers = {{"Content-Type", "application/x-git-upload-pack-advertisement"}},
                      .body = "zzzz# service=git-upload-pack\n0000"}}),
    not_git_test_name);

TEST_P(NotGit, IsAnErrorAndDeletesNothing) {
  const CannedServer server([](const CannedRequest&) { return GetParam().second; });
  const RefMap before = world.target.user_refs();
  const StepRun run = world.sync(
      {{"source_repo", server.origin() + "/source.git"}, {"prune", "true"}, {"retries", "0"}});
  EXPECT_EQ(run.exit_code(), 3) << run.story();
  expect_target(world, before, run);
}

// A run that is cancelled while a pack is on its way.
class Cancel : public Connection, public testing::WithParamInterface<int> {};

std::string cancel_test_name(const testing::TestParamInfo<int>& info) {
  return info.param == SIGINT ? "Interrupt" : "Terminate";
}

INSTANTIATE_TEST_SUITE_P(Signals, Cancel, testing::Values(SIGINT, SIGTERM), cancel_test_name);

TEST_P(Cancel, EndsASlowTransferWithinTwoSeconds) {
  world.source.commit("main", {{"blob", noise(3'000'000, 1)}});
  const RefMap before = world.target.user_refs();
  const Inputs inputs = world.inputs(through_proxy_to_source({.download_rate = 300'000}));
  const auto process = world.runner().start(inputs);
  for (int i = 0; i < 1000 && proxy->bytes_down() < 600'000; ++i) std::this_thread::sleep_for(10ms);
  ASSERT_GE(proxy->bytes_down(), 600'000U);
  const auto asked = std::chrono::steady_clock::now();
  process->send(GetParam());
  const StepRun run = world.runner().finish(*process);
  EXPECT_LT(std::chrono::steady_clock::now() - asked, 2s);
  expect_status(run, 128 + GetParam(), "cancelled");
  EXPECT_EQ(run.error(), "cancelled");
  EXPECT_THAT(run.process.left_running, IsEmpty());
  EXPECT_THAT(run.summary, HasSubstr("cancelled"));
  expect_target(world, before, run);
}

// The same where children do the transport: none may be left behind.
class CancelOfChildren : public OverTransport {};

INSTANTIATE_TEST_SUITE_P(Transports, CancelOfChildren,
                         testing::Values(Transport::path, Transport::ssh), transport_test_name);

TEST_P(CancelOfChildren, LeavesNoneBehind) {
  world.source.commits("main", 3);
  world.target.hook("pre-receive", "touch reached\nexec sleep 60\n");
  const auto process = world.runner().start(world.inputs());
  const auto reached = world.target.path() / "reached";
  for (int i = 0; i < 1000 && !std::filesystem::exists(reached); ++i) {
    std::this_thread::sleep_for(10ms);
  }
  ASSERT_TRUE(std::filesystem::exists(reached));
  const auto asked = std::chrono::steady_clock::now();
  process->send(SIGINT);
  const StepRun run = world.runner().finish(*process);
  EXPECT_LT(std::chrono::steady_clock::now() - asked, 3s);  // one of them looks for survivors
  expect_status(run, 130, "cancelled");
  EXPECT_THAT(run.process.left_running, testing::Not(Contains(HasSubstr("ssh"))));
  EXPECT_THAT(run.process.left_running, testing::Not(Contains(HasSubstr("git"))));
}

}  // namespace
}  // namespace occ::test
