// on_divergence: merge, against real servers. Whether a merge is the right one is asked of git by
// the property tests.
#include "e2e/merge.hpp"

#include <gmock/gmock.h>

#include <algorithm>

namespace occ::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class Merge : public OverTransport {
 protected:
  void SetUp() override {
    if (GetParam() == Transport::http_filter) both_filter();
    world.source.commits("main", 3);
    world.source.commit("main", {{"contested", "as it was\n"}});
    world.mirror();
  }

  // As GitHub does.
  void both_filter() const { world.target.config("uploadpack.allowFilter", "true"); }

  [[nodiscard]] std::string source_tip() const { return world.source.tip("main"); }
  [[nodiscard]] std::string target_tip() const { return world.target.tip("main"); }

  void expect_untouched(const StepRun& run, const RefMap& before, const std::string& error) {
    expect_status(run, 1, "failed");
    EXPECT_EQ(run.error_of(kMain), error) << run.story();
    expect_target(world, before, run);
  }
};

INSTANTIATE_TEST_SUITE_P(Transports, Merge,
                         testing::Values(Transport::http, Transport::http_filter,
                                         Transport::http_github, Transport::path),
                         transport_test_name);

TEST_P(Merge, LandsWithBothTipsAsParents) {
  part(world);
  const std::string before = target_tip();
  const StepRun run = world.sync(kMerge);
  expect_status(run, 0, "synced");
  expect_merge(world, run, before, source_tip());
  EXPECT_EQ(file_of(world.target, "main", "of-the-source/main"), "new there");
  EXPECT_EQ(file_of(world.target, "main", "of-the-target/main"), "new here");
  EXPECT_EQ(run.output("has_conflicts"), "true");
  EXPECT_EQ(run.ahead_of(kMain), 1);
  EXPECT_EQ(run.behind_of(kMain), 1);
}

TEST_P(Merge, IsFollowedByARunThatHasNothingToDo) {
  part(world);
  EXPECT_EQ(world.sync(kMerge).exit_code(), 0);
  const RefMap merged = world.target.user_refs();
  const StepRun again = world.sync(kMerge);
  expect_status(again, 0, "in_sync");
  expect_target(world, merged, again);
  EXPECT_EQ(again.output("has_changes"), "false");
}

TEST_P(Merge, IsFollowedByAMergeOfWhatCameSince) {
  part(world);
  EXPECT_EQ(world.sync(kMerge).exit_code(), 0);
  world.source.commit("main", {{"contested", "changed later\n"}});
  const std::string before = target_tip();
  expect_merge(world, world.sync(kMerge), before, source_tip());
  EXPECT_EQ(file_of(world.target, "main", "contested"), "changed later");
}

TEST_P(Merge, OfFilesThatOneSideAloneChangedNeedsNoneOfThem) {
  world.source.commit("main", {{"contested", "changed there\n"}});
  world.target.commit("main", {{"folder-0/file-0", "changed here\n"}});
  const std::string before = target_tip();
  expect_merge(world, world.sync(kMerge), before, source_tip());
  EXPECT_EQ(file_of(world.target, "main", "contested"), "changed there");
  EXPECT_EQ(file_of(world.target, "main", "folder-0/file-0"), "changed here");
}

TEST_P(Merge, IsOnlyToldInADryRun) {
  part(world);
  const RefMap before = world.target.refs();
  const StepRun dry = world.sync(merge_and({{"dry_run", "true"}}));
  expect_status(dry, 0, "would_sync");
  EXPECT_EQ(dry.result_of(kMain), "would_merge");
  EXPECT_EQ(world.target.refs(), before);
  EXPECT_EQ(world.sync(kMerge).exit_code(), 0);
  EXPECT_EQ(dry.ref(kMain).value("new", ""), target_tip());
}

