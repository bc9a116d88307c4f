#include "report/outputs.hpp"

#include "report/result_json.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>

namespace occ::report {
namespace {

using transfer::RefOutcome;

std::string yes_or_no(bool value) {
  return value ? "true" : "false";
}

std::string text_of(const Oid& oid) {
  return oid.is_null() ? std::string() : oid.hex();
}

std::string text_of(const std::optional<std::uint64_t>& count) {
  return count ? std::to_string(*count) : std::string();
}

bool has_parted(const RefOutcome& ref) {
  const plan::Relation relation = ref.planned.relation;
  return relation == plan::Relation::diverged || relation == plan::Relation::unrelated ||
         relation == plan::Relation::moved_tag;
}

bool can_go_forward(const RefOutcome& ref) {
  return !has_parted(ref) && ref.planned.relation != plan::Relation::target_ahead;
}

bool changes(const RefOutcome& ref) {
  return has_landed(ref.result) || would_land(ref.result);
}

const analysis::RefFindings* compared(const Report& report, const RefOutcome& ref) {
  const analysis::RefFindings* found = findings_of(report, ref);
  return found != nullptr && found->not_analysed_because.empty() ? found : nullptr;
}

// A branch that the target lacked was compared with nothing but by a full report.
std::optional<std::uint64_t> commits_ahead(const Report& report, const RefOutcome& ref) {
  if (ref.planned.ahead) return ref.planned.ahead;
  const analysis::RefFindings* found = compared(report, ref);
  if (found == nullptr || ref.planned.relation != plan::Relation::new_ref) return std::nullopt;
  return found->commits.commits.size() + found->commits.left_out;
}

std::optional<std::uint64_t> commits_behind(const RefOutcome& ref) {
  if (!ref.planned.behind && ref.planned.relation == plan::Relation::new_ref) return 0;
  return ref.planned.behind;
}

std::string pull_request_url(const Report& report) {
  const auto& refs = report.outcome.refs;
  const auto left = std::find_if(refs.begin(), refs.end(), [](const RefOutcome& ref) {
    return !ref.pull_request_url.empty();
  });
  return left == refs.end() ? std::string() : left->pull_request_url;
}

}  // namespace

std::vector<std::pair<std::string_view, std::string>> outputs_of(const Report& report) {
  const auto& outcome = report.outcome;
  const auto& refs = outcome.refs;
  const RefOutcome* primary = primary_ref(report);
  const analysis::RefFindings* found = primary == nullptr ? nullptr : compared(report, *primary);
  const bool known = primary != nullptr;
  return {
      {"status", std::string(name_of(status_of(report)))},
      {"has_changes", yes_or_no(std::any_of(refs.begin(), refs.end(), changes))},
      {"has_conflicts", yes_or_no(std::any_of(refs.begin(), refs.end(), has_parted))},
      {"can_fast_forward",
       yes_or_no(known && std::all_of(refs.begin(), refs.end(), can_go_forward))},
      {"source_commit", known ? text_of(plan::source_tip(primary->planned)) : ""},
      {"target_commit", known ? text_of(primary->planned.old_oid) : ""},
      {"commits_ahead", known ? text_of(commits_ahead(report, *primary)) : ""},
      {"commits_behind", known ? text_of(commits_behind(*primary)) : ""},
      {"files_changed", found == nullptr ? "" : std::to_string(found->changes.total)},
      {"pull_request_url", pull_request_url(report)},
      {"result", result_json(report)},
      {"bytes_received",
       std::to_string(outcome.source_traffic.received + outcome.target_traffic.received)},
      {"bytes_sent", std::to_string(outcome.source_traffic.sent + outcome.target_traffic.sent)},
      {"duration_ms", std::to_string(report.duration_ms)},
  };
}

}  // namespace occ::report
