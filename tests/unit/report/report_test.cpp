#include "report/report.hpp"

#include "samples.hpp"

#include <gtest/gtest.h>

namespace occ::report {
namespace {

using plan::Action;
using transfer::RefOutcome;
using transfer::Result;

RefOutcome ref_with(Result result, std::optional<FailureCode> error = {},
                    std::string name = "refs/heads/a") {
  RefOutcome outcome;
  outcome.planned.source_ref = outcome.planned.target_ref = std::move(name);
  outcome.result = result;
  outcome.error = error;
  return outcome;
}

const RefOutcome kQuiet = ref_with(Result::up_to_date);
const RefOutcome kLanded = ref_with(Result::updated);
const RefOutcome kWould = ref_with(Result::would_update);
const RefOutcome kLeft = ref_with(Result::skipped);
const RefOutcome kParted = ref_with(Result::diverged, FailureCode::diverged);
const RefOutcome kLost = ref_with(Result::unconfirmed, FailureCode::connection_lost);

// What happened, and what must be said of it.
struct Cell {
  std::string title;
  std::vector<RefOutcome> refs;
  std::optional<FailureCode> failure;
  bool dry_run;
  std::string skipped_because;
  Status status;
  int exit_code;
  std::string line_begins;
};

class StatusTable : public testing::TestWithParam<Cell> {};

TEST_P(StatusTable, SaysTheTruth) {
  const Cell& cell = GetParam();
  Report report;
  report.outcome.refs = cell.refs;
  report.outcome.dry_run = cell.dry_run;
  report.skipped_because = cell.skipped_because;
  if (cell.failure) report.outcome.failure = Failure(*cell.failure, "detail");
  EXPECT_EQ(name_of(status_of(report)), name_of(cell.status));
  EXPECT_EQ(exit_code_of(report, 0), cell.exit_code);
  EXPECT_TRUE(verdict_line(report).starts_with(cell.line_begins)) << verdict_line(report);
  EXPECT_TRUE(verdict_line(report).ends_with('.')) << verdict_line(report);
}

INSTANTIATE_TEST_SUITE_P(
    Cells, StatusTable,
    testing::Values(
        Cell{"NothingToDo", {kQuiet}, {}, false, "", Status::in_sync, 0, "In sync"},
        Cell{"NoRefsAtAll", {}, {}, false, "", Status::in_sync, 0, "In sync"},
        Cell{"AllLanded", {kLanded, kQuiet}, {}, false, "", Status::synced, 0, "Synced: 1 ref "},
        Cell{"LandedAndLeft", {kLanded, kLeft}, {}, false, "", Status::synced, 0, "Synced: 1 ref"},
        Cell{"OnlyLeft", {kLeft, kQuiet}, {}, false, "", Status::skipped, 0, "Left alone: 1 ref"},
        Cell{"SomeLanded", {kLanded, kParted}, {}, false, "", Status::partial, 1, "Partly synced"},
        Cell{"NoneLanded", {kParted, kQuiet}, {}, false, "", Status::failed, 1, "Failed: 1 ref"},
        Cell{"TheWorstExitCodeCounts",
             {kParted, kLost},
             {},
             false,
             "",
             Status::failed,
             3,
             "Failed: 2 refs"},
        Cell{"DryRunInSync", {kQuiet}, {}, true, "", Status::in_sync, 0, "In sync"},
        Cell{"DryRunWouldSync", {kWould}, {}, true, "", Status::would_sync, 0, "Dry run: 1 ref"},
        Cell{"DryRunWouldFail", {kWould, kParted}, {}, true, "", Status::would_fail, 0, "Dry run"},
        Cell{"DryRunThatCouldNotAnswer",
             {},
             FailureCode::timeout,
             true,
             "",
             Status::failed,
             3,
             "Failed"},
        Cell{"FailureBeforeAnything",
             {},
             FailureCode::authentication_failed,
             false,
             "",
             Status::failed,
             3,
             "Failed: the server did not accept the token"},
        Cell{"FailureInTheMiddle",
             {kLanded, kLost},
             FailureCode::connection_lost,
             false,
             "",
             Status::partial,
             3,
             "Partly synced"},
        Cell{"BadInput", {}, FailureCode::bad_input, false, "", Status::failed, 2, "Failed"},
        Cell{
            "OurMistake", {}, FailureCode::internal_error, false, "", Status::failed, 70, "Failed"},
        Cell{"Cancelled",
             {kLanded},
             FailureCode::cancelled,
             false,
             "",
             Status::cancelled,
             130,
             "Cancelled: 1 ref"},
        Cell{"HeldByTheBuild",
             {},
             {},
             false,
             "the build failed",
             Status::skipped,
             0,
             "Skipped: the build failed"}),
    [](const auto& cell) { return cell.param.title; });

TEST(ExitCodeOf, NamesTheSignalThatCancelledTheRun) {
  Report report;
  report.outcome.failure = Failure(FailureCode::cancelled, "x");
  EXPECT_EQ(exit_code_of(report, 2), 130);
  EXPECT_EQ(exit_code_of(report, 15), 143);
}

TEST(PrimaryRef, IsTheFirstBranchThatIsNotDeleted) {
  Report report;
  EXPECT_EQ(primary_ref(report), nullptr);
  report.outcome.refs = {ref_with(Result::removed, {}, "refs/heads/old"),
                         ref_with(Result::created, {}, "refs/tags/v1"),
                         ref_with(Result::updated, {}, "refs/heads/main")};
  report.outcome.refs[0].planned.action = Action::remove;
  EXPECT_EQ(primary_ref(report)->planned.target_ref, "refs/heads/main");
  report.outcome.refs.pop_back();
  EXPECT_EQ(primary_ref(report)->planned.target_ref, "refs/heads/old");
}

TEST(DisplayRef, IsShortAndTellsTagsFromBranches) {
  EXPECT_EQ(display_ref("refs/heads/a/b"), "a/b");
  EXPECT_EQ(display_ref("refs/tags/v1"), "tag v1");
  EXPECT_EQ(display_ref("refs/notes/x"), "refs/notes/x");
}

// A run with a record in the target's ledger.
Report recorded_run(std::vector<RefOutcome> refs) {
  Report report;
  report.outcome.refs = std::move(refs);
  report.outcome.recorded = true;
  report.run_key = "77-1";
  return report;
}

TEST(UndoHint, IsThereBesideOtherNotes) {
  Report report = recorded_run({kLanded});
  report.outcome.notes = {"a note"};
  report.outcome.warnings = {"a warning"};
  ASSERT_TRUE(can_be_undone(report));
  EXPECT_EQ(notes_of(report), (std::vector<std::string>{"a warning", "a note", undo_hint(report)}));
  EXPECT_NE(undo_hint(report).find("77-1"), std::string::npos);
}

TEST(UndoHint, IsNotThereWithoutARecord) {
  Report report = recorded_run({kLanded});
  report.outcome.recorded = false;
  EXPECT_FALSE(can_be_undone(report));
  EXPECT_TRUE(notes_of(report).empty());
}

TEST(UndoHint, IsNotThereWhereOnlyTheSourceMoved) {
  RefOutcome brought_back = kLanded;
  brought_back.on_source = true;
  EXPECT_FALSE(can_be_undone(recorded_run({kQuiet, brought_back})));
  EXPECT_TRUE(can_be_undone(recorded_run({kLanded, brought_back})));
}

TEST(UndoHint, IsThereAfterARunOfWhichAPartLanded) {
  Report report = recorded_run({kLanded, kLost});
  report.outcome.failure = Failure(FailureCode::connection_lost, "detail");
  EXPECT_TRUE(can_be_undone(report));
}

}  // namespace
}  // namespace occ::report