TEST_P(Merge, StopsOnAConflictAndNamesTheFile) {
  part_with_conflict(world);
  const RefMap before = world.target.refs();
  const StepRun run = world.sync(kMerge);
  expect_untouched(run, before, "merge_conflict");
  EXPECT_EQ(world.target.refs(), before);
  EXPECT_THAT(run.ref(kMain).value("reason", ""), HasSubstr("'contested'"));
  EXPECT_THAT(run.log(), HasSubstr("contested"));
  EXPECT_THAT(run.summary, HasSubstr("contested"));
}

TEST_P(Merge, WithAConflictWouldFailInADryRun) {
  part_with_conflict(world);
  const StepRun run = world.sync(merge_and({{"dry_run", "true"}}));
  expect_status(run, 0, "would_fail");
  EXPECT_EQ(run.error_of(kMain), "merge_conflict");
}

TEST_P(Merge, TakesOneSidesVersionWhereToldTo) {
  part_with_conflict(world);
  const std::string before = target_tip();
  for (const bool ours : {true, false}) {
    world.target.set_ref(kMain, before);
    const StepRun run = world.sync(merge_and({{"on_conflict", ours ? "ours" : "theirs"}}));
    expect_merge(world, run, before, source_tip());
    EXPECT_EQ(file_of(world.target, "main", "contested"),
              ours ? "as the target says" : "as the source says");
    EXPECT_EQ(file_of(world.target, "main", "of-the-source"), "1");
    EXPECT_EQ(file_of(world.target, "main", "of-the-target"), "2");
    EXPECT_THAT(run.ref(kMain).value("reason", ""), HasSubstr("contested"));
  }
}

TEST_P(Merge, TakesADeletionForAVersionToo) {
  world.source.import("commit refs/heads/main\n" + import_identity("committer", 90) +
                      import_data("away with it") + "from refs/heads/main^0\nD contested\n");
  world.target.commit("main", {{"contested", "changed here\n"}});
  const std::string before = target_tip();
  const StepRun stopped = world.sync(kMerge);
  EXPECT_EQ(stopped.error_of(kMain), "merge_conflict") << stopped.story();
  const StepRun run = world.sync(merge_and({{"on_conflict", "theirs"}}));
  expect_merge(world, run, before, source_tip());
  EXPECT_EQ(world.target.git({"ls-tree", "main", "contested"}), "");
}

TEST_P(Merge, IsMadeAnewWhenTheTargetMovesMeanwhile) {
  part(world);
  const std::string first = target_tip();
  const std::string second = world.target.commit("main", {{"later", "while we pushed\n"}});
  world.target.set_ref(kMain, first);
  world.target.set_ref("refs/heads/aside", second);
  world.target.hook("pre-receive",
                    "unset GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY "
                    "GIT_ALTERNATE_OBJECT_DIRECTORIES\ntest -e moved && exit 0\n"
                    "touch moved\ngit update-ref refs/heads/main " +
                        second + "\n");
  const StepRun run = world.sync(merge_and({{"retries", "3"}}));
  expect_merge(world, run, second, source_tip());
  EXPECT_EQ(file_of(world.target, "main", "later"), "while we pushed");
}

TEST_P(Merge, OfTwoBranchesGoesInOnePush) {
  world.source.branch("dev", "main");
  world.mirror();
  part(world);
  part(world, "dev");
  const std::string main = target_tip();
  const std::string dev = world.target.tip("dev");
  world.target.hook("pre-receive", "echo push >>pushes\n");
  const StepRun run = world.sync(kMerge);
  expect_merge(world, run, main, source_tip());
  expect_merge(world, run, dev, world.source.tip("dev"), "dev");
  EXPECT_EQ(file_text(world.target.path() / "pushes"), "push\n");
}

TEST_P(Merge, OfBranchesWithTheSameTipsIsOneForEach) {
  part(world);
  world.source.branch("copy", "main");
  world.target.branch("copy", "main");
  const std::string before = target_tip();
  const StepRun run = world.sync(kMerge);
  expect_merge(world, run, before, source_tip());
  expect_merge(world, run, before, source_tip(), "copy");
}

