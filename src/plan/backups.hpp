// Refs of our own that keep what a push overwrites or deletes, and when they go again. Pure.
#pragma once

#include "plan/plan.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace occ::plan {

inline constexpr std::string_view kBackupFolder = "refs/sync/backup/";
inline constexpr std::string_view kLedgerRef = "refs/sync/ledger";

// Gives each ref that is overwritten or deleted its backup, below "refs/sync/backup/<run key>/".
// A backup that `target` has already is not made again.
void add_backups(Plan& plan, const RefListing& target, const std::string& run_key);

// Blocks what would be overwritten or deleted, because its backup was refused: `why`, for people.
void block_without_backup(Plan& plan, const std::string& why);

// The runs that have backups on the target, by run key.
[[nodiscard]] std::vector<std::string> runs_with_backups(const RefListing& target);

// When runs ended, in seconds since 1970, by run key.
using RunTimes = std::map<std::string, std::int64_t>;

// The backups that are older than `keep_days`, but for those of the last `keep_runs` runs and of
// runs whose time is not known. At most 1,000 at once.
[[nodiscard]] std::vector<Ref> expired_backups(const RefListing& target, const RunTimes& times,
                                               std::int64_t now, int keep_days,
                                               std::size_t keep_runs);

}  // namespace occ::plan
