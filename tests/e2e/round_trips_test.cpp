// How often a sync waits for a server before it can ask the next thing, and that asking early, of a
// server that is known to speak protocol v2, is never more than a matter of time.
#include "e2e/expect.hpp"
#include "support/secrets.hpp"
#include "support/tcp_proxy.hpp"
#include "support/test_ca.hpp"
#include "support/workflow_log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <memory>

namespace occ::test {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Le;
using testing::Not;
using testing::SizeIs;

// A repository of the workflow's own server is known to speak v2.
void make_known(World& world, const std::string& source_url) {
  world.runner().set_env("GITHUB_SERVER_URL", source_url.substr(0, source_url.rfind('/')));
}

class RoundTripsOf : public OverTransport {
 protected:
  std::shared_ptr<RoundTrips> trips = std::make_shared<RoundTrips>();
  std::unique_ptr<TcpProxy> source, target;

  void SetUp() override {
    world.source.commits("main", 20);
    world.source.annotated_tag("v1", "main");
    world.mirror();
    const ProxyOptions far{.delay = 150ms, .round_trips = trips};
    source = std::make_unique<TcpProxy>(world.source_server().port(), far);
    target = std::make_unique<TcpProxy>(world.target_server().port(), far);
  }

  StepRun sync_from_afar() {
    return world.sync(
        {{"source_repo", source->url("source.git")}, {"target_repo", target->url("target.git")}});
  }

  void expect_requests_a_side(std::size_t most) {
    EXPECT_THAT(world.source_server().requests(), SizeIs(Le(most)));
    EXPECT_THAT(world.target_server().requests(), SizeIs(Le(most)));
  }
};

INSTANTIATE_TEST_SUITE_P(Transports, RoundTripsOf,
                         testing::Values(Transport::http, Transport::http_filter,
                                         Transport::http_github, Transport::http_v0),
                         transport_test_name);

TEST_P(RoundTripsOf, ANoOpAreOne) {
  make_known(world, source->url("source.git"));
  expect_status(sync_from_afar(), 0, "in_sync");
  EXPECT_EQ(trips->serial, 1);
  expect_requests_a_side(2);
}

TEST_P(RoundTripsOf, OneCommitAreFour) {
  make_known(world, source->url("source.git"));
  world.source.commit("main");
  expect_synced(world, sync_from_afar());
  EXPECT_EQ(trips->serial, 4);
  EXPECT_LE(target->connections(), 1);
  EXPECT_LE(source->connections(), 2);
  expect_requests_a_side(GetParam() == Transport::http_v0 ? 4 : 3);
}

// What one of them leaves open is asked for while the others are read. Where the pack may hide a
// commit (a thin pack without a filter) they are asked about once more; version 0 asks one by one.
TEST_P(RoundTripsOf, ManyBranchesOfWhichOneDivergedAreSix) {
  if (GetParam() == Transport::http_v0) GTEST_SKIP() << "version 0";
  make_known(world, source->url("source.git"));
  world.target.config("uploadpack.allowFilter", "true");
  for (int i = 0; i < 20; ++i) world.source.branch("branch-" + std::to_string(i), "main");
  world.mirror();
  for (int i = 0; i < 20; ++i) world.source.commit("branch-" + std::to_string(i));
  world.target.commit("branch-7");
  const StepRun run = world.sync({{"source_repo", source->url("source.git")},
                                  {"target_repo", target->url("target.git")},
                                  {"on_divergence", "skip"}});
  expect_status(run, 0, "synced");
  EXPECT_EQ(run.relation_of("refs/heads/branch-7"), "diverged") << run.story();
  EXPECT_EQ(run.behind_of("refs/heads/branch-7"), 1);
  EXPECT_LE(trips->serial, GetParam() == Transport::http_filter ? 6 : 7);
  expect_requests_a_side(8);
}

// One more with v2, and with v0 never a request that such a server does not know.
TEST_P(RoundTripsOf, ASyncFromAServerThatMaySpeakV0) {
  world.source.commit("main");
  expect_synced(world, sync_from_afar());
  const bool v0 = GetParam() == Transport::http_v0;
  EXPECT_EQ(trips->serial, v0 ? 4 : 5);
  EXPECT_EQ(source->connections(), 1);
  EXPECT_THAT(world.source_server().requests(), SizeIs(v0 ? 2 : 3));
}

// Opening a connection costs a round trip, too: a server that ends its answers late keeps it.
TEST_P(RoundTripsOf, AnUpdateOverOneConnectionASide) {
  const ProxyOptions late{.end_delay = 40ms};
  source = std::make_unique<TcpProxy>(world.source_server().port(), late);
  target = std::make_unique<TcpProxy>(world.target_server().port(), late);
  world.source.commit("main");
  expect_synced(world, sync_from_afar());
  EXPECT_EQ(source->connections(), 1);
  EXPECT_EQ(target->connections(), 1);
}

// A known server, whose early answers are those of the proxy before it.
class EarlyCall : public testing::Test {
 protected:
  void SetUp() override { prepare(world); }

