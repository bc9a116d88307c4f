#include "app/publish.hpp"

#include "app/aftermath.hpp"
#include "base/shown_bytes.hpp"
#include "base/shown_count.hpp"
#include "base/untrusted.hpp"
#include "report/advice.hpp"
#include "report/outputs.hpp"
#include "report/summary.hpp"
#include "runner/command_files.hpp"
#include "sync/plan_lines.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace occ::app {
namespace {

using report::Report;
using runner::Console;
using transfer::RefOutcome;

constexpr std::size_t kMostLines = 200;      // of refs, in the log
constexpr std::size_t kMostAnnotations = 9;  // the runner shows ten of a kind

std::string outcome_line(const RefOutcome& ref) {
  return "  " + std::string(transfer::name_of(ref.result)) + "  " +
         report::display_ref(ref.planned.target_ref) + (ref.on_source ? " on the source" : "") +
         "  " + sync::shown_oid(ref.planned.old_oid) + " -> " +
         sync::shown_oid(ref.planned.new_oid) + sync::shown_counts(ref.planned) +
         (ref.reason.empty() ? "" : ": " + ref.reason);
}

std::string with_remedy(FailureCode code, std::string_view detail, const report::Advice& advice) {
  return as_sentence(detail) + ' ' + advice.remedy + " [" + std::string(catalogue_entry(code).id) +
         ']';
}

// Nothing for a run that ended before it asked anybody.
void print_result(Console& console, const Report& report) {
  const auto& outcome = report.outcome;
  const std::uint64_t received = outcome.source_traffic.received + outcome.target_traffic.received;
  const std::uint64_t sent = outcome.source_traffic.sent + outcome.target_traffic.sent;
  if (outcome.refs.empty() && received + sent == 0) return;
  std::size_t lines = 0;
  console.begin_group("Result");
  for (const RefOutcome& ref : outcome.refs) {
    if (ref.result == transfer::Result::up_to_date) continue;
    if (lines++ < kMostLines) console.info(outcome_line(ref));
  }
  if (lines > kMostLines) console.info("  … and " + std::to_string(lines - kMostLines) + " more");
  console.info("  received " + shown_bytes(received) + ", sent " + shown_bytes(sent) + ", pack " +
               shown_bytes(outcome.pack_bytes) + ", " + std::to_string(report.duration_ms) + " ms");
  console.end_group();
}

void annotate_problems(Console& console, const Report& report) {
  const auto severity =
      report.outcome.dry_run ? Console::Severity::warning : Console::Severity::error;
  if (const auto& failure = report.outcome.failure) {
    console.annotate(
        Console::Severity::error, "sync-action",
        with_remedy(failure->code(), failure->what(), report::advice_on(report, *failure)));
  }
  std::size_t shown = 0;
  std::size_t more = 0;
  for (const RefOutcome& ref : report.outcome.refs) {
    // What ended the run is told once, not for each ref.
    if (!ref.error || (report.outcome.failure && *ref.error == report.outcome.failure->code())) {
      continue;
    }
    if (shown == kMostAnnotations) {
      ++more;
      continue;
    }
    ++shown;
    console.annotate(
        severity, report::display_ref(ref.planned.target_ref),
        with_remedy(*ref.error, report::display_ref(ref.planned.target_ref) + ": " + ref.reason,
                    report::advice_on(report, ref)));
  }
  if (more > 0) {
    console.info(shown_count(more, "more ref has a problem", "more refs have problems") +
                 "; see the summary");
  }
}

// All other outputs are words, numbers and ids of our own, which stay whatever a secret is called.
bool holds_foreign_text(std::string_view output) {
  return output == "result" || output == "pull_request_url";
}

std::vector<runner::Output> redacted_outputs(const Report& report, const Redactor& redactor) {
  std::vector<runner::Output> outputs;
  for (const auto& [name, value] : report::outputs_of(report)) {
    outputs.push_back(
        {std::string(name), holds_foreign_text(name) ? redactor.redacted_document(value) : value});
  }
  return outputs;
}

LostFiles write_files(Console& console, const inputs::RunnerContext& runner, const Report& report) {
  LostFiles lost;
  after_the_push(console, "the outputs of the step", [&] {
    if (runner.output_file.empty()) return;
    const auto outputs = redacted_outputs(report, console.redactor());
    const std::string why = runner::write_outputs(runner.output_file, outputs);
    lost.outputs = !why.empty();
    warn_of_loss(console, "GITHUB_OUTPUT", runner.output_file, "this step has no outputs", why);
  });
  after_the_push(console, "the summary", [&] {
    if (runner.summary_file.empty()) return;
    const std::string summary = console.redactor().redacted_document(
        report::summary_markdown(report, runner::kSummaryLimit));
    const std::string why = runner::write_summary(runner.summary_file, summary);
    lost.summary = !why.empty();
    warn_of_loss(console, "GITHUB_STEP_SUMMARY", runner.summary_file, "this step has no summary",
                 why);
  });
  return lost;
}

}  // namespace

LostFiles publish(Console& console, const inputs::RunnerContext& runner, const Report& report) {
  console.end_progress();
  const auto& outcome = report.outcome;
  print_result(console, report);
  annotate_problems(console, report);
  for (const std::string& warning : outcome.warnings) {
    console.annotate(Console::Severity::warning, "sync-action", warning);
  }
  for (const std::string& note : outcome.notes) {
    console.annotate(Console::Severity::notice, "sync-action", note);
  }
  if (report::can_be_undone(report)) console.info(report::undo_hint(report));
  console.info(report::verdict_line(report));
  return write_files(console, runner, report);
}

}  // namespace occ::app