TEST_P(Merge, OfAllOrNoneWhenAtomic) {
  world.source.branch("dev", "main");
  world.mirror();
  part(world);
  part_with_conflict(world, "contested", "dev");
  const RefMap before = world.target.user_refs();
  const StepRun none = world.sync(merge_and({{"atomic", "true"}}));
  expect_status(none, 1, "failed");
  expect_target(world, before, none);
  EXPECT_EQ(none.error_of("refs/heads/dev"), "merge_conflict");
  EXPECT_EQ(none.error_of(kMain), "atomic_refused");
  const StepRun all = world.sync(merge_and({{"atomic", "true"}, {"on_conflict", "ours"}}));
  expect_merge(world, all, before.at(kMain), source_tip());
  expect_merge(world, all, before.at("refs/heads/dev"), world.source.tip("dev"), "dev");
}

TEST_P(Merge, LosesNothingSoItNeedsNoBackupAndCanBeUndone) {
  part(world);
  const std::string before = target_tip();
  expect_merge(world, world.sync(kMerge), before, source_tip());
  RefMap kept = world.target.refs();
  EXPECT_TRUE(kept.contains("refs/sync/ledger"));
  std::erase_if(kept, [](const auto& ref) { return !ref.first.starts_with("refs/sync/backup/"); });
  EXPECT_THAT(kept, IsEmpty());
  const StepRun undone = world.sync({{"mode", "rollback"}});
  EXPECT_EQ(undone.exit_code(), 0) << undone.story();
  EXPECT_EQ(target_tip(), before);
}

TEST_P(Merge, OfUnrelatedHistoriesIsRefused) {
  world.target.delete_ref(kMain);
  world.target.commit("main", {{"another", "beginning\n"}}, "another beginning");
  const RefMap before = world.target.refs();
  const StepRun run = world.sync(merge_and({{"on_conflict", "theirs"}}));
  expect_untouched(run, before, "diverged");
  EXPECT_EQ(run.relation_of(kMain), "unrelated");
}

TEST_P(Merge, LeavesATargetThatIsAheadAlone) {
  world.target.commits("main", 2);
  const RefMap before = world.target.refs();
  const StepRun run = world.sync(kMerge);
  expect_status(run, 0, "in_sync");
  expect_target(world, before, run);
  EXPECT_EQ(run.relation_of(kMain), "target_ahead");
}

TEST_P(Merge, IsNoneWhereAFastForwardDoes) {
  world.source.commit("main");
  const StepRun run = world.sync(kMerge);
  expect_synced(world, run);
  EXPECT_EQ(run.result_of(kMain), "updated");
}

TEST_P(Merge, OfTheSameTipsIsTheSameCommit) {
  part(world);
  const std::string before = target_tip();
  EXPECT_EQ(world.sync(kMerge).exit_code(), 0);
  const std::string merge = target_tip();
  world.target.set_ref(kMain, before);
  world.target.git({"prune", "--expire=now"});
  EXPECT_FALSE(world.target.has_object(merge));
  expect_merge(world, world.sync(kMerge), before, source_tip());
  EXPECT_EQ(target_tip(), merge);
}

TEST_P(Merge, PassesATargetThatChecksEveryObject) {
  for (const char* key : {"receive.fsckObjects", "transfer.fsckObjects"}) {
    world.target.config(key, "true");
  }
  part_with_conflict(world);
  const std::string before = target_tip();
  expect_merge(world, world.sync(merge_and({{"on_conflict", "theirs"}})), before, source_tip());
}

TEST_P(Merge, IsKeptAsOnePackOrUnpacked) {
  for (const char* limit : {"1", "1000"}) {
    world.target.config("receive.unpackLimit", limit);
    part(world, "main");
    const std::string before = target_tip();
    expect_merge(world, world.sync(kMerge), before, source_tip());
  }
}

TEST_P(Merge, GoesBehindAPackThatStreams) {
  world.source.expect_noise();
  world.source.commit("main", {{"large", noise(3'000'000, 5)}});
  world.target.commit("main", {{"of-the-target", "2\n"}});
  const std::string before = target_tip();
  expect_merge(world, world.sync(kMerge), before, source_tip());
}

