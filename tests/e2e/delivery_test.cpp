// What becomes of the refs of one push when the target takes only some of them, or only some at a
// time, when the source changes under us, and when the run fails half-way.
#include "e2e/history.hpp"
#include "e2e/report_of.hpp"
#include "support/canned_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>

namespace occ::test {
namespace {

using testing::HasSubstr;
using testing::Le;
using testing::Not;
using testing::SizeIs;

constexpr const char* kMain = "refs/heads/main";
constexpr const char* kOutOfQuarantine =
    "unset GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES\n";

// A target without atomic pushes, on which another writer moves main once while we push.
class HalfLanded : public testing::TestWithParam<Transport> {
 protected:
  HistoryWorld world{GetParam()};
  RefMap before;

  void SetUp() override {
    const std::string base = world.source.commits("main", 2);
    const std::string halfway = world.source.commit("main");
    world.source.branch("side", "main");
    world.source.branch("gone", base);
    world.mirror();
    world.target.branch("main", base);
    world.source.delete_ref("refs/heads/gone");
    world.source.commit("main");
    world.target.config("receive.advertiseAtomic", "false");
    before = world.target.refs();
    move_main("git update-ref refs/heads/main " + halfway);
  }

  // In the push that brings main, once.
  void move_main(const std::string& command) const {
    world.target.hook(
        "pre-receive",
        std::string(kOutOfQuarantine) +
            "grep -q refs/heads/main || exit 0\ntest -e once && exit 0\ntouch once\n" + command +
            "\n");
  }
};

INSTANTIATE_TEST_SUITE_P(Transports, HalfLanded, testing::Values(Transport::http, Transport::path),
                         transport_test_name);

TEST_P(HalfLanded, TheDeletionIsToldAndRecordedAndCanBeUndone) {
  const StepRun run = world.sync_as("1", {{"prune", "true"}});
  expect_synced(world, run);
  EXPECT_EQ(run.result_of("refs/heads/gone"), "deleted") << run.story();
  EXPECT_THAT(run.log(), HasSubstr("deleted  gone"));
  ASSERT_THAT(records_of(world.target), SizeIs(1));
  EXPECT_EQ(recorded_ref(records_of(world.target).front(), "refs/heads/gone")["landed"], true);
  world.target.hook("pre-receive", "exit 0\n");
  static_cast<void>(world.roll_back("2"));
  EXPECT_EQ(world.target.tip("gone"), before.at("refs/heads/gone"));
}

TEST_P(HalfLanded, TheRunThatFailsThenLeavesARecord) {
  move_main("git update-ref refs/heads/main refs/heads/side && mv '" +
            world.source.path().string() + "/objects' '" + world.source.path().string() +
            "/nowhere'");
  const StepRun run = world.sync_as("1", {{"prune", "true"}, {"retries", "0"}});
  expect_status(run, 3, "partial");
  EXPECT_EQ(run.result_of("refs/heads/gone"), "deleted") << run.story();
  ASSERT_THAT(records_of(world.target), SizeIs(1)) << run.story();
  EXPECT_EQ(recorded_ref(records_of(world.target).front(), "refs/heads/gone")["landed"], true);
  EXPECT_EQ(recorded_ref(records_of(world.target).front(), kMain)["landed"], false);
}

TEST(LostLease, IsAnalysedAnewBeforeItIsPushed) {
  World world;
  const std::string base = world.source.commits("main", 2);
  world.mirror();
  const std::string halfway = world.source.commits("main", 3);
  world.target.git({"fetch", "-q", world.source.path().string(), halfway});
  world.source.commit("main");
  world.target.hook("pre-receive", std::string(kOutOfQuarantine) +
                                       "test -e once && exit 0\ntouch once\n"
                                       "git update-ref refs/heads/main " +
                                       halfway + "\n");
  const StepRun run = world.sync({{"report", "full"}});
  expect_synced(world, run);
  EXPECT_EQ(run.ahead_of(kMain), 1);
  EXPECT_EQ(findings_of(run).at("commits").at("commits").size(), 1U) << run.story();
}

// One that is bad must not sink the others, unless all were to stand or fall together.
class OneBad : public testing::TestWithParam<bool> {
 protected:
  HistoryWorld world{Transport::http};

  void SetUp() override {
    world.source.commits("main", 3);
    for (const char* name : {"a", "bad", "c", "d"}) world.source.branch(name, "main");
    world.mirror();
    for (const char* name : {"main", "a", "bad", "c", "d"}) world.source.commit(name);
    if (!GetParam()) world.target.config("receive.advertiseAtomic", "false");
  }

