// What is overwritten or deleted stays on the target under another name, or is not overwritten.
#include "e2e/history.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace occ::test {
namespace {

using testing::IsEmpty;

const Inputs kOverwrite = {{"on_divergence", "overwrite"}};

using Backups = OverTransportWithHistory;

INSTANTIATE_TEST_SUITE_P(Transports, Backups,
                         testing::Values(Transport::http, Transport::http_filter,
                                         Transport::http_github, Transport::path),
                         transport_test_name);

TEST_P(Backups, KeepTheTipsOfWhatIsOverwritten) {
  const RefMap expected{{"1-1/heads/main", world.diverge("main")},
                        {"1-1/heads/dev", world.diverge("dev")}};
  const RefMap before = world.target.refs();
  const StepRun run = world.sync_as("1", kOverwrite);
  expect_synced(world, run);
  EXPECT_EQ(backups_of(world.target), expected);
  EXPECT_EQ(lost_since(world.target, before), "");
  expect_recorded(world, "1-1", before, run);
  EXPECT_EQ(recorded_ref(records_of(world.target).front(), "refs/heads/main")["backup"],
            "refs/sync/backup/1-1/heads/main");
}

TEST_P(Backups, KeepTheTipsOfWhatIsDeleted) {
  const RefMap expected{{"1-1/heads/gone", world.target.tip("gone")},
                        {"1-1/tags/v1", world.target.tip("refs/tags/v1")}};
  world.source.delete_ref("refs/heads/gone");
  world.source.delete_ref("refs/tags/v1");
  const RefMap before = world.target.refs();
  const StepRun run = world.sync_as("1", {{"prune", "true"}});
  expect_synced(world, run);
  EXPECT_EQ(backups_of(world.target), expected);
  EXPECT_EQ(lost_since(world.target, before), "");
  expect_recorded(world, "1-1", before, run);
}

TEST_P(Backups, KeepTagsThatMove) {
  const RefMap expected{{"1-1/tags/v1", world.target.tip("refs/tags/v1")}};
  world.source.annotated_tag("v1", "main", "another");
  const StepRun run = world.sync_as("1", {{"move_tags", "true"}});
  expect_synced(world, run);
  EXPECT_EQ(backups_of(world.target), expected);
}

TEST_P(Backups, GoWithThePushOnceTheTargetShowsOthers) {
  world.diverge("main");
  expect_synced(world, world.sync_as("1", kOverwrite));
  const std::string theirs = world.diverge("main");
  world.count_pushes();
  const StepRun run = world.sync_as("2", kOverwrite);
  expect_synced(world, run);
  EXPECT_EQ(backups_of(world.target).at("2-1/heads/main"), theirs);
  EXPECT_EQ(world.pushes(), 1) << run.story();
}

class BackupChoice : public testing::Test {};

struct BackupWorld : HistoryWorld {
  BackupWorld() : HistoryWorld(Transport::path) {
    source.commits("main", 3);
    source.branch("dev", "main");
    mirror();
  }
};

TEST_F(BackupChoice, NoneIsMadeWhenNoneIsWanted) {
  BackupWorld world;
  world.diverge("main");
  const StepRun run = world.sync_as("1", {{"on_divergence", "overwrite"}, {"backup", "false"}});
  expect_synced(world, run);
  EXPECT_THAT(backups_of(world.target), IsEmpty());
  EXPECT_TRUE(
      recorded_ref(records_of(world.target).front(), "refs/heads/main")["backup"].is_null());
}

TEST_F(BackupChoice, NoneIsMadeOfWhatOnlyMovesOn) {
  BackupWorld world;
  world.source.commit("main");
  world.source.branch("new", "main");
  const StepRun run = world.sync_as("1", {{"on_divergence", "overwrite"}, {"prune", "true"}});
  expect_synced(world, run);
  EXPECT_THAT(backups_of(world.target), IsEmpty());
}

TEST_F(BackupChoice, NoneIsMadeOfWhatIsLeftAlone) {
  BackupWorld world;
  const std::string theirs = world.diverge("main");
  world.source.commit("dev");
  const StepRun run = world.sync_as("1");
  EXPECT_EQ(run.exit_code(), 1) << run.story();
  EXPECT_EQ(world.target.tip("main"), theirs);
  EXPECT_THAT(backups_of(world.target), IsEmpty());
}

TEST_F(BackupChoice, SeveralOfOneRunStandBesideEachOther) {
  BackupWorld world;
  const std::string first = world.diverge("main");
  expect_synced(world, world.sync_as("1", kOverwrite));
  const std::string second = world.diverge("main");
  expect_synced(world, world.sync_as("1", kOverwrite));
  const RefMap expected{{"1-1/heads/main", first}, {"1-1.2/heads/main", second}};
  EXPECT_EQ(backups_of(world.target), expected);
}

// Two steps of one job share the run's key: the first one deletes `a`, the second overwrites `a/b`.
TEST_F(BackupChoice, AFileAndAFolderOfOneRunDoNotClash) {
  BackupWorld world;
  world.source.branch("a", "main");
  world.mirror();
  world.source.delete_ref("refs/heads/a");
  world.source.branch("a/b", "main");
  world.source.commit("a/b");
  expect_synced(world, world.sync_as("1", {{"prune", "true"}}));
  const std::string theirs = world.diverge("a/b");
  const RefMap before = world.target.refs();
  const StepRun run = world.sync_as("1", kOverwrite);
  expect_synced(world, run);
  EXPECT_EQ(lost_since(world.target, before), "");
  EXPECT_TRUE(std::any_of(before.begin(), before.end(),
                          [&](const auto& ref) { return ref.second == theirs; }));
}

TEST_F(BackupChoice, AFileOfRefsBecomesAFolder) {
  BackupWorld world;
  world.source.branch("a", "main");
  world.source.commit("a");
  world.mirror();
  const std::string old = world.target.tip("a");
  world.source.delete_ref("refs/heads/a");
  world.source.branch("a/b", "main");
  world.source.commit("main");
  const RefMap before = world.target.refs();
  const StepRun run = world.sync_as("1", {{"prune", "true"}});
  expect_synced(world, run);
  EXPECT_EQ(backups_of(world.target), (RefMap{{"1-1/heads/a", old}}));
  expect_recorded(world, "1-1", before, run);
}

// A server may hide what we would keep: nothing is then overwritten, the rest goes on. (A hidden
// ref is refused while the rest of an atomic push lands.)
class HiddenBackups : public testing::TestWithParam<std::tuple<Transport, const char*>> {
 protected:
  HistoryWorld world{std::get<0>(GetParam())};
  std::string theirs;

