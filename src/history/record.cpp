#include "history/record.hpp"

#include "base/agent.hpp"
#include "base/encode.hpp"
#include "base/foreign_json.hpp"
#include "base/shown_count.hpp"
#include "base/untrusted.hpp"
#include "inputs/ref_rules.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace occ::history {
namespace {

using json = nlohmann::ordered_json;
using wire::ObjectType;
using wire::PackObject;

constexpr int kSchema = 1;
constexpr std::string_view kFile = "record.json";

json text_or_null(const std::string& text) {
  return text.empty() ? json() : json(valid_utf8(text));
}

json oid_or_null(const Oid& oid) {
  return oid.is_null() ? json() : json(oid.hex());
}

json number_or_null(const std::optional<std::uint64_t>& number) {
  return number ? json(*number) : json();
}

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD, for what is no UTF-8

// Whether a text of JSON, which is UTF-8, tells it without loss.
bool is_told_whole(const std::string& name) {
  return valid_utf8(name) == name && name.find(kReplacement) == std::string::npos;
}

json ref_json(const RecordedRef& ref) {
  json object = {{"ref", valid_utf8(ref.name)},
                 {"old", oid_or_null(ref.before)},
                 {"new", oid_or_null(ref.after)},
                 {"action", ref.action},
                 {"result", ref.result},
                 {"landed", ref.landed},
                 {"commits", number_or_null(ref.commits)},
                 {"conflict", ref.conflict},
                 {"backup", text_or_null(ref.backup)}};
  if (!is_told_whole(ref.name)) object["ref_bytes"] = percent_encode(ref.name);
  return object;
}

std::string text_at(const nlohmann::json& object, const char* key) {
  const auto at = object.find(key);
  return at != object.end() && at->is_string() ? at->get<std::string>() : std::string();
}

// Null for null; nothing for what is no id of `format`.
std::optional<Oid> oid_at(const nlohmann::json& object, const char* key, ObjectFormat format) {
  const auto at = object.find(key);
  if (at == object.end() || at->is_null()) return Oid();
  const auto oid = at->is_string() ? Oid::from_hex(at->get<std::string>()) : std::nullopt;
  return oid && oid->fits(format) ? oid : std::nullopt;
}

bool is_name_of_ours(std::string_view name) {
  const std::string_view short_form = short_name(name);
  return (is_branch(name) || is_tag(name)) && short_form != "HEAD" &&
         inputs::is_valid_ref_name(short_form);
}

std::optional<RecordedRef> parse_ref(const nlohmann::json& object, ObjectFormat format) {
  if (!object.is_object()) return std::nullopt;
  RecordedRef ref;
  ref.name = text_at(object, "ref");
  if (const std::string bytes = text_at(object, "ref_bytes"); !bytes.empty()) {
    const std::string name = percent_decode(bytes);
    if (valid_utf8(name) != ref.name) return std::nullopt;  // for people another than for us
    ref.name = name;
  } else {
    ref.name_is_lossy = ref.name.find(kReplacement) != std::string::npos;
  }
  const auto before = oid_at(object, "old", format);
  const auto after = oid_at(object, "new", format);
  if (!before || !after || !is_name_of_ours(ref.name)) return std::nullopt;
  ref.before = *before;
  ref.after = *after;
  ref.action = text_at(object, "action");
  ref.result = text_at(object, "result");
  const auto landed = object.find("landed");
  ref.landed = landed != object.end() && landed->is_boolean() && landed->get<bool>();
  ref.backup = text_at(object, "backup");
  return ref;
}

std::uint64_t count_landed(const Record& record) {
  return static_cast<std::uint64_t>(std::count_if(record.refs.begin(), record.refs.end(),
                                                  [](const auto& ref) { return ref.landed; }));
}

}  // namespace

std::vector<RecordedRef> recorded_refs(const std::vector<transfer::RefOutcome>& refs) {
  std::vector<RecordedRef> all;
  for (const transfer::RefOutcome& ref : refs) {
    const plan::PlannedRef& planned = ref.planned;
    if (planned.action == plan::Action::none) continue;
    RecordedRef recorded;
    recorded.name = planned.target_ref;
    recorded.before = planned.old_oid;
    recorded.after = planned.new_oid;
    recorded.action = plan::name_of(planned.action);
    recorded.result = transfer::name_of(ref.result);
    recorded.landed = transfer::has_landed(ref.result);
    recorded.commits = planned.ahead;
    recorded.conflict = planned.relation == plan::Relation::diverged ||
                        planned.relation == plan::Relation::unrelated ||
                        planned.relation == plan::Relation::moved_tag;
    recorded.backup = planned.backup;
    all.push_back(std::move(recorded));
  }
  return all;
}

std::string record_json(const Record& record) {
  json refs = json::array();
  for (const RecordedRef& ref : record.refs) refs.push_back(ref_json(ref));
  const RunIdentity& run = record.run;
  const json whole = {{"schema", kSchema},
                      {"run", run.run_key},
                      {"id", run.id},
                      {"mode", run.mode},
                      {"undoes", text_or_null(run.undoes)},
                      {"trigger", text_or_null(run.trigger)},
                      {"url", text_or_null(run.url)},
                      {"time", record.time},
                      {"source", text_or_null(run.source)},
                      {"target", text_or_null(run.target)},
                      {"version", run.version},
                      {"milliseconds", record.duration_ms},
                      {"bytes", number_or_null(record.bytes)},
                      {"refs", std::move(refs)}};
  return whole.dump(1, ' ', false, json::error_handler_t::replace) + '\n';
}

std::optional<Record> parse_record(std::string_view text, ObjectFormat format) {
  const auto object = parse_foreign_json(text, limits::kRecord);
  const auto schema = object.find("schema");
  if (!object.is_object() || schema == object.end() || *schema != kSchema) {
    return std::nullopt;
  }
  Record record;
  record.run.run_key = text_at(object, "run");
  record.run.id = text_at(object, "id");
  record.run.mode = text_at(object, "mode");
  record.run.source = text_at(object, "source");
  const auto refs = object.find("refs");
  if (refs == object.end() || !refs->is_array()) return record;
  for (const auto& each : *refs) {
    if (auto ref = parse_ref(each, format)) record.refs.push_back(*std::move(ref));
  }
  return record;
}

transfer::RunRecord make_objects(const Record& record, const std::string& json, const Oid& before,
                                 ObjectFormat format) {
  transfer::RunRecord made;
  const auto add = [&](ObjectType type, std::string content) {
    made.objects.push_back(PackObject{type, std::move(content)});
    return wire::object_id(made.objects.back(), format);
  };
  const Oid blob = add(ObjectType::blob, json);
  std::string tree = "100644 ";
  tree += kFile;
  tree += '\0';
  tree.append(reinterpret_cast<const char*>(blob.raw().data()), raw_size(format));
  const Oid tree_oid = add(ObjectType::tree, std::move(tree));
  const std::string who = std::string(kBotName) + " <" + std::string(kBotEmail) + "> " +
                          std::to_string(record.time) + " +0000\n";
  const std::size_t landed = count_landed(record);
  std::string commit = "tree " + tree_oid.hex(format) + '\n';
  if (!before.is_null()) commit += "parent " + before.hex(format) + '\n';
  commit += "author " + who + "committer " + who + '\n' + record.run.mode + ' ' +
            record.run.run_key + ": " + shown_count(landed, "ref", "refs") +
            " moved\n\nSync-Run: " + record.run.run_key +
            "\nSync-Changed: " + std::to_string(landed) + '\n';
  made.commit = add(ObjectType::commit, std::move(commit));
  return made;
}

}  // namespace occ::history
