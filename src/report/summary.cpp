#include "report/summary.hpp"

#include "base/shown_bytes.hpp"
#include "report/markdown_text.hpp"

#include <set>

namespace occ::report {
namespace {

using transfer::RefOutcome;
using transfer::Result;

constexpr std::size_t kRoomForTheEnd = 16U << 10U;  // bytes kept for what follows the table

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

std::string shown_count(const std::optional<std::uint64_t>& count) {
  return count ? std::to_string(*count) : "–";
}

std::string shown_result(const RefOutcome& ref) {
  switch (ref.result) {
    case Result::up_to_date:
      return "up to date";
    case Result::created:
      return "created";
    case Result::updated:
      return "updated";
    case Result::forced:
      return "overwritten";
    case Result::removed:
      return "deleted";
    case Result::would_create:
      return "would be created";
    case Result::would_update:
      return "would be updated";
    case Result::would_force:
      return "would be overwritten";
    case Result::would_remove:
      return "would be deleted";
    case Result::skipped:
      return "left alone";
    case Result::diverged:
      return "**diverged**";
    case Result::blocked:
      return "**not pushed**";
    case Result::rejected:
      return "**refused**";
    case Result::lease_lost:
      return "**lease lost**";
    case Result::unconfirmed:
      return "**not confirmed**";
  }
  return "";
}

std::string table_row(const RefOutcome& ref) {
  const plan::PlannedRef& planned = ref.planned;
  std::string name = markdown_code(display_ref(planned.target_ref));
  if (!planned.source_ref.empty() && planned.source_ref != planned.target_ref) {
    name = markdown_code(display_ref(planned.source_ref)) + " → " + name;
  }
  return "| " + name + " | " + std::string(plan::name_of(planned.action)) + " | " +
         shown_oid(planned.old_oid) + " → " + shown_oid(planned.new_oid) + " | " +
         shown_count(planned.ahead) + " / " + shown_count(planned.behind) + " | " +
         shown_result(ref) + " | " + markdown_text(ref.reason) + " |\n";
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
  if (up_to_date > 0) table += std::to_string(up_to_date) + " more refs are up to date.\n\n";
  if (left_out > 0) {
    table += std::to_string(left_out) + " more refs did not fit; the output `result` has them.\n\n";
  }
  return table;
}

// What a person must do: each remedy once.
std::string remedies(const Report& report) {
  std::string list;
  std::set<FailureCode> told;
  const auto tell = [&](FailureCode code, std::string_view detail) {
    if (!told.insert(code).second) return;
    const CatalogueEntry& entry = catalogue_entry(code);
    list += "- **" + std::string(entry.id) +
            "**: " + (detail.empty() ? std::string(entry.meaning) : markdown_text(detail)) + ". " +
            std::string(entry.remedy) + '\n';
  };
  if (report.outcome.failure) {
    tell(report.outcome.failure->code(), report.outcome.failure->what());
  }
  for (const RefOutcome& ref : report.outcome.refs) {
    if (ref.error) tell(*ref.error, {});
  }
  return list.empty() ? list : "#### What to do\n\n" + list + '\n';
}

}  // namespace

std::string summary_markdown(const Report& report, std::size_t limit) {
  std::string out = "### " + std::string(mark_of(status_of(report))) + ' ' +
                    markdown_text(verdict_line(report)) + "\n\n";
  out += markdown_code(report.source) + " → " + markdown_code(report.target);
  for (const std::string& asked : report.asked) out += " · " + markdown_code(asked);
  out += "\n\n";
  out += refs_table(report, limit - kRoomForTheEnd);
  out += remedies(report);
  const auto& outcome = report.outcome;
  out += "<sub>" + std::to_string(report.duration_ms) + " ms · received " +
         shown_bytes(outcome.source_traffic.received + outcome.target_traffic.received) +
         " · sent " + shown_bytes(outcome.source_traffic.sent + outcome.target_traffic.sent) +
         " · pack " + shown_bytes(outcome.pack_bytes) + " with " +
         std::to_string(outcome.pack_objects) + " objects · requests " +
         std::to_string(outcome.source_traffic.requests) + " + " +
         std::to_string(outcome.target_traffic.requests) + "</sub>\n\n";
  return out;
}

}  // namespace occ::report