  void expect_all_but(const std::string& name, const RefMap& before, const StepRun& run) {
    RefMap expected = world.source.refs();
    const auto old = before.find(name);
    expected.erase(name);
    if (old != before.end()) expected[name] = old->second;
    expect_target(world, expected, run);
    expect_recorded(world, "1-1", before, run);
  }
};

INSTANTIATE_TEST_SUITE_P(Atomic, OneBad, testing::Bool(),
                         [](const auto& test) { return test.param ? "Offered" : "NotOffered"; });

TEST_P(OneBad, BranchThatAPreReceiveHookDislikesSinksNoOther) {
  world.target.hook("pre-receive",
                    "if grep -q refs/heads/bad; then echo 'bad is closed' >&2; exit 1; fi\n");
  const RefMap before = world.target.refs();
  const StepRun run = world.sync_as("1");
  expect_status(run, 1, "partial");
  expect_all_but("refs/heads/bad", before, run);
  EXPECT_EQ(run.error_of("refs/heads/bad"), "hook_declined");
  EXPECT_THAT(run.log(), HasSubstr("bad is closed"));
}

TEST_P(OneBad, BranchStopsAllWhenAtomicIsSet) {
  world.target.hook("pre-receive", "! grep -q refs/heads/bad\n");
  const RefMap before = world.target.user_refs();
  const StepRun run = world.sync_as("1", {{"atomic", "true"}});
  expect_status(run, 1, "failed");
  expect_target(world, before, run);
}

TEST_P(OneBad, TreeIsRefusedByTheNameOfTheBranchThatBringsIt) {
  const std::string blob = world.source.git({"hash-object", "-w", "--stdin"}, "x");
  const std::string tree = world.source.git(
      {"mktree"}, "100644 blob " + blob + "\ttwice\n100644 blob " + blob + "\ttwice\n");
  const std::string commit =
      world.source.git({"-c", "user.name=a", "-c", "user.email=a@b", "commit-tree", tree, "-p",
                        world.source.tip("bad"), "-m", "bad"});
  world.source.branch("bad", commit);
  world.target.config("receive.fsckObjects", "true");
  const RefMap before = world.target.refs();
  const StepRun run = world.sync_as("1");
  expect_status(run, 1, "partial");
  expect_all_but("refs/heads/bad", before, run);
  EXPECT_EQ(run.error_of("refs/heads/bad"), "ref_rejected");
  EXPECT_THAT(run.log(), HasSubstr(tree));  // in the server's words
}

TEST_P(OneBad, DeletionThatAHookDislikesSinksNoUpdate) {
  world.source.delete_ref("refs/heads/bad");
  world.target.hook(
      "pre-receive",
      "while read old new ref; do case $new in *[1-9a-f]*);; *) exit 1;; esac; done\n");
  const RefMap before = world.target.refs();
  const StepRun run = world.sync_as("1", {{"prune", "true"}});
  expect_status(run, 1, "partial");
  EXPECT_EQ(run.error_of("refs/heads/bad"), "hook_declined");
  expect_all_but("refs/heads/bad", before, run);
}

// GitHub's rule on how many refs a push may update.
TEST_P(OneBad, LimitOnThePushIsKeptByBatches) {
  world.target.hook(
      "pre-receive",
      "test $(wc -l) -le 2 || { echo 'error: GH013: Repository rule violations found.' "
      ">&2; echo '- Pushes can not update more than 2 branches or tags.' >&2; exit 1; "
      "}\necho push >>pushes\n");
  const StepRun run = world.sync_as("1");
  expect_synced(world, run);
  EXPECT_EQ(world.pushes(), 4);  // 2 + 2 + 1 of the refs, and the record
}

// Alibaba's Codeup, and Gitea for a while.
TEST_P(OneBad, KindOfRefSinksNoBranch) {
  world.target.hook("pre-receive", "! grep -q refs/sync/\n");
  const std::string theirs = world.diverge("a");
  world.target.set_ref("refs/sync/backup/0-1/heads/main", "main");  // from before the rule
  const StepRun run = world.sync_as("1", {{"on_divergence", "overwrite"}});
  expect_status(run, 1, "partial");
  EXPECT_EQ(run.error_of("refs/heads/a"), "backup_refused");
  EXPECT_THAT(run.log(), HasSubstr("keeps no record of this run"));
  RefMap expected = world.source.refs();
  expected["refs/heads/a"] = theirs;
  expect_target(world, expected, run);
}

TEST(OneLargeBranch, SinksNoOtherWhereRequestsAreLimited) {
  World world(WorldOptions{.target_server = {.largest_request_kib = 500}});
  world.source.commits("main", 2);
  world.mirror();
  world.source.branch("large", "main");
  world.source.commit("large", {{"blob", noise(3'000'000, 1)}});
  world.source.commit("main");
  const StepRun run = world.sync();
  expect_status(run, 1 + 2, "partial");
  EXPECT_EQ(run.error_of("refs/heads/large"), "pack_too_large") << run.story();
  RefMap expected = world.source.refs();
  expected.erase("refs/heads/large");
  expect_target(world, expected, run);
}

// A source of version 0 that somebody rewrites after it was listed.
class RewrittenSource : public testing::Test {
 protected:
  World world;
  std::mutex mutex;
  int times = 0;  // how often still
  int amended = 0;

  void SetUp() override {
    world.source.commits("main", 2);
    world.mirror();
    world.source.commit("main");
  }

