#include "report/summary.hpp"

#include "base/shown_bytes.hpp"
#include "base/untrusted.hpp"
#include "report/findings_markdown.hpp"
#include "report/markdown_text.hpp"
#include "report/result_json.hpp"
#include "report/tasks.hpp"
#include "report/words.hpp"

#include <algorithm>

namespace occ::report {
namespace {

using transfer::RefOutcome;
using transfer::Result;

constexpr std::size_t kRoomForTheEnd = 4U << 10U;  // bytes kept for the last line
constexpr std::size_t kMostBackups = 10;           // told one by one
constexpr std::size_t kReportLimit = 8U << 20U;    // bytes of report.md

std::string_view mark_of(Status status) {
  switch (status) {
    case Status::in_sync:
    case Status::synced:
      return "✅";
    case Status::would_sync:
      return "🔎";
    case Status::skipped:
      return "⏭️";
    case Status::would_fail:
    case Status::partial:
      return "⚠️";
    case Status::failed:
    case Status::cancelled:
      return "❌";
  }
  return "";
}

std::string shown_oid(const Oid& oid) {
  return oid.is_null() ? "–" : "<code>" + oid.abbreviated() + "</code>";
}

std::string number_or_dash(const std::optional<std::uint64_t>& count) {
  return count ? std::to_string(*count) : "–";
}

std::string shown_result(const RefOutcome& ref) {
  const std::string words(words_for(ref.result));
  return ref.error ? "**" + words + "**" : words;
}

std::string table_row(const RefOutcome& ref) {
  const plan::PlannedRef& planned = ref.planned;
  std::string name = markdown_code(display_ref(planned.target_ref));
  if (ref.on_source) {
    name += " on the source";
  } else if (!planned.source_ref.empty() && planned.source_ref != planned.target_ref) {
    name = markdown_code(display_ref(planned.source_ref)) + " → " + name;
  }
  return "| " + name + " | " + std::string(plan::name_of(planned.action)) + " | " +
         shown_oid(planned.old_oid) + " → " + shown_oid(planned.new_oid) + " | " +
         number_or_dash(planned.ahead) + " / " + number_or_dash(planned.behind) + " | " +
         shown_result(ref) + " | " + markdown_text(ref.reason) + " |\n";
}

// `result` has a limit of its own; only report.json has none.
std::string told_elsewhere(const Report& report, std::size_t left_out) {
  const std::size_t all = report.outcome.refs.size();
  const std::size_t in_result = refs_in_result(report);
  const std::string missing =
      shown_number(left_out) + " of " + shown_count(all, "ref", "refs") + " did not fit here";
  if (in_result == all) return missing + "; the output `result` has all of them.";
  return missing + "; the output `result` has " + shown_number(in_result) + " of them, " +
         (report.has_files ? "and report.json, beside report.md, has them all."
                           : "and with `report: true` there is a report.json that has them all.");
}

std::string refs_table(const Report& report, std::size_t limit) {
  std::string rows;
  std::size_t up_to_date = 0;
  std::size_t left_out = 0;
  for (const RefOutcome& ref : report.outcome.refs) {
    // With few refs the quiet ones are shown as well.
    if (ref.result == Result::up_to_date && report.outcome.refs.size() > 20) {
      ++up_to_date;
      continue;
    }
    const std::string row = table_row(ref);
    if (rows.size() + row.size() > limit) {
      ++left_out;
      continue;
    }
    rows += row;
  }
  std::string table;
  if (!rows.empty()) {
    table =
        "| Ref | Action | Target: old → new | Ahead / behind | Result | Why |\n"
        "| --- | --- | --- | --- | --- | --- |\n" +
        rows + '\n';
  }
  if (up_to_date > 0)
    table += shown_count(up_to_date, "more ref is", "more refs are") + " up to date.\n\n";
  if (left_out > 0) {
    table += told_elsewhere(report, left_out) + "\n\n";
  }
  return table;
}

std::string tasks_markdown(const Report& report) {
  std::string list;
  for (const Task& task : tasks_of(report)) {
    list += "- **" + task.id + "**: " + markdown_text(as_sentence(task.what)) + ' ' + task.remedy +
            '\n';
  }
  return list.empty() ? list : "#### What to do\n\n" + list + '\n';
}

std::string notes_markdown(const Report& report) {
  std::string list;
  std::size_t kept = 0;
  for (const RefOutcome& ref : report.outcome.refs) {
    if (!keeps_old_tip(ref)) continue;
    if (++kept > kMostBackups) continue;
    list += "- The old tip of " + markdown_code(display_ref(ref.planned.target_ref)) +
            " is kept on the target at " + markdown_code(ref.planned.backup) + ".\n";
  }
  if (kept > kMostBackups) {
    list += "- And " +
            (kept - kMostBackups == 1
                 ? std::string("that of one more ref")
                 : "those of " + shown_number(kept - kMostBackups) + " more refs") +
            " beside them.\n";
  }
  for (const std::string& note : notes_of(report)) list += "- " + markdown_text(note) + '\n';
  return list.empty() ? list : list + '\n';
}

std::string cost_line(const Report& report) {
  const auto& outcome = report.outcome;
  const auto& findings = report.findings;
  return "<sub>" + std::to_string(report.duration_ms) + " ms · received " +
         shown_bytes(outcome.source_traffic.received + outcome.target_traffic.received) +
         " · sent " + shown_bytes(outcome.source_traffic.sent + outcome.target_traffic.sent) +
         " · pack " + shown_bytes(outcome.pack_bytes) + " with " +
         shown_count(outcome.pack_objects, "object", "objects") + " · requests " +
         std::to_string(outcome.source_traffic.requests) + " + " +
         std::to_string(outcome.target_traffic.requests) +
         (findings.requests > 0 ? " · for this report " + shown_bytes(findings.bytes_fetched)
                                : "") +
         "</sub>\n\n";
}

}  // namespace

std::string summary_markdown(const Report& report, std::size_t limit) {
  std::string out = "### " + std::string(mark_of(status_of(report))) + ' ' +
                    markdown_text(verdict_line(report)) + "\n\n";
  out += markdown_code(report.source) + " → " + markdown_code(report.target);
  for (const std::string& asked : report.asked) out += " · " + markdown_code(asked);
  out += "\n\n";
  out += refs_table(report, limit / 2);
  out += tasks_markdown(report);
  out += notes_markdown(report);
  out += findings_markdown(report, limit - std::min(limit, out.size() + kRoomForTheEnd));
  return out + cost_line(report);
}

std::string report_markdown(const Report& report) {
  return summary_markdown(report, kReportLimit);
}

}  // namespace occ::report
