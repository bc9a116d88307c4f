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

// 3,000 offset deltas, each of a few bytes, on a commit of 3 MB that is full of parents. What
// proves the fast-forward comes last.
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

// A source of which nothing is known but its commits: the packs are looked into by the report.
TEST_F(HostileSource, WithADeltaThatMakesGigabytesIsNotLookedInto) {
  const std::string base(100'000, 'x');
  PackBuilder pack;
  const std::string tip = commit_text(tree, {old});
  pack.add(PackBuilder::commit, tip);
  const std::size_t at = pack.add(PackBuilder::blob, base);
  std::string delta = delta_sizes(base.size(), 2'000'000'000);
  for (int i = 0; i < 2'000'000'000 / 65'536; ++i) delta += delta_copy(0, 65'535);
  pack.add_delta(at, delta);
  CannedServer server(serve({{object_id("commit", tip) + " refs/heads/main"}, pack.pack()}));
  const StepRun run = world.sync(
      {{"source_repo", server.origin() + "/evil.git"}, {"report", "full"}, {"dry_run", "true"}});
  expect_bounded(run);
  EXPECT_THAT(findings_of(run).dump(), HasSubstr("stored as a change")) << run.story();
}

TEST_F(HostileSource, WithChangesUponChangesIsNotLookedInto) {
  std::string content(1'500'000, 'x');
  PackBuilder pack;
  const std::string tip = commit_text(tree, {old});
  pack.add(PackBuilder::commit, tip);
  std::size_t at = pack.add(PackBuilder::blob, content);
  for (int i = 0; i < 4'000; ++i) {
    at = pack.add_delta(at, delta_sizes(content.size(), content.size()) +
                                delta_copy_all(content.size() - 1) + '\1' +
                                std::string(1, static_cast<char>('a' + i % 26)));
  }
  CannedServer server(serve({{object_id("commit", tip) + " refs/heads/main"}, pack.pack()}));
  const StepRun run = world.sync(
      {{"source_repo", server.origin() + "/evil.git"}, {"report", "full"}, {"dry_run", "true"}});
  expect_bounded(run);
  EXPECT_THAT(findings_of(run).dump(), HasSubstr("than any should")) << run.story();
}

TEST_F(HostileSource, ThatAcknowledgesWithoutEndIsRefused) {
  std::string lines = packet("shallow-info\n");
  for (int i = 0; i < 600'000; ++i) lines += packet("shallow " + old + '\n');
  CannedServer server(serve({{digits_of('a') + " refs/heads/main"}, "", lines + "0001"}));
  expect_refused_by_name(world.sync({{"source_repo", server.origin() + "/evil.git"}}));
}

TEST_F(HostileSource, WithARefNameOfSixtyThousandBytesIsRefused) {
  const std::string name = "refs/heads/" + std::string(65'000, 'x');
  CannedServer server(serve({{old + ' ' + name}, ""}));
  const StepRun run = world.sync({{"source_repo", server.origin() + "/evil.git"}});
  expect_refused_by_name(run);
  EXPECT_THAT(run.log(), HasSubstr("65011 bytes"));
}

TEST_F(HostileSource, ThatTalksAllTheTimeFillsTheLogWithAtMostAMegabyte) {
  std::string talk;
  const std::string words(950, 'w');
  for (int i = 0; i < 30'000; ++i) talk += packet('\2' + words + '\n');
  const std::string tip = commit_text(tree, {old});
  PackBuilder pack;
  pack.add(PackBuilder::commit, tip);
  const std::string id = object_id("commit", tip);
  CannedServer server(
      [&, inner = serve({{id + " refs/heads/main"}, pack.pack()})](const CannedRequest& request) {
        CannedResponse response = inner(request);
        const std::string start = packet("packfile\n");
        const std::size_t at = response.body.find(start);
        if (at != std::string::npos) response.body.insert(at + start.size(), talk);
        return response;
      });
  const StepRun run = world.sync({{"source_repo", server.origin() + "/evil.git"}});
  EXPECT_EQ(run.exit_code(), 0) << run.story().substr(0, 4000);
  EXPECT_EQ(world.target.tip("main"), id);
  EXPECT_LT(run.log().size(), 1'100'000U);
  EXPECT_THAT(run.log(), HasSubstr("which is left out"));
}

// Neither nothing nor anything of use: it would be waited for until the job's end.
TEST_F(HostileSource, ThatSendsNothingButKeepalivesIsGivenUp) {
  CannedServer server(serve({{digits_of('a') + " refs/heads/main"}, "", "", packet("\2")}));
  const StepRun run = world.sync(
      {{"source_repo", server.origin() + "/evil.git"}, {"timeout", "1"}, {"retries", "0"}});
  expect_bounded(run);
  EXPECT_EQ(run.error(), "timeout") << run.story();
}

TEST_F(HostileSource, IsLeftAtOnceWhenTheRunIsCancelledWhileItIsBusy) {
  PackBuilder pack;
  pack.add(PackBuilder::commit, commit_text(tree, {old}));
  const std::string zeros(40'000'000, '\0');
  for (int i = 0; i < 1000; ++i) pack.add(PackBuilder::blob, zeros);
  CannedServer server(serve({{digits_of('a') + " refs/heads/main"}, pack.pack()}));
  const auto process = world.runner().start(
      world.inputs({{"source_repo", server.origin() + "/evil.git"}, {"report", "full"}}));
  ASSERT_TRUE(process->wait_for_output("sync-action", std::chrono::seconds(20)));
  std::this_thread::sleep_for(std::chrono::milliseconds(1500));
  const auto start = std::chrono::steady_clock::now();
  process->send(SIGTERM);
  const StepRun run = world.runner().finish(*process);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(8)) << run.story();
  EXPECT_EQ(run.error(), "cancelled") << run.story();
  EXPECT_EQ(world.target.tip("main"), old);
  for (const auto& each : std::filesystem::directory_iterator(world.runner().folder() / "temp")) {
    EXPECT_EQ(each.path().filename().string().find("sync-action-objects"), std::string::npos);
  }
}

// The packets of the many lines that `make` makes.
template <typename Make>
std::string many_packets(int count, Make make) {
  std::string all;
  for (int i = 0; i < count; ++i) all += packet(make(i));
  return all;
}

TEST_F(HostileSource, WithAMillionCapabilitiesIsRefused) {
  CannedServer server([](const CannedRequest&) -> CannedResponse {
    return {200,
            {{"Content-Type", "application/x-git-upload-pack-advertisement"}},
            packet("# service=git-upload-pack\n") + "0000" + packet("version 2\n") +
                many_packets(1'000'000, [](int i) { return "word-" + std::to_string(i) + '\n'; }) +
                "0000"};
  });
  const StepRun run = world.sync({{"source_repo", server.origin() + "/evil.git"}});
  expect_refused_by_name(run);
  EXPECT_THAT(run.log(), HasSubstr("evil.git"));
}

// A few megabytes are sent, 140 MB come of it.
TEST_F(HostileSource, WithAListingThatIsLargeOnlyOnceItIsUnpackedIsRefused) {
  const std::string listing = many_packets(
      2'000'000, [&](int i) { return old + " refs/heads/" + std::to_string(i) + '\n'; });
  const std::string gzipped = run_process({"gzip", "-c"}, {.input = listing}).out;
  ASSERT_LT(gzipped.size(), 20'000'000U);
  CannedServer server([&, inner = serve({})](const CannedRequest& request) {
    CannedResponse response = inner(request);
    if (request.method == "GET") return response;
    response.headers["Content-Encoding"] = "gzip";
    response.body = gzipped;
    return response;
  });
  const StepRun run = world.sync({{"source_repo", server.origin() + "/evil.git"}});
  EXPECT_EQ(run.error(), "limit_exceeded") << run.story();
  EXPECT_LT(peak_of(run), 500L * 1024);
}

// A target that says of itself and of its pushes what the test wants.
class HostileTarget : public HostileSource {
 protected:
  std::string now;
  std::string advertised;  // behind its one ref
  std::string answer;      // to a push: packets
  std::string drip;

  StepRun sync_to(Inputs more = {}) {
    now = world.source.commit("main");
    std::atomic<bool> is_pushed{false};
    CannedServer server([&](const CannedRequest& request) -> CannedResponse {
      const std::string type = "application/x-git-receive-pack-";
      if (request.method != "GET") {
        is_pushed = true;
        return {200, {{"Content-Type", type + "result"}}, answer, drip};
      }
      const std::string capabilities = " report-status side-band-64k delete-refs ofs-delta atomic";
      return {
          200,
          {{"Content-Type", type + "advertisement"}},
          packet("# service=git-receive-pack\n") + "0000" +
              packet((is_pushed ? now : old) + " refs/heads/main" + '\0' + capabilities + '\n') +
              advertised + "0000"};
    });
    more.insert({{"target_repo", server.origin() + "/evil.git"},
                 {"history", "false"},
                 {"backup", "false"}});
    return world.sync(more);
  }

  static std::string banded(const std::string& report) {
    std::string all;
    for (std::size_t at = 0; at < report.size(); at += 60'000) {
      all += packet('\1' + report.substr(at, 60'000));
    }
    return all;
  }
  static std::string good_report() {
    return packet("unpack ok\n") + packet("ok refs/heads/main\n") + "0000";
  }
};

// The report of the push is whole, and the hook that runs afterwards has no end.
TEST_F(HostileTarget, ThatTalksOnAfterItsReportIsLeft) {
  answer = banded(good_report());
  drip = packet("\2still busy\n");
  expect_status(sync_to({{"timeout", "2"}}), 0, "synced");
}

TEST_F(HostileTarget, ThatNeverComesToItsReportIsAskedWhereThingsStand) {
  answer = packet("\2working\n");
  drip = packet("\2");
  const StepRun run = sync_to({{"timeout", "1"}});
  expect_bounded(run);
  EXPECT_EQ(run.result_of("refs/heads/main"), "updated") << run.story();
}

// Of a million refs where one was pushed: the listing that follows decides.
TEST_F(HostileTarget, WithAReportWithoutEndIsAskedWhereThingsStand) {
  answer =
      banded(packet("unpack ok\n") +
             many_packets(1'000'000,
                          [](int i) { return "ng refs/heads/" + std::to_string(i) + " no\n"; }) +
             "0000");
  const StepRun run = sync_to();
  expect_bounded(run);
  EXPECT_EQ(run.result_of("refs/heads/main"), "updated") << run.story();
}

TEST_F(HostileTarget, ThatBorrowsFromAMillionTipsIsPushedTo) {
  advertised = many_packets(1'000'000, [&](int) { return old + " .have\n"; });
  answer = banded(good_report());
  const StepRun run = sync_to();
  expect_bounded(run);
  expect_status(run, 0, "synced");
}

TEST_F(HostileTarget, ThatIsShallowInAMillionPlacesIsRefused) {
  advertised = many_packets(1'000'000, [&](int) { return "shallow " + old + '\n'; });
  const StepRun run = sync_to();
  expect_bounded(run);
  EXPECT_EQ(run.error(), "limit_exceeded") << run.story();
}

// A real repository: what a million refs need is theirs to use.
TEST(ManyRefs, OfAMillionBranchesAreListed) {
  World world(Transport::path);
  const std::string old = world.source.commits("main", 2);
  world.mirror();
  RefMap refs{{"refs/heads/main", old}};
  for (int i = 0; i < 1'000'000; ++i) {
    refs["refs/heads/team-" + std::to_string(i % 100) + "/branch-" + std::to_string(i)] = old;
  }
  world.target.replace_refs(refs);
  world.source.commit("main");
  const StepRun run = world.sync({{"branches", "main"}, {"sync_tags", "false"}});
  EXPECT_EQ(run.exit_code(), 0) << run.story();
  EXPECT_EQ(world.target.tip("main"), world.source.tip("main"));
  EXPECT_LT(peak_of(run), 400L * 1024) << run.story();
}

}  // namespace
}  // namespace occ::test
