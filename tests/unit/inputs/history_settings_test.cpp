// What a run is to leave on the target, and what is to be taken back: the inputs about it.
#include "inputs/settings.hpp"
#include "samples.hpp"

#include <gtest/gtest.h>

namespace occ::inputs {
namespace {

using test::failure_of;
using test::failure_text;

Environment with(std::initializer_list<std::pair<const std::string, std::string>> more) {
  Environment environment{{"INPUT_SOURCE_REPO", "a/source"}, {"INPUT_TARGET_REPO", "b/target"}};
  for (const auto& [name, value] : more) environment[name] = value;
  return environment;
}

TEST(HistorySettings, KeepBackupsAndALedgerUnlessToldOtherwise) {
  const Settings settings = read_settings(with({}));
  EXPECT_EQ(settings.mode, Mode::sync);
  EXPECT_TRUE(settings.history.backup);
  EXPECT_EQ(settings.history.backup_keep_days, 30);
  EXPECT_TRUE(settings.history.ledger);
  EXPECT_EQ(settings.history.rollback_to, "last");
  EXPECT_FALSE(settings.sync_built_commit);
}

TEST(HistorySettings, AreRead) {
  const Settings settings = read_settings(with({{"INPUT_BACKUP", "false"},
                                                {"INPUT_BACKUP_KEEP", "7"},
                                                {"INPUT_HISTORY", "false"},
                                                {"INPUT_MODE", "rollback"},
                                                {"INPUT_ROLLBACK_TO", "123-2"},
                                                {"INPUT_SYNC_BUILT_COMMIT", "true"}}));
  EXPECT_EQ(settings.mode, Mode::rollback);
  EXPECT_FALSE(settings.history.backup);
  EXPECT_EQ(settings.history.backup_keep_days, 7);
  EXPECT_FALSE(settings.history.ledger);
  EXPECT_EQ(settings.history.rollback_to, "123-2");
  EXPECT_TRUE(settings.sync_built_commit);
}

TEST(HistorySettings, OfARollbackNameWhatItDoesNotRead) {
  EXPECT_TRUE(read_settings(with({{"INPUT_MODE", "rollback"}, {"INPUT_PRUNE", "False"}}))
                  .idle_inputs.empty());
  const Settings settings = read_settings(with({{"INPUT_MODE", "rollback"},
                                                {"INPUT_PRUNE", "true"},
                                                {"INPUT_ON_DIVERGENCE", "overwrite"},
                                                {"INPUT_DRY_RUN", "true"}}));
  EXPECT_EQ(settings.idle_inputs, (std::vector<std::string>{"prune", "on_divergence"}));
  EXPECT_TRUE(read_settings(with({{"INPUT_PRUNE", "true"}})).idle_inputs.empty());
}

TEST(HistorySettings, AreCheckedAndAllMistakesTold) {
  const std::string text = failure_text([] {
    static_cast<void>(read_settings(with({{"INPUT_BACKUP", "maybe"},
                                          {"INPUT_BACKUP_KEEP", "-1"},
                                          {"INPUT_HISTORY", "7"},
                                          {"INPUT_MODE", "undo"},
                                          {"INPUT_ROLLBACK_TO", "a/b"}})));
  });
  for (const char* name : {"backup", "backup_keep", "history", "mode", "rollback_to"}) {
    EXPECT_NE(text.find(name), std::string::npos) << name << ": " << text;
  }
}

TEST(HistorySettings, TakeNoRunThatCannotBeOne) {
  for (const char* wrong : {"..", "1/2", "a b", "1\n2", "refs/heads/main", "7_1", "ä"}) {
    const auto code = failure_of([&] {
      static_cast<void>(read_settings(with({{"INPUT_ROLLBACK_TO", wrong}})));
    });
    EXPECT_EQ(code, FailureCode::bad_input) << wrong;
  }
}

TEST(HistorySettings, NameTheRunAfterTheWorkflows) {
  EXPECT_EQ(
      read_settings(with({{"GITHUB_RUN_ID", "77"}, {"GITHUB_RUN_ATTEMPT", "3"}})).history.run_key,
      "77-3");
  EXPECT_EQ(read_settings(with({{"GITHUB_RUN_ID", "77"}})).history.run_key, "77-1");
}

// The key is part of a ref's name.
TEST(HistorySettings, TakeNoNameFromTheRunnerThatARefCannotHave) {
  for (const char* wrong : {"", "../x", "7/7", "7 7", "7.7", "7\n7"}) {
    EXPECT_EQ(read_settings(with({{"GITHUB_RUN_ID", wrong}})).history.run_key, "") << wrong;
    if (*wrong == '\0') continue;
    EXPECT_EQ(read_settings(with({{"GITHUB_RUN_ID", "7"}, {"GITHUB_RUN_ATTEMPT", wrong}}))
                  .history.run_key,
              "")
        << wrong;
  }
}

TEST(HistorySettings, WantNoSourceForARollback) {
  const Settings settings =
      read_settings({{"INPUT_MODE", "rollback"}, {"INPUT_TARGET_REPO", "b/target"}});
  EXPECT_EQ(settings.target.name, "b/target");
  EXPECT_EQ(failure_of([] {
              static_cast<void>(read_settings({{"INPUT_MODE", "rollback"}}));
            }),
            FailureCode::bad_input);
}

TEST(HistorySettings, TakeNoRunToUndoForASync) {
  Environment environment = with({});
  environment["INPUT_ROLLBACK_TO"] = "12345-1";
  EXPECT_EQ(failure_of([&] { static_cast<void>(read_settings(environment)); }),
            FailureCode::bad_input);
  environment["INPUT_MODE"] = "rollback";
  EXPECT_EQ(read_settings(environment).history.rollback_to, "12345-1");
}

TEST(HistorySettings, AreNotHeldUpByWhatARollbackDoesNotRead) {
  Environment environment = with({});
  environment["INPUT_MODE"] = "rollback";
  environment["INPUT_DIRECTION"] = "both";
  environment["INPUT_PRUNE"] = "true";
  environment["INPUT_TARGET_REPO"] = "https://git.example.com/b/target";
  environment["INPUT_ON_DIVERGENCE"] = "pull_request";
  EXPECT_FALSE(read_settings(environment).idle_inputs.empty());
}

}  // namespace
}  // namespace occ::inputs