  CannedResponse answer(const CannedRequest& request) {
    const std::lock_guard lock(mutex);
    const std::string type = "application/x-git-upload-pack-";
    if (request.method == "GET") {
      CannedResponse response;
      response.headers["Content-Type"] = type + "advertisement";
      response.body =
          packet("# service=git-upload-pack\n") + "0000" + upload_pack({"--advertise-refs"}, {});
      if (times-- > 0) {
        world.source.amend("main", {{"again", std::to_string(++amended)}});
      }
      return response;
    }
    return {.status = 200,
            .headers = {{"Content-Type", type + "result"}},
            .body = upload_pack({}, request.body)};
  }

  [[nodiscard]] std::string upload_pack(const std::vector<std::string>& options,
                                        const std::string& input) const {
    std::vector<std::string> argv = {"git", "upload-pack", "--stateless-rpc"};
    argv.insert(argv.end(), options.begin(), options.end());
    argv.push_back(world.source.path().string());
    return run_process(argv, {.env = git_environment(), .input = input}).out;
  }
};

TEST_F(RewrittenSource, IsListedAndPlannedAgain) {
  times = 1;
  const CannedServer server([this](const CannedRequest& request) { return answer(request); });
  const StepRun run = world.sync({{"source_repo", server.origin() + "/source.git"}});
  EXPECT_EQ(amended, 1);
  expect_synced(world, run);
  EXPECT_THAT(run.log(), HasSubstr("planning again (1 of 3)"));
}

TEST_F(RewrittenSource, ThatNeverRestsIsAClearError) {
  times = 100;
  const RefMap before = world.target.user_refs();
  const CannedServer server([this](const CannedRequest& request) { return answer(request); });
  const StepRun run = world.sync({{"source_repo", server.origin() + "/source.git"}});
  EXPECT_EQ(run.exit_code(), 1) << run.story();
  EXPECT_EQ(run.error(), "lease_lost");
  EXPECT_THAT(amended, Le(5));
  expect_target(world, before, run);
}

// A file on the source's server that says how its packs were made.
class PackMaking : public testing::TestWithParam<Transport> {
 protected:
  World world{GetParam()};

  std::string arguments_of_a_sync() {
    world.source.commits("main", 3);
    world.mirror();
    world.source.commits("main", 3);
    const auto script = world.folder() / "make-pack";
    write_script(script, "#!/bin/sh\necho \"$@\" >>" + (world.folder() / "made").string() +
                             "\nexec \"$@\"\n");
    world.source_server().git_config("uploadpack.packObjectsHook", script.string());
    expect_synced(world, world.sync());
    return file_text(world.folder() / "made");
  }
};

INSTANTIATE_TEST_SUITE_P(Transports, PackMaking,
                         testing::Values(Transport::http, Transport::http_v0), transport_test_name);

TEST_P(PackMaking, SendsNoOffsetDeltasToATargetThatDoesNotOfferThem) {
  world.target.config("repack.useDeltaBaseOffset", "false");
  EXPECT_THAT(arguments_of_a_sync(), Not(HasSubstr("--delta-base-offset")));
}

TEST_P(PackMaking, SendsOffsetDeltasToOneThatDoes) {
  EXPECT_THAT(arguments_of_a_sync(), HasSubstr("--delta-base-offset"));
}

// A target that wants to know the length of a pack before its bytes.
class WantsALength : public testing::Test {
 protected:
  World world{WorldOptions{.target_server = {.chunked_bodies = ChunkedBodies::refused_with_411}}};

  void SetUp() override {
    world.source.commits("main", 2);
    world.mirror();
    world.source.commit("main", {{"blob", noise(3'000'000, 1)}});
  }
};

TEST_F(WantsALength, GetsALargeFastForwardAtTheSecondTry) {
  const StepRun run = world.sync();
  expect_synced(world, run);
  EXPECT_EQ(run.result_of(kMain), "updated");
  const auto requests = world.target_server().requests();
  EXPECT_EQ(std::count_if(requests.begin(), requests.end(),
                          [](const LoggedRequest& request) { return request.method == "POST"; }),
            2);
}

TEST_F(WantsALength, StillGetsNothingThatIsNoFastForward) {
  const std::string theirs = world.target.commit("main", {{"theirs", "1\n"}});
  const StepRun run = world.sync();
  expect_status(run, 1, "failed");
  EXPECT_EQ(world.target.tip("main"), theirs);
  EXPECT_EQ(run.relation_of(kMain), "diverged");
}

TEST_F(WantsALength, IsAClearErrorWhereNoFileCanBeKept) {
  const RefMap before = world.target.user_refs();
  world.runner().set_env("RUNNER_TEMP", "/nonexistent/folder");
  const StepRun run = world.sync();
  EXPECT_EQ(run.exit_code(), 3) << run.story();
  EXPECT_EQ(run.error(), "temporary_folder");
  EXPECT_THAT(run.log(), HasSubstr("/nonexistent/folder"));
  expect_target(world, before, run);
}

}  // namespace
}  // namespace occ::test
