// A ledger that somebody else wrote: whatever it says, nothing but branches and tags of the target
// can move, and only to commits that the target has.
#include "e2e/history.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace occ::test {
namespace {

class HostileLedger : public testing::Test {
 protected:
  HistoryWorld world{Transport::path};
  std::string old;
  std::string now;

  void SetUp() override {
    old = world.source.commits("main", 3);
    now = world.source.commits("main", 2);
    world.source.branch("dev", "main");
    world.mirror();
    world.target.git({"update-ref", "refs/notes/commits", now});
    world.target.git({"update-ref", "refs/pull/1/head", now});
    world.target.set_ref("refs/sync/backup/0-1/heads/main", "main");
  }

  void plant(const std::string& text) const {
    plant_record(world.target, {"5-1", 1'700'000'000, 1, text});
  }

  StepRun expect_nothing_moved(const std::string& text) {
    plant(text);
    const RefMap before = world.target.refs();
    StepRun run = world.roll_back("9", {{"force_sync", "true"}});
    RefMap after = world.target.refs();
    after[kLedgerRef] = before.at(kLedgerRef);
    // A backup that was made in vain harms nobody.
    std::erase_if(after,
                  [](const auto& ref) { return ref.first.starts_with("refs/sync/backup/9-1"); });
    EXPECT_EQ(difference(before, after), "") << text << "\n" << run.story();
    EXPECT_EQ(world.target.fsck(), "");
    EXPECT_FALSE(run.process.timed_out);
    EXPECT_LT(run.exit_code(), 70) << run.story();
    return run;
  }
};

TEST_F(HostileLedger, ThatIsNoJsonMovesNothing) {
  const std::string deep(200'000, '[');
  const std::string deep_inside = R"({"schema":)" + deep + std::string(200'000, ']') + "}";
  for (const std::string& text :
       {std::string("not json"), std::string(), std::string("[]"), std::string("null"),
        std::string("{\"schema\":1}"), std::string("{\"schema\":1,\"refs\":7}"),
        std::string("{\"schema\":2,\"refs\":[]}"), std::string("{\"schema\":1,\"refs\":[7,[],{}]}"),
        std::string("\xff\xfe\0{", 4), deep, deep_inside}) {
    const StepRun run = expect_nothing_moved(text);
    EXPECT_EQ(run.error(), "no_such_record") << text.substr(0, 100) << run.story();
  }
}

// 200 MB, of which a few hundred kB are sent.
TEST_F(HostileLedger, WithARecordOfManyMegabytesIsNotRead) {
  const StepRun run =
      expect_nothing_moved("{\"schema\":1,\"refs\":[" + std::string(200'000'000, ' ') + "]}");
  EXPECT_EQ(run.error(), "no_such_record") << run.story();
  EXPECT_LT(run.process.peak_rss_kib.at(kProgramName), 104L * 1024);
}

TEST_F(HostileLedger, WithARecordOfGigabytesIsNotTakenIn) {
  const std::string blob =
      world.target.git({"hash-object", "-w", "--stdin"}, std::string(1'000'000'000, ' '));
  const std::string tree = world.target.git({"mktree"}, "100644 blob " + blob + "\trecord.json\n");
  world.target.git(
      {"update-ref", kLedgerRef,
       world.target.git({"commit-tree", tree, "-m", "x\n\nSync-Run: 5-1\nSync-Changed: 1"})});
  const StepRun run = world.roll_back("9");
  EXPECT_EQ(run.error(), "limit_exceeded") << run.story();
  EXPECT_LT(run.process.peak_rss_kib.at(kProgramName), 104L * 1024);
}

TEST_F(HostileLedger, ThatNamesForeignRefsMovesNone) {
  for (const char* name :
       {"refs/sync/ledger", "refs/sync/backup/0-1/heads/main", "refs/notes/commits",
        "refs/pull/1/head", "HEAD", "refs/heads/../notes/commits", "refs/heads/", "refs/heads",
        "refs/headsmain", "main", "refs/heads/x.lock", "refs/heads/x\ny", "refs/heads/HEAD\0z",
        "refs/heads/-x^{}", "refs/heads//main", "/refs/heads/main"}) {
    expect_nothing_moved(record_text("5-1", {{name, {old, now}}}));
  }
}

TEST_F(HostileLedger, ThatNamesNoIdsMovesNothing) {
  const std::string digits(40, 'e');
  for (const std::string& wrong :
       {std::string("main"), std::string("HEAD"), std::string("--force"), old.substr(0, 12),
        std::string(64, 'a'), old + "\n", std::string(40, 'g'), digits}) {
    expect_nothing_moved(record_text("5-1", {{"refs/heads/main", {wrong, now}}}));
  }
}

TEST_F(HostileLedger, ThatDeletesAllBranchesIsStoppedByTheServersOwnRules) {
  // The default branch is the target's to protect; the other one has its backup.
  plant(record_text("5-1", {{"refs/heads/main", {"", now}}, {"refs/heads/dev", {"", now}}}));
  const RefMap before = world.target.refs();
  const StepRun run = world.roll_back("9");
  EXPECT_EQ(world.target.tip("main"), now) << run.story();
  EXPECT_EQ(lost_since(world.target, before), "");
}

TEST_F(HostileLedger, ThatNamesOneRefTwiceMovesItAtMostOnce) {
  std::string text = record_text("5-1", {{"refs/heads/main", {old, now}}});
  const std::string entry = text.substr(text.find("[{") + 1, text.rfind("}]") - text.find("[{"));
  text.insert(text.find("[{") + 1, entry + ",");
  plant(text);
  const RefMap before = world.target.refs();
  const StepRun run = world.roll_back("9");
  EXPECT_EQ(run.exit_code(), 0) << run.story();
  EXPECT_EQ(world.target.tip("main"), old);
  EXPECT_EQ(world.target.tip("dev"), now);
  EXPECT_EQ(lost_since(world.target, before), "");
}

TEST_F(HostileLedger, ThatIsNoCommitHasNoRecords) {
  const std::string blob = world.target.git({"hash-object", "-w", "--stdin"}, "not a ledger");
  world.target.git({"tag", "-a", "-m", "x", "tagged", "main"});
  for (const std::string& odd :
       {blob, world.target.tip("main^{tree}"), world.target.tip("refs/tags/tagged"), now}) {
    world.target.git({"update-ref", kLedgerRef, odd});
    const RefMap before = world.target.refs();
    const StepRun run = world.roll_back("9");
    EXPECT_NE(run.exit_code(), 0) << run.story();
    EXPECT_LT(run.exit_code(), 70) << run.story();
    EXPECT_EQ(world.target.refs(), before);
  }
}

// Message and content are separate; neither may carry the other away.
TEST_F(HostileLedger, WithWordsForTheLogLeavesTheLogWhole) {
  plant_record(world.target, {"5-1\n::error::owned", 1'700'000'000, 1,
                              record_text("5-1", {{"refs/heads/main", {old, now}}})});
  const StepRun run = world.roll_back("9", {{"dry_run", "true"}});
  EXPECT_EQ(run.log().find("\n::error::owned"), std::string::npos) << run.story();
  plant_record(world.target, {"7-1", 1'700'000'000, 1,
                              record_text("7-1", {{"refs/heads/a\n::error::owned", {old, now}}})});
  const StepRun other = world.roll_back("9", {{"dry_run", "true"}});
  EXPECT_EQ(other.log().find("\n::error::owned"), std::string::npos) << other.story();
}

}  // namespace
}  // namespace occ::test
