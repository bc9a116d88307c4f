#include "report/result_json.hpp"

#include "base/untrusted.hpp"
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

json error_json(const std::optional<Failure>& failure) {
  if (!failure) return {};
  const CatalogueEntry& entry = failure->entry();
  return {{"id", entry.id}, {"message", printable(failure->what())}, {"remedy", entry.remedy}};
}

}  // namespace

// The refs are joined as text: as one value they would take many times the memory.
std::string result_json(const Report& report, std::size_t limit) {
  const auto dumped = [](const json& value) {
    return value.dump(-1, ' ', false, json::error_handler_t::replace);
  };
  std::string refs;
  std::size_t left_out = 0;
  const auto add = [&](const transfer::RefOutcome& ref) {
    if (left_out == 0) {
      const std::string one = dumped(ref_json(ref));
      if (refs.size() + one.size() + kRoomForTheRest <= limit) {
        if (!refs.empty()) refs += ',';
        refs += one;
        return;
      }
    }
    ++left_out;  // and whatever comes after: it is not even looked at
  };
  // What changed or failed comes first, so that it stays if not all fits.
  for (const auto& ref : report.outcome.refs) {
    if (ref.result != transfer::Result::up_to_date) add(ref);
  }
  for (const auto& ref : report.outcome.refs) {
    if (ref.result == transfer::Result::up_to_date) add(ref);
  }
  const json rest = {
      {"status", name_of(status_of(report))},
      {"source", valid_utf8(report.source)},
      {"target", valid_utf8(report.target)},
      {"dry_run", report.outcome.dry_run},
      {"refs_left_out", left_out},
      {"error", error_json(report.outcome.failure)},
      {"skipped_because", report.skipped_because.empty() ? json() : json(report.skipped_because)},
  };
  return "{\"refs\":[" + refs + "]," + dumped(rest).substr(1);
}

}  // namespace occ::report
