#include "report/report_json.hpp"

#include "base/untrusted.hpp"
#include "report/advice.hpp"
#include "report/findings_json.hpp"
#include "report/json_values.hpp"
#include "report/tasks.hpp"
#include "report/words.hpp"

#include <nlohmann/json.hpp>

namespace occ::report {
namespace {

using json = nlohmann::ordered_json;

json repository_json(const std::string& name, const std::string& url) {
  return {{"name", valid_utf8(name)}, {"url", text_or_null(url)}};
}

json run_json(const Report& report) {
  const RunFacts& run = report.run;
  return {{"event", text_or_null(run.event)},
          {"id", text_or_null(run.id)},
          {"number", text_or_null(run.number)},
          {"url", text_or_null(run.url)},
          {"started_at", run.started_at ? json(iso_time(*run.started_at)) : json()},
          {"duration_ms", report.duration_ms}};
}

json traffic_json(const net::Traffic& traffic) {
  return {{"received", traffic.received}, {"sent", traffic.sent}, {"requests", traffic.requests}};
}

json cost_json(const Report& report) {
  const transfer::Outcome& outcome = report.outcome;
  const analysis::Findings& findings = report.findings;
  return {{"source", traffic_json(outcome.source_traffic)},
          {"target", traffic_json(outcome.target_traffic)},
          {"pack", {{"bytes", outcome.pack_bytes}, {"objects", outcome.pack_objects}}},
          {"analysis",
           {{"received", findings.bytes_fetched},
            {"requests", findings.requests},
            {"duration_ms", findings.duration_ms}}}};
}

json error_json(const Report& report) {
  const auto& failure = report.outcome.failure;
  if (!failure) return {};
  return {{"id", failure->entry().id},
          {"message", valid_utf8(failure->what())},
          {"remedy", advice_on(report, *failure).remedy}};
}

json tasks_json(const Report& report) {
  json tasks = json::array();
  for (const Task& task : tasks_of(report)) {
    json refs = json::array();
    for (const std::string& ref : task.refs) refs.push_back(valid_utf8(ref));
    tasks.push_back({{"id", task.id},
                     {"what", valid_utf8(task.what)},
                     {"remedy", task.remedy},
                     {"refs", std::move(refs)}});
  }
  return tasks;
}

json ref_json(const Report& report, const transfer::RefOutcome& ref) {
  const plan::PlannedRef& planned = ref.planned;
  const analysis::RefFindings* found = findings_of(report, ref);
  return {{"source_ref", text_or_null(planned.source_ref)},
          {"target_ref", valid_utf8(planned.target_ref)},
          {"action", plan::name_of(planned.action)},
          {"relation", plan::name_of(planned.relation)},
          {"old", oid_or_null(planned.old_oid)},
          {"new", oid_or_null(planned.new_oid)},
          {"ahead", number_or_null(planned.ahead)},
          {"behind", number_or_null(planned.behind)},
          {"result", transfer::name_of(ref.result)},
          {"reason", text_or_null(ref.reason)},
          {"error", ref.error ? json(catalogue_entry(*ref.error).id) : json()},
          {"backup", text_or_null(planned.backup)},
          {"conflicts", texts(planned.parting->conflicts)},
          {"side", ref.on_source ? "source" : "target"},
          {"pull_request", text_or_null(ref.pull_request_url)},
          {"source_commit", oid_or_null(planned.parting->source_oid)},
          {"findings", found == nullptr ? json() : findings_json(*found)}};
}

std::string dumped(const json& value) {
  return value.dump(2, ' ', false, json::error_handler_t::replace);
}

// `text` with every line but the first indented by four. No string of it holds a line end as such.
void append_indented(std::string& out, std::string_view text) {
  while (true) {
    const std::size_t end = text.find('\n');
    out += text.substr(0, end);
    if (end == std::string_view::npos) return;
    out += "\n    ";
    text.remove_prefix(end + 1);
  }
}

}  // namespace

// The refs are joined as text: as one value they would take many times the memory.
std::string report_json(const Report& report) {
  const json head = {
      {"schema", kReportSchema},
      {"generator", {{"name", "sync-action"}, {"version", text_or_null(report.run.version)}}},
      {"status", name_of(status_of(report))},
      {"verdict", valid_utf8(verdict_line(report))},
      {"dry_run", report.outcome.dry_run},
      {"source", repository_json(report.source, report.source_url)},
      {"target", repository_json(report.target, report.target_url)},
      {"asked", report.asked},
      {"run", run_json(report)},
      {"skipped_because", text_or_null(report.skipped_because)},
      {"error", error_json(report)},
      {"to_do", tasks_json(report)},
      {"notes", texts(notes_of(report))},
      {"undoes", text_or_null(report.undoes)},
      {"undone_by", text_or_null(can_be_undone(report) ? report.run_key : "")},
      {"token_scopes", text_or_null(report.findings.token_scopes)},
      {"cost", cost_json(report)},
  };
  std::string out = dumped(head);
  out.resize(out.size() - 2);  // "\n}"
  out += ",\n  \"refs\": [";
  const char* before = "\n    ";
  for (const auto& ref : report.outcome.refs) {
    out += before;
    append_indented(out, dumped(ref_json(report, ref)));
    before = ",\n    ";
  }
  out += report.outcome.refs.empty() ? "]\n}\n" : "\n  ]\n}\n";
  return out;
}

}  // namespace occ::report
