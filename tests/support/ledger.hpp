// What a run leaves on the target beside the refs, read by git alone: its backups, and the records
// that refs/sync/ledger names.
#pragma once

#include "support/git.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace occ::test {

// Full ref name → its id before and after; empty where there was none.
using Movements = std::map<std::string, std::pair<std::string, std::string>>;

// The newest first; empty if there is no ledger. A record that is no JSON comes as null.
[[nodiscard]] std::vector<nlohmann::json> records_of(const GitRepo& target);
// The run keys of these records, in alphabetical order.
[[nodiscard]] std::vector<std::string> recorded_runs(const GitRepo& target);
// What a record says that its run moved.
[[nodiscard]] Movements recorded_movements(const nlohmann::json& record);
// The entry of a record for this ref; an empty object if there is none.
[[nodiscard]] nlohmann::json recorded_ref(const nlohmann::json& record, std::string_view ref);

// The backups, without "refs/sync/backup/".
[[nodiscard]] RefMap backups_of(const GitRepo& target);
// Branches and tags that differ between two looks at a repository.
[[nodiscard]] Movements movements_between(const RefMap& before, const RefMap& after);
// Whatever branches, tags and backups of `before` reached, and those of now do not. Empty: nothing
// was lost.
[[nodiscard]] std::string lost_since(const GitRepo& target, const RefMap& before);

// Puts a commit with this file on top of refs/sync/ledger, as a run at `time` (seconds since 1970)
// would have done.
struct PlantedRecord {
  std::string run_key;
  std::int64_t time = 0;
  int changed = 1;
  std::string text;  // of record.json
};
void plant_record(const GitRepo& target, const PlantedRecord& record);
// The text of a record that moved these refs.
[[nodiscard]] std::string record_text(std::string_view run_key, const Movements& movements);

}  // namespace occ::test