  static void prepare(World& any) {
    any.source.commits("main", 3);
    any.mirror();
    any.source.commit("main");
  }

  // The early call is the one that opens a connection with a POST.
  static StepRun sync_with_early_answer(World& any, const std::string& answer, Inputs more = {}) {
    const TcpProxy proxy(any.source_server().port(),
                         {.answer = answer, .answers = 1, .answered = "POST "});
    make_known(any, proxy.url("source.git"));
    more["source_repo"] = proxy.url("source.git");
    more["retries"] = "0";
    more["report"] = "false";
    StepRun run = any.sync(more);
    EXPECT_EQ(proxy.answers_given(), 1) << run.story();
    return run;
  }

  static StepRun sync_from_known(World& any, Inputs more = {}) {
    make_known(any, any.source_server().url("source.git"));
    more["retries"] = "0";
    more["report"] = "false";
    return any.sync(more);
  }

  static void expect_quiet(const StepRun& run) {
    EXPECT_THAT(run.log(), Not(HasSubstr("::warning")));
    EXPECT_THAT(run.log(), Not(HasSubstr("::notice")));
    EXPECT_THAT(run.log(), Not(HasSubstr("trying again")));
    EXPECT_THAT(run.log(), Not(HasSubstr("early")));
  }

  World world;
};

class UselessEarlyAnswer : public EarlyCall, public testing::WithParamInterface<std::string> {};

std::string status_name(const testing::TestParamInfo<std::string>& info) {
  return "Status" + info.param.substr(0, 3) + "At" + std::to_string(info.index);
}

INSTANTIATE_TEST_SUITE_P(
    Statuses, UselessEarlyAnswer,
    testing::Values("500 Broken\r\n", "401 Who\r\nWWW-Authenticate: Basic\r\n", "403 No\r\n",
                    "404 Gone\r\n", "411 How long\r\n", "429 Slow\r\nRetry-After: 600\r\n",
                    "301 There\r\nLocation: http://127.0.0.1:1/away.git/git-upload-pack\r\n",
                    "200 Page\r\nContent-Type: text/html\r\n",
                    "200 Nothing\r\nContent-Type: application/x-git-upload-pack-result\r\n"),
    status_name);

TEST_P(UselessEarlyAnswer, IsNotEvenToldOf) {
  const StepRun run = sync_with_early_answer(
      world, "HTTP/1.1 " + GetParam() + "Content-Length: 0\r\nConnection: close\r\n\r\n");
  expect_synced(world, run);
  expect_quiet(run);
}

TEST_F(EarlyCall, WhoseAnswerBreaksOffIsMadeAgain) {
  const StepRun run = sync_with_early_answer(
      world,
      "HTTP/1.1 200 OK\r\nContent-Type: application/x-git-upload-pack-result\r\n"
      "Content-Length: 500\r\n\r\n0032");
  expect_synced(world, run);
  expect_quiet(run);
}

TEST_F(EarlyCall, ThatIsNeverAnsweredIsMadeAgain) {
  const StepRun run = sync_with_early_answer(world, "", {{"timeout", "2"}});
  expect_synced(world, run);
  expect_quiet(run);
}

TEST_F(EarlyCall, IsHungUpWhenTheServerTurnsOutToSpeakV0) {
  World v0(Transport::http_v0);
  prepare(v0);
  const auto start = std::chrono::steady_clock::now();
  const StepRun run = sync_with_early_answer(v0, "", {{"timeout", "60"}});
  EXPECT_LT(std::chrono::steady_clock::now() - start, 30s);
  expect_synced(v0, run);
  expect_quiet(run);
}

TEST_F(EarlyCall, IsNoUseToASha256Repository) {
  World sha256(
      WorldOptions{.source = {.object_format = "sha256"}, .target = {.object_format = "sha256"}});
  prepare(sha256);
  const StepRun run = sync_from_known(sha256);
  expect_synced(sha256, run);
  expect_quiet(run);
}

TEST_F(EarlyCall, ToARepositoryThatMovedIsMadeAgainWhereItIsNow) {
  World renamed(WorldOptions{.source_server = {.renamed = {{"/old/source.git", "/source.git"}}}});
  prepare(renamed);
  const StepRun run =
      sync_from_known(renamed, {{"source_repo", renamed.source_server().url("old/source.git")}});
  expect_synced(renamed, run);
  const auto requests = renamed.source_server().requests();
  EXPECT_TRUE(std::any_of(requests.begin(), requests.end(), [](const LoggedRequest& r) {
    return r.method == "POST" && r.path == "/source.git/git-upload-pack" && r.status == 200;
  }));
}

// Only the second answer says which branch that would be.
TEST_F(EarlyCall, IsMadeAgainWhereHeadIsUnborn) {
  world.source.git({"symbolic-ref", "HEAD", "refs/heads/none-yet"});
  const StepRun run = sync_from_known(world);
  expect_synced(world, run);
  expect_quiet(run);
  EXPECT_THAT(world.source_server().requests(), SizeIs(4));
}

TEST_F(EarlyCall, ToAnEmptyRepositoryFindsItEmpty) {
  World empty;
  empty.target.commits("main", 2);
  const RefMap before = empty.target.user_refs();
  const StepRun known = sync_from_known(empty, {{"prune", "true"}});
  empty.runner().unset_env("GITHUB_SERVER_URL");
  const StepRun unknown = empty.sync({{"prune", "true"}, {"retries", "0"}, {"report", "false"}});
  EXPECT_EQ(known.exit_code(), unknown.exit_code()) << known.story();
  EXPECT_EQ(known.output("status"), unknown.output("status"));
  EXPECT_EQ(known.error(), unknown.error());
  expect_target(empty, before, known);
}

TEST_F(EarlyCall, WithAWrongTokenIsOneErrorAndNoMore) {
  const RefMap before = world.target.user_refs();
  world.runner().set_env("RUNNER_DEBUG", "1");
  const StepRun run = sync_from_known(world, {{"source_token", "wrong-token"}});
  expect_status(run, 3, "failed");
  EXPECT_EQ(run.error(), "authentication_failed");
  const std::string log = run.log();
  const auto first = log.find("::error");
  ASSERT_NE(first, std::string::npos) << run.story();
  EXPECT_EQ(log.find("::error", first + 1), std::string::npos) << run.story();
  EXPECT_THAT(leaks(readable_log(log), "log", {"wrong-token"}), testing::IsEmpty());
  EXPECT_THAT(world.source_server().requests(), SizeIs(Le(2U)));
  expect_target(world, before, run);
}

// With HTTP/2 both go over the connection that is being opened.
TEST(EarlyCallOverTls, NeedsNoConnectionOfItsOwn) {
  const TempDir folder;
  const TestCa ca{folder / "ca"};
  const TlsIdentity identity = ca.issue("server", "IP:127.0.0.1");
  World world(WorldOptions{.source_server = {.tls = identity}, .target_server = {.tls = identity}});
  world.source.commits("main", 3);
  world.mirror();
  const TcpProxy source(world.source_server().port());
  const std::string url = "https://127.0.0.1:" + std::to_string(source.port()) + "/source.git";
  make_known(world, url);
  world.runner().set_env("SSL_CERT_FILE", ca.root_certificate().string());
  expect_status(world.sync({{"source_repo", url}}), 0, "in_sync");
  EXPECT_EQ(source.connections(), 1);
}

}  // namespace
}  // namespace occ::test
