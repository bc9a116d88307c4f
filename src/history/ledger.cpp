#include "history/ledger.hpp"

#include "base/failure.hpp"
#include "base/limits.hpp"
#include "transfer/objects.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>
#include <string_view>

namespace occ::history {
namespace {

constexpr std::uint64_t kMostBytes = 64ULL << 20U;  // of one answer
constexpr int kFirstDepth = 100;
constexpr std::ptrdiff_t kMostBetween = 50;  // entries of other runs between two of one run

// The value of a line "<key>: <value>" of a commit's message; the last one counts.
std::string_view trailer(std::string_view message, std::string_view key) {
  const std::string line = '\n' + std::string(key) + ": ";
  const std::size_t at = message.rfind(line);
  if (at == std::string_view::npos) return {};
  message.remove_prefix(at + line.size());
  return message.substr(0, message.find('\n'));
}

LedgerEntry entry_of(const store::CommitRecord& commit) {
  LedgerEntry entry;
  entry.commit = commit.oid;
  entry.time = commit.committer.time;
  entry.run_key = trailer(commit.message, "Sync-Run");
  const std::string_view changed = trailer(commit.message, "Sync-Changed");
  std::from_chars(changed.data(), changed.data() + changed.size(), entry.changed);
  return entry;
}

// The content of the one file of a record's tree: "100644 record.json\0<id>".
std::optional<Oid> file_of(const std::string& tree) {
  const std::size_t end = tree.find('\0');
  if (end == std::string::npos || tree.size() < end + 21) return std::nullopt;
  return Oid::from_raw(as_bytes(tree).subspan(end + 1, 20), ObjectFormat::sha1);
}

}  // namespace

Ledger::Ledger(transfer::Remote& target, const Oid& tip, const std::string& folder,
               const Watch& watch)
    : target_(target), tip_(tip), store_(folder, watch) {}

void Ledger::fetch(const std::vector<Oid>& wants, int depth, bool commits_only) {
  transfer::ObjectRequest request;
  request.wants = wants;
  request.depth = depth;
  if (commits_only) request.leave = transfer::ObjectRequest::Leave::trees_and_blobs;
  transfer::ObjectFetch fetch(target_, request);
  store::ObjectStore::PackIntake intake(store_);
  const auto answer = fetch.read(kMostBytes, [&](Bytes bytes) { intake.append(bytes); });
  if (answer == transfer::ObjectAnswer::too_large) {
    throw Failure(FailureCode::protocol_error,
                  "the ledger of '" + target_.name() + "' is larger than a ledger can be");
  }
  intake.finish();
}

std::vector<LedgerEntry> Ledger::entries(std::size_t limit, const Enough& enough) {
  std::vector<LedgerEntry> all;
  for (int depth = kFirstDepth;; depth *= 10) {
    fetch({tip_}, depth, /*commits_only=*/true);
    all.clear();
    Oid at = tip_;
    while (all.size() < limit) {
      const auto commit = store_.commit(at);
      if (!commit) break;
      all.push_back(entry_of(*commit));
      if (commit->parents.empty()) return all;
      at = commit->parents.front();
    }
    if (all.size() >= limit || all.size() < static_cast<std::size_t>(depth)) return all;
    if (enough && enough(all)) return all;
  }
}

// A target that hands out no more than what its refs name sends them with all that is newer.
void Ledger::fetch_records(const std::vector<Oid>& missing) {
  try {
    return fetch(missing, 1, /*commits_only=*/false);
  } catch (const Failure& failure) {
    if (failure.code() != FailureCode::server_refused) throw;
  }
  std::set<Oid> wanted(missing.begin(), missing.end());
  int depth = 0;
  for (Oid at = tip_; !wanted.empty(); ++depth) {
    wanted.erase(at);
    const auto commit = store_.commit(at);
    if (!commit || commit->parents.empty()) break;
    at = commit->parents.front();
  }
  fetch({tip_}, depth + 1, /*commits_only=*/false);
}

std::vector<Record> Ledger::records(const std::vector<LedgerEntry>& entries) {
  std::vector<Oid> missing;
  const auto blob_of = [&](const LedgerEntry& entry) -> std::optional<std::string> {
    const auto commit = store_.commit(entry.commit);
    const auto small_enough = [&](const Oid& oid, std::uint64_t most) {
      return store_.size_of(oid).value_or(0) <= most ? store_.content(oid) : std::nullopt;
    };
    const auto tree = commit ? small_enough(commit->tree, limits::kTreeBytes) : std::nullopt;
    const auto file = tree ? file_of(*tree) : std::nullopt;
    return file ? small_enough(*file, limits::kRecord.bytes) : std::nullopt;
  };
  for (const LedgerEntry& entry : entries) {
    const auto commit = store_.commit(entry.commit);
    if (!commit || !store_.has(commit->tree)) missing.push_back(entry.commit);
  }
  if (!missing.empty()) fetch_records(missing);
  std::vector<Record> all;
  for (const LedgerEntry& entry : entries) {
    const auto text = blob_of(entry);
    auto record = text ? parse_record(*text) : std::nullopt;
    if (record) all.push_back(*std::move(record));
  }
  return all;
}

std::vector<LedgerEntry> entries_of_run(const std::vector<LedgerEntry>& entries,
                                        const std::string& wanted) {
  const auto newest = std::find_if(entries.begin(), entries.end(), [&](const LedgerEntry& entry) {
    if (wanted == "last") return entry.changed > 0;
    return entry.run_key == wanted || entry.run_key.starts_with(wanted + '-');
  });
  std::vector<LedgerEntry> chosen;
  if (newest == entries.end()) return chosen;
  std::copy_if(newest, entries.end(), std::back_inserter(chosen),
               [&](const LedgerEntry& entry) { return entry.run_key == newest->run_key; });
  return chosen;
}

bool reaches_beyond_run(const std::vector<LedgerEntry>& read, const std::string& wanted) {
  const auto run = entries_of_run(read, wanted);
  if (run.empty()) return false;
  const auto oldest = std::find_if(read.rbegin(), read.rend(), [&](const LedgerEntry& entry) {
    return entry.commit == run.back().commit;
  });
  return oldest - read.rbegin() > kMostBetween;
}

std::vector<plan::Movement> movements_of(const std::vector<Record>& records) {
  std::set<std::string> seen;  // processes whose last word was read
  std::map<std::string, plan::Movement> movements;
  for (const Record& record : records) {
    if (!record.run.id.empty() && !seen.insert(record.run.id).second) continue;
    for (const RecordedRef& ref : record.refs) {
      if (!ref.landed) continue;
      // From the newest to the oldest: the first sight tells the end, the last one the beginning.
      const auto at = movements
                          .try_emplace(ref.name, plan::Movement{ref.name, ref.before, ref.after,
                                                                ref.name_is_lossy})
                          .first;
      at->second.before = ref.before;
    }
  }
  std::vector<plan::Movement> all;
  all.reserve(movements.size());
  for (auto& [name, movement] : movements) all.push_back(std::move(movement));
  return all;
}

plan::RunTimes times_of(const std::vector<LedgerEntry>& entries) {
  plan::RunTimes times;
  for (const LedgerEntry& entry : entries) times.try_emplace(entry.run_key, entry.time);
  return times;
}

}  // namespace occ::history
