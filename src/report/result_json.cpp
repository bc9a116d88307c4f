#include "report/result_json.hpp"

#include "base/untrusted.hpp"
#include "report/advice.hpp"
#include "report/json_values.hpp"

#include <nlohmann/json.hpp>

namespace occ::report {
namespace {

using nlohmann::json;

constexpr std::size_t kRoomForTheRest = 1000;  // bytes, beside the refs

json ref_json(const transfer::RefOutcome& ref) {
  const plan::PlannedRef& planned = ref.planned;
  return {
      {"source_ref", valid_utf8(planned.source_ref)},
      {"target_ref", valid_utf8(planned.target_ref)},
      {"action", plan::name_of(planned.action)},
      {"relation", plan::name_of(planned.relation)},
      {"old", oid_or_null<json>(planned.old_oid)},
      {"new", oid_or_null<json>(planned.new_oid)},
      {"ahead", number_or_null<json>(planned.ahead)},
      {"behind", number_or_null<json>(planned.behind)},
      {"result", transfer::name_of(ref.result)},
      {"reason", valid_utf8(ref.reason)},
      {"side", ref.on_source ? "source" : "target"},
      {"backup", text_or_null<json>(planned.backup)},
      {"error", ref.error ? json(catalogue_entry(*ref.error).id) : json()},
  };
}

json error_json(const Report& report) {
  const auto& failure = report.outcome.failure;
  if (!failure) return {};
  return {{"id", failure->entry().id},
          {"message", printable(failure->what())},
          {"remedy", advice_on(report, *failure).remedy}};
}

std::string dumped(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

struct JoinedRefs {
  std::string text;
  std::size_t left_out = 0;
};

// The refs are joined as text: as one value they would take many times the memory.
JoinedRefs joined_refs(const Report& report, std::size_t limit) {
  JoinedRefs joined;
  const auto add = [&](const transfer::RefOutcome& ref) {
    if (joined.left_out == 0) {
      const std::string one = dumped(ref_json(ref));
      if (joined.text.size() + one.size() + kRoomForTheRest <= limit) {
        if (!joined.text.empty()) joined.text += ',';
        joined.text += one;
        return;
      }
    }
    ++joined.left_out;  // and whatever comes after: it is not even looked at
  };
  // What changed or failed comes first, so that it stays if not all fits.
  for (const auto& ref : report.outcome.refs) {
    if (ref.result != transfer::Result::up_to_date) add(ref);
  }
  for (const auto& ref : report.outcome.refs) {
    if (ref.result == transfer::Result::up_to_date) add(ref);
  }
  return joined;
}

}  // namespace

std::size_t refs_in_result(const Report& report, std::size_t limit) {
  return report.outcome.refs.size() - joined_refs(report, limit).left_out;
}

std::string result_json(const Report& report, std::size_t limit) {
  const JoinedRefs refs = joined_refs(report, limit);
  const json rest = {
      {"status", name_of(status_of(report))},
      {"source", valid_utf8(report.source)},
      {"target", valid_utf8(report.target)},
      {"dry_run", report.outcome.dry_run},
      {"refs_left_out", refs.left_out},
      {"error", error_json(report)},
      {"skipped_because", report.skipped_because.empty() ? json() : json(report.skipped_because)},
  };
  return "{\"refs\":[" + refs.text + "]," + dumped(rest).substr(1);
}

}  // namespace occ::report
