// The record that a run leaves on the target: one JSON value, and its objects. Pure.
#pragma once

#include "base/oid.hpp"
#include "plan/rollback.hpp"
#include "transfer/delivery.hpp"
#include "transfer/outcome.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace occ::history {

// What a record says beside the refs.
struct RunIdentity {
  std::string run_key;  // see inputs::HistorySettings
  std::string id;       // of this process: its last record replaces those before
  std::string mode;     // "sync", "rollback"
  std::string undoes;   // run key; of a rollback
  std::string trigger;  // event name; empty outside of a workflow
  std::string url;      // of the run's page
  std::string source;   // names, without credentials
  std::string target;
  std::string version;  // of sync-action
};

struct RecordedRef {
  std::string name;  // full, below refs/heads/ or refs/tags/; any bytes
  Oid before;        // null: there was none
  Oid after;
  std::string action;
  std::string result;
  bool landed = false;
  std::optional<std::uint64_t> commits;  // that the ref gained
  bool conflict = false;                 // the two sides had parted
  std::string backup;                    // the ref that keeps `before`
  bool name_is_lossy = false;            // read from a record that tells it with U+FFFD in it
};

struct Record {
  RunIdentity run;
  std::int64_t time = 0;               // seconds since 1970, when it was written
  std::uint64_t duration_ms = 0;       // until then
  std::optional<std::uint64_t> bytes;  // of the pack; unknown if it was still on its way
  std::vector<RecordedRef> refs;       // but for those that nothing was to be done with
};

[[nodiscard]] std::vector<RecordedRef> recorded_refs(const std::vector<transfer::RefOutcome>& refs);

[[nodiscard]] std::string record_json(const Record& record);
// `text` is foreign. Nothing unless it is a record of this version that keeps to limits::kRecord;
// refs with names or ids that make no sense are left out, also ids that are not of `format`.
[[nodiscard]] std::optional<Record> parse_record(std::string_view text,
                                                 ObjectFormat format = ObjectFormat::sha1);

// The commit on top of `before`, the tree and the file record.json; `json` as it shall stand in
// it. The commit's message says of which run it is.
[[nodiscard]] transfer::RunRecord make_objects(const Record& record, const std::string& json,
                                               const Oid& before, ObjectFormat format);

}  // namespace occ::history
