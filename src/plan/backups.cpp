#include "plan/backups.hpp"

#include <algorithm>
#include <functional>
#include <set>
#include <utility>

namespace occ::plan {
namespace {

constexpr std::string_view kRefs = "refs/";
constexpr std::int64_t kDay = 86'400;
constexpr std::size_t kMostAtOnce = 1000;

bool loses_its_tip(const PlannedRef& ref) {
  return ref.action == Action::force || ref.action == Action::remove;
}

// "<run key>" of "refs/sync/backup/<run key>/heads/main"; empty if it is no backup. A run that
// pushed several times numbers its folders: "<run key>.2".
std::string_view run_of(std::string_view name) {
  if (!name.starts_with(kBackupFolder)) return {};
  name.remove_prefix(kBackupFolder.size());
  name = name.substr(0, name.find('/'));
  return name.substr(0, name.find('.'));
}

// Whether `target` can hold `name` for `tip`: no other tip, no folder and no file is in the way.
bool has_room(const RefListing& target, const std::string& name, const Oid& tip) {
  const Ref* there = target.find(name);
  if (there != nullptr) return there->oid == tip;
  for (std::size_t slash = name.rfind('/'); slash > kBackupFolder.size();
       slash = name.rfind('/', slash - 1)) {
    if (target.find(name.substr(0, slash)) != nullptr) return false;
  }
  const std::string below = name + '/';
  const auto next = std::lower_bound(target.refs.begin(), target.refs.end(), below,
                                     [](const Ref& r, const std::string& n) { return r.name < n; });
  return next == target.refs.end() || !next->name.starts_with(below);
}

// A folder in which no backup of this run is in the way.
std::string free_folder(const Plan& plan, const RefListing& target, const std::string& run_key) {
  for (int number = 1;; ++number) {
    std::string folder = std::string(kBackupFolder) + run_key +
                         (number == 1 ? "" : '.' + std::to_string(number)) + '/';
    const bool is_free =
        std::all_of(plan.refs.begin(), plan.refs.end(), [&](const PlannedRef& ref) {
          return !loses_its_tip(ref) ||
                 has_room(target, folder + ref.target_ref.substr(kRefs.size()), ref.old_oid);
        });
    if (is_free) return folder;
  }
}

}  // namespace

void add_backups(Plan& plan, const RefListing& target, const std::string& run_key) {
  const std::string folder = free_folder(plan, target, run_key);
  for (PlannedRef& ref : plan.refs) {
    if (!loses_its_tip(ref)) continue;
    ref.backup = folder + ref.target_ref.substr(kRefs.size());
    if (target.find(ref.backup) == nullptr) {
      plan.backups.push_back({ref.backup, ref.old_oid, std::nullopt});
    }
  }
}

void block_without_backup(Plan& plan, const std::string& why) {
  for (PlannedRef& ref : plan.refs) {
    if (!loses_its_tip(ref)) continue;
    ref.action = Action::blocked;
    ref.problem = FailureCode::backup_refused;
    ref.reason = "the target refuses the backup '" + ref.backup + "': " + why;
    ref.backup.clear();
  }
  plan.backups.clear();
}

std::vector<std::string> runs_with_backups(const RefListing& target) {
  std::set<std::string> runs;
  for (const Ref& ref : target.refs) {
    if (const auto run = run_of(ref.name); !run.empty()) runs.emplace(run);
  }
  return {runs.begin(), runs.end()};
}

std::vector<Ref> expired_backups(const RefListing& target, const RunTimes& times, std::int64_t now,
                                 int keep_days, std::size_t keep_runs) {
  if (keep_days == 0) return {};
  std::vector<std::pair<std::int64_t, std::string>> known;
  for (const std::string& run : runs_with_backups(target)) {
    const auto at = times.find(run);
    if (at != times.end()) known.emplace_back(at->second, run);
  }
  std::sort(known.begin(), known.end(), std::greater<>());
  std::set<std::string, std::less<>> expired;
  for (std::size_t i = keep_runs; i < known.size(); ++i) {
    if (known[i].first < now - keep_days * kDay) expired.insert(known[i].second);
  }
  std::vector<Ref> refs;
  for (const Ref& ref : target.refs) {
    if (refs.size() == kMostAtOnce) break;
    if (expired.contains(run_of(ref.name))) refs.push_back(ref);
  }
  return refs;
}

}  // namespace occ::plan
