#include "report/report.hpp"

#include "base/shown_count.hpp"
#include "base/untrusted.hpp"
#include "report/advice.hpp"

#include <algorithm>
#include <set>

namespace occ::report {
namespace {

using transfer::RefOutcome;
using transfer::Result;

std::size_t count_if(const Report& report, bool (*matches)(const RefOutcome&)) {
  const auto& refs = report.outcome.refs;
  return static_cast<std::size_t>(std::count_if(refs.begin(), refs.end(), matches));
}

std::size_t landed(const Report& report) {
  return count_if(report, [](const RefOutcome& r) { return has_landed(r.result); });
}
std::size_t would_land(const Report& report) {
  return count_if(report, [](const RefOutcome& r) { return would_land(r.result); });
}
std::size_t failing(const Report& report) {
  return count_if(report, [](const RefOutcome& r) { return r.error.has_value(); });
}
std::size_t skipped(const Report& report) {
  return count_if(report, [](const RefOutcome& r) { return r.result == Result::skipped; });
}

bool has_source_refs(const Report& report) {
  return count_if(report, [](const RefOutcome& r) { return r.on_source; }) > 0;
}

bool has_pull_request(const Report& report) {
  return count_if(report, [](const RefOutcome& r) { return !r.pull_request_url.empty(); }) > 0;
}

std::string refs(std::size_t count) {
  return shown_count(count, "ref", "refs");
}

std::string differing(std::size_t count) {
  return shown_count(count, "ref differs", "refs differ");
}

}  // namespace

Status status_of(const Report& report) {
  if (!report.skipped_because.empty()) return Status::skipped;
  const auto& failure = report.outcome.failure;
  if (failure && failure->code() == FailureCode::cancelled) return Status::cancelled;
  if (report.outcome.dry_run && !failure && failing(report) > 0) return Status::would_fail;
  if (failure || failing(report) > 0) {
    return landed(report) > 0 ? Status::partial : Status::failed;
  }
  if (landed(report) > 0) return Status::synced;
  if (would_land(report) > 0) return Status::would_sync;
  return skipped(report) > 0 ? Status::skipped : Status::in_sync;
}

std::string_view name_of(Status status) {
  switch (status) {
    case Status::in_sync:
      return "in_sync";
    case Status::synced:
      return "synced";
    case Status::would_sync:
      return "would_sync";
    case Status::would_fail:
      return "would_fail";
    case Status::skipped:
      return "skipped";
    case Status::partial:
      return "partial";
    case Status::failed:
      return "failed";
    case Status::cancelled:
      return "cancelled";
  }
  return "";
}

int exit_code_of(const Report& report, int signal) {
  const auto& failure = report.outcome.failure;
  if (failure && failure->code() == FailureCode::cancelled && signal != 0) return 128 + signal;
  if (failure) return failure->entry().exit_status;
  // A dry run answers a question; it fails only if it could not.
  if (report.outcome.dry_run) return kExitDone;
  int worst = kExitDone;
  for (const RefOutcome& ref : report.outcome.refs) {
    if (ref.error) worst = std::max(worst, catalogue_entry(*ref.error).exit_status);
  }
  return worst;
}

const RefOutcome* primary_ref(const Report& report) {
  const auto& all = report.outcome.refs;
  std::set<std::string_view> of_pull_requests;
  for (const RefOutcome& ref : all) {
    const std::string& name = ref.planned.parting->pull_branch;
    if (!name.empty()) of_pull_requests.insert(name);
  }
  const auto branch = std::find_if(all.begin(), all.end(), [&](const RefOutcome& ref) {
    return is_branch(ref.planned.target_ref) && ref.planned.action != plan::Action::remove &&
           !of_pull_requests.contains(ref.planned.target_ref);
  });
  if (branch != all.end()) return &*branch;
  return all.empty() ? nullptr : &all.front();
}

std::string verdict_line(const Report& report) {
  const std::size_t failed = failing(report);
  const bool rollback = !report.undoes.empty();
  switch (status_of(report)) {
    case Status::in_sync:
      if (rollback)
        return "Nothing to roll back: all is as it was before run " + report.undoes + ".";
      return "In sync: nothing to do.";
    case Status::synced: {
      std::string line =
          (rollback ? "Rolled back run " + report.undoes + ": " : "Synced: ") +
          refs(landed(report)) +
          (has_source_refs(report) ? " changed on the two sides, and confirmed by them"
                                   : " changed on the target, and confirmed by it");
      if (skipped(report) > 0) line += "; " + refs(skipped(report)) + " left alone";
      return line + ".";
    }
    case Status::would_sync:
      return "Dry run: " + refs(would_land(report)) + " would change" +
             (rollback ? " back to what they were before run " + report.undoes : "") + ".";
    case Status::would_fail:
      return "Dry run: " + refs(would_land(report)) + " would change, " + refs(failed) +
             " could not.";
    case Status::skipped:
      if (!report.skipped_because.empty()) return "Skipped: " + as_sentence(report.skipped_because);
      if (has_pull_request(report)) {
        return "Left to a pull request: " + differing(skipped(report)) + ".";
      }
      return "Left alone: " + differing(skipped(report)) +
             (skipped(report) == 1 ? ", and was to be left so." : ", and were to be left so.");
    case Status::partial:
      if (failed == 0) {  // the run failed at something else
        return std::string(rollback ? "Rolled back" : "Synced") +
               ", and failed after that: " + refs(landed(report)) + " changed.";
      }
      return std::string(rollback ? "Partly rolled back: " : "Partly synced: ") +
             refs(landed(report)) + " changed, " + refs(failed) + " did not.";
    case Status::failed:
      if (report.outcome.failure) {
        return "Failed: " + advice_on(report, *report.outcome.failure).meaning + ".";
      }
      return "Failed: " + refs(failed) +
             (rollback ? " could not be rolled back." : " could not be synced.");
    case Status::cancelled:
      return "Cancelled: " + refs(landed(report)) + " had landed.";
  }
  return "";
}

std::vector<std::string> notes_of(const Report& report) {
  std::vector<std::string> notes = report.outcome.warnings;
  notes.insert(notes.end(), report.outcome.notes.begin(), report.outcome.notes.end());
  if (can_be_undone(report)) notes.push_back(undo_hint(report));
  return notes;
}

bool can_be_undone(const Report& report) {
  const auto moved_target = [](const RefOutcome& ref) {
    return has_landed(ref.result) && !ref.on_source;
  };
  return report.outcome.recorded && !report.run_key.empty() && count_if(report, moved_target) > 0;
}

std::string undo_hint(const Report& report) {
  return "To undo this run: mode: rollback with rollback_to: " + report.run_key + ".";
}

bool keeps_old_tip(const RefOutcome& ref) {
  return !ref.planned.backup.empty() && has_landed(ref.result);
}

const analysis::RefFindings* findings_of(const Report& report, const RefOutcome& ref) {
  const auto& all = report.findings.refs;
  const auto at = std::find_if(all.begin(), all.end(), [&](const analysis::RefFindings& found) {
    return found.target_ref == ref.planned.target_ref && found.on_source == ref.on_source;
  });
  return at == all.end() ? nullptr : &*at;
}

}  // namespace occ::report