  void SetUp() override {
    world.source.commits("main", 3);
    for (const char* name : {"dev", "gone"}) world.source.branch(name, "main");
    world.mirror();
    theirs = world.diverge("main");
    world.source.delete_ref("refs/heads/gone");
    world.source.commit("dev");
    world.source.branch("new", "main");
    const std::string setting = std::get<1>(GetParam());
    const std::size_t space = setting.find(' ');
    world.target.config(setting.substr(0, space), setting.substr(space + 1));
  }

  void expect_the_rest_landed(const StepRun& run) {
    EXPECT_EQ(run.exit_code(), 1) << run.story();
    EXPECT_EQ(run.error_of("refs/heads/main"), "backup_refused") << run.story();
    EXPECT_EQ(run.error_of("refs/heads/gone"), "backup_refused") << run.story();
    RefMap expected = world.source.refs();
    expected["refs/heads/main"] = theirs;
    expected["refs/heads/gone"] = world.source.tip("main~1");
    EXPECT_EQ(difference(expected, world.target.user_refs()), "") << run.story();
    EXPECT_EQ(world.target.fsck(), "");
  }
};

INSTANTIATE_TEST_SUITE_P(Servers, HiddenBackups,
                         testing::Combine(testing::Values(Transport::http, Transport::path),
                                          testing::Values("receive.hideRefs refs/sync/backup",
                                                          "transfer.hideRefs refs/sync")),
                         [](const auto& test) {
                           return std::string(name_of(std::get<0>(test.param))) +
                                  (std::string(std::get<1>(test.param)).starts_with("receive")
                                       ? "Receive"
                                       : "Transfer");
                         });

const Inputs kOverwriteAndPrune = {{"on_divergence", "overwrite"}, {"prune", "true"}};

TEST_P(HiddenBackups, LetNothingBeOverwrittenOrDeleted) {
  expect_the_rest_landed(world.sync_as("1", kOverwriteAndPrune));
}

TEST_P(HiddenBackups, OfEarlierRunsChangeNothingInThat) {
  world.target.set_ref("refs/sync/backup/0-1/heads/main", "main");
  expect_the_rest_landed(world.sync_as("1", kOverwriteAndPrune));
  EXPECT_EQ(backups_of(world.target).size(), 1U);
}

TEST_P(HiddenBackups, StopEverythingWhenAtomic) {
  const RefMap before = world.target.refs();
  Inputs inputs = kOverwriteAndPrune;
  inputs["atomic"] = "true";
  const StepRun run = world.sync_as("1", inputs);
  expect_status(run, 1, "failed");
  expect_target(world, before, run);
}

TEST_P(HiddenBackups, DoNotMatterWhenNoneAreWanted) {
  Inputs inputs = kOverwriteAndPrune;
  inputs["backup"] = "false";
  expect_synced(world, world.sync_as("1", inputs));
}

// The lease holds for what is kept as well: the backup is of what was really overwritten.
TEST_F(BackupChoice, OfARefThatMovesMeanwhileIsOfTheLastTip) {
  BackupWorld world;
  const std::string first = world.diverge("main");
  const std::string second = world.target.commit("main", {{"theirs", "2\n"}});
  world.target.branch("main", first);
  world.target.hook("pre-receive",
                    "unset GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY "
                    "GIT_ALTERNATE_OBJECT_DIRECTORIES\n"
                    "while read old new ref; do\n"
                    "  test $ref != refs/heads/main || test -e once || {\n"
                    "    touch once; git update-ref refs/heads/main " +
                        second + "; }\ndone\n");
  const StepRun run = world.sync_as("1", kOverwrite);
  expect_synced(world, run);
  const RefMap backups = backups_of(world.target);
  EXPECT_TRUE(std::any_of(backups.begin(), backups.end(), [&](const auto& each) {
    return each.second == second;
  })) << run.story();
  EXPECT_EQ(lost_since(world.target, {{"refs/heads/main", second}}), "");
  EXPECT_EQ(recorded_ref(records_of(world.target).front(), "refs/heads/main")["old"], second);
}

}  // namespace
}  // namespace occ::test
