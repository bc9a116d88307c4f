#include "support/ledger.hpp"

#include <algorithm>
#include <sstream>

namespace occ::test {
namespace {

using nlohmann::json;

constexpr std::string_view kLedger = "refs/sync/ledger";
constexpr std::string_view kBackups = "refs/sync/backup/";

bool is_of_user(std::string_view name) {
  return name.starts_with("refs/heads/") || name.starts_with("refs/tags/");
}

std::string text_at(const json& object, const char* key) {
  const auto at = object.find(key);
  return at != object.end() && at->is_string() ? at->get<std::string>() : std::string();
}

json id_or_null(const std::string& id) {
  return id.empty() ? json() : json(id);
}

}  // namespace

std::vector<json> records_of(const GitRepo& target) {
  std::vector<json> records;
  if (!target.refs().contains(std::string(kLedger))) return records;
  std::istringstream commits(target.git({"rev-list", "--first-parent", std::string(kLedger)}));
  for (std::string commit; commits >> commit;) {
    const std::string text = target.git({"cat-file", "blob", commit + ":record.json"});
    json record = json::parse(text, nullptr, /*allow_exceptions=*/false);
    records.push_back(record.is_discarded() ? json() : std::move(record));
  }
  return records;
}

std::vector<std::string> recorded_runs(const GitRepo& target) {
  std::vector<std::string> runs;
  for (const json& record : records_of(target)) runs.push_back(text_at(record, "run"));
  std::sort(runs.begin(), runs.end());
  return runs;
}

Movements recorded_movements(const json& record) {
  Movements movements;
  for (const json& ref : record.at("refs")) {
    if (ref.at("landed") != true) continue;
    movements[text_at(ref, "ref")] = {text_at(ref, "old"), text_at(ref, "new")};
  }
  return movements;
}

json recorded_ref(const json& record, std::string_view name) {
  if (!record.is_object()) return json::object();
  for (const json& ref : record.at("refs")) {
    if (text_at(ref, "ref") == name) return ref;
  }
  return json::object();
}

RefMap backups_of(const GitRepo& target) {
  RefMap backups;
  for (const auto& [name, id] : target.refs()) {
    if (name.starts_with(kBackups)) backups[name.substr(kBackups.size())] = id;
  }
  return backups;
}

Movements movements_between(const RefMap& before, const RefMap& after) {
  Movements movements;
  for (const auto& [name, id] : before) {
    if (is_of_user(name)) movements[name].first = id;
  }
  for (const auto& [name, id] : after) {
    if (is_of_user(name)) movements[name].second = id;
  }
  std::erase_if(movements,
                [](const auto& each) { return each.second.first == each.second.second; });
  return movements;
}

std::string lost_since(const GitRepo& target, const RefMap& before) {
  std::vector<std::string> arguments{"rev-list", "--objects"};
  for (const auto& [name, id] : before) {
    if (is_of_user(name) || name.starts_with(kBackups)) arguments.push_back(id);
  }
  if (arguments.size() == 2) return {};
  for (const char* known : {"--not", "--branches", "--tags"}) arguments.emplace_back(known);
  arguments.push_back("--glob=" + std::string(kBackups) + "*");
  return target.git(arguments);
}

void plant_record(const GitRepo& target, const PlantedRecord& record) {
  const std::string message = "sync " + record.run_key + ": " + std::to_string(record.changed) +
                              " refs moved\n\nSync-Run: " + record.run_key +
                              "\nSync-Changed: " + std::to_string(record.changed) + '\n';
  std::string stream = "commit " + std::string(kLedger) + "\ncommitter a run <run@example.org> " +
                       std::to_string(record.time) + " +0000\n" + import_data(message);
  if (target.refs().contains(std::string(kLedger)))
    stream += "from " + std::string(kLedger) + "^0\n";
  stream += "M 100644 inline record.json\n" + import_data(record.text);
  target.import(stream);
}

std::string record_text(std::string_view run_key, const Movements& movements) {
  json refs = json::array();
  for (const auto& [name, ids] : movements) {
    refs.push_back({{"ref", name},
                    {"old", id_or_null(ids.first)},
                    {"new", id_or_null(ids.second)},
                    {"action", "force"},
                    {"result", "forced"},
                    {"landed", true}});
  }
  const json record = {{"schema", 1},    {"run", run_key}, {"id", std::string(run_key) + "-id"},
                       {"mode", "sync"}, {"time", 0},      {"refs", refs}};
  return record.dump();
}

}  // namespace occ::test
