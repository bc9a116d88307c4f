// Reads refs/sync/ledger of the target: a chain of commits, one a run, each with its record. What
// stands there is foreign text, and only believed as far as it makes sense.
#pragma once

#include "base/refs.hpp"
#include "history/record.hpp"
#include "plan/backups.hpp"
#include "plan/rollback.hpp"
#include "store/object_store.hpp"
#include "transfer/remote.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace occ::history {

struct LedgerEntry {
  Oid commit;
  std::string run_key;
  std::int64_t time = 0;      // seconds since 1970
  std::uint64_t changed = 0;  // refs that the run moved
};

class Ledger {
 public:
  // `tip`: what refs/sync/ledger names. `folder`: for temporary files. `target` is borrowed.
  // Reading ends when `watch` says so. SHA-1 repositories only: throws Failure{internal_error} for
  // others.
  Ledger(transfer::Remote& target, const Oid& tip, const std::string& folder,
         const Watch& watch = {});

  using Enough = std::function<bool(const std::vector<LedgerEntry>&)>;
  // The newest first, at most `limit`, and fewer if `enough` of them were read. One request for up
  // to 100, then few. Throws Failure.
  [[nodiscard]] std::vector<LedgerEntry> entries(std::size_t limit, const Enough& enough = {});
  // The records of these entries; those that make no sense are left out. One request.
  [[nodiscard]] std::vector<Record> records(const std::vector<LedgerEntry>& entries);

 private:
  void fetch(const std::vector<Oid>& wants, int depth, bool commits_only);
  void fetch_records(const std::vector<Oid>& missing);

  transfer::Remote& target_;
  Oid tip_;
  store::ObjectStore store_;
};

// The entries of the run to undo, the newest first: `wanted` is "last", a run id or a run key.
// "last" is the last run that moved a ref. Empty: there is none.
[[nodiscard]] std::vector<LedgerEntry> entries_of_run(const std::vector<LedgerEntry>& entries,
                                                      const std::string& wanted);

// Whether `read` reaches so far beyond the run to undo that no more entries of it can be expected:
// jobs of one run may write theirs between those of other runs.
[[nodiscard]] bool reaches_beyond_run(const std::vector<LedgerEntry>& read,
                                      const std::string& wanted);

// What the run did in the end, by its records, the newest first.
[[nodiscard]] std::vector<plan::Movement> movements_of(const std::vector<Record>& records);

[[nodiscard]] plan::RunTimes times_of(const std::vector<LedgerEntry>& entries);

}  // namespace occ::history