TEST_P(Merge, NeedsNoPackOfTheSourceThatTheTargetHas) {
  part(world);
  world.target.git({"fetch", "-q", world.source.path().string(), "main:refs/heads/aside"});
  const std::string before = target_tip();
  const StepRun run = world.sync(kMerge);
  expect_merge(world, run, before, source_tip());
  EXPECT_EQ(world.target.tip("aside"), source_tip());
}

TEST_P(Merge, IsSignedByWhoeverIsNamed) {
  part(world);
  EXPECT_EQ(
      world.sync(merge_and({{"merge_author", "Zoë O'Mergé <zoe+merge@example.org>"}})).exit_code(),
      0);
  EXPECT_EQ(world.target.git({"log", "-1", "--format=%an <%ae>|%cn <%ce>", "main"}),
            "Zoë O'Mergé <zoe+merge@example.org>|Zoë O'Mergé <zoe+merge@example.org>");
  EXPECT_EQ(world.target.fsck(), "");
}

TEST_P(Merge, HasADateThatNoClockDecides) {
  part(world);
  const std::string latest = std::max(world.source.git({"log", "-1", "--format=%ct", "main"}),
                                      world.target.git({"log", "-1", "--format=%ct", "main"}));
  EXPECT_EQ(world.sync(kMerge).exit_code(), 0);
  EXPECT_EQ(world.target.git({"log", "-1", "--format=%at %ct", "main"}), latest + ' ' + latest);
}

TEST_P(Merge, LetsOtherRefsLandWhenOneConflicts) {
  part_with_conflict(world);
  world.source.commit("dev");
  world.source.light_tag("v1", "dev");
  const std::string before = target_tip();
  const StepRun run = world.sync(kMerge);
  expect_status(run, 1, "partial");
  expect_target(world,
                {{kMain, before},
                 {"refs/heads/dev", world.source.tip("dev")},
                 {"refs/tags/v1", world.source.tip("dev")}},
                run);
}

TEST_P(Merge, ThatTheTargetRefusesIsTold) {
  part(world);
  const RefMap before = world.target.user_refs();
  world.target.hook("update", "echo no merges here >&2; exit 1\n");
  const StepRun run = world.sync(merge_and({{"history", "false"}}));
  EXPECT_EQ(run.exit_code(), 1) << run.story();
  EXPECT_EQ(run.error_of(kMain), "hook_declined");
  expect_target(world, before, run);
}

TEST_P(Merge, OfForcedSyncIsAnOverwrite) {
  part(world);
  const StepRun run = world.sync(merge_and({{"force_sync", "true"}}));
  EXPECT_EQ(run.result_of(kMain), "forced") << run.story();
  EXPECT_EQ(target_tip(), source_tip());
}

TEST_P(Merge, ShowsAHostilePathAsText) {
  part_with_conflict(world, "::error::x [a](http:b) <img>`\x01`");
  const StepRun run = world.sync(kMerge);
  EXPECT_EQ(run.error_of(kMain), "merge_conflict") << run.story();
  EXPECT_THAT(run.log(), Not(HasSubstr("\n::error::x")));
  EXPECT_THAT(run.log(), Not(HasSubstr("\x01")));
  EXPECT_THAT(run.summary, Not(HasSubstr("<img>")));
}

// It told files "deleted" that the merge keeps.
TEST_P(Merge, IsReportedByWhatItChangesOnTheTarget) {
  part(world);
  const std::string before = target_tip();
  for (const char* dry_run : {"true", "false"}) {
    const StepRun run = world.sync(merge_and({{"report", "full"}, {"dry_run", dry_run}}));
    EXPECT_EQ(run.exit_code(), 0) << run.story();
    EXPECT_EQ(run.output("files_changed"), "1") << run.story();
    EXPECT_EQ(run.summary.find("of-the-target"), std::string::npos) << run.summary;
  }
  EXPECT_EQ(world.target.git({"diff", "--name-status", before, "main"}), "A\tof-the-source/main");
}

}  // namespace
}  // namespace occ::test
