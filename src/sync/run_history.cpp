#include "sync/run_history.hpp"

#include "base/agent.hpp"
#include "base/encode.hpp"
#include "base/failure.hpp"
#include "base/limits.hpp"
#include "base/untrusted.hpp"
#include "plan/backups.hpp"
#include "plan/rollback.hpp"

#include <algorithm>
#include <array>
#include <random>
#include <utility>

namespace occ::sync {
namespace {

constexpr std::size_t kRunsThatKeepBackups = 10;
constexpr std::size_t kMostEntries = 10'000;  // read of a ledger

std::int64_t seconds_since_1970() {
  return std::chrono::duration_cast<std::chrono::seconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::string random_hex() {
  std::random_device random;
  std::array<std::byte, 4> bytes{};
  for (std::byte& each : bytes) each = static_cast<std::byte>(random() & 0xFFU);
  return hex(bytes);
}

}  // namespace

std::string make_run_key(std::chrono::system_clock::time_point now) {
  const auto seconds =
      std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
  return "local-" + std::to_string(seconds) + '-' + random_hex();
}

RunHistory::RunHistory(const inputs::Settings& settings, const history::RunIdentity& identity,
                       transfer::Remote& target, net::Loop& loop, const Redactor& redactor)
    : settings_(settings),
      identity_(identity),
      target_(target),
      loop_(loop),
      redactor_(redactor),
      id_(random_hex()),
      run_key_(settings.history.run_key) {}

transfer::RunRecord RunHistory::record(const RefListing& target,
                                       const std::vector<transfer::RefOutcome>& refs,
                                       std::optional<std::uint64_t> pack_bytes) const {
  history::Record record;
  const bool rollback = settings_.mode == inputs::Mode::rollback;
  record.run = identity_;
  record.run.run_key = run_key_;
  record.run.id = id_;
  record.run.mode = rollback ? "rollback" : "sync";
  record.run.undoes = undoes_;
  record.run.trigger = settings_.runner.event_name;
  record.run.version = kVersion;
  record.time = seconds_since_1970();
  record.duration_ms =
      static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(
                                     std::chrono::steady_clock::now() - start_)
                                     .count());
  record.bytes = pack_bytes;
  record.refs = history::recorded_refs(refs);
  const ObjectFormat format =
      target_.advertisement(net::Service::receive_pack).capabilities.object_format();
  const Ref* ledger = target.find(plan::kLedgerRef);
  return history::make_objects(record, redactor_.redacted_document(history::record_json(record)),
                               ledger == nullptr ? Oid() : ledger->oid, format);
}

// Housekeeping: whatever goes wrong here must not stop a sync.
std::vector<Ref> RunHistory::expired(const RefListing& target) {
  if (settings_.history.backup_keep_days == 0 || target.format != ObjectFormat::sha1) return {};
  if (plan::runs_with_backups(target).size() <= kRunsThatKeepBackups) return {};
  const Ref* tip = target.find(plan::kLedgerRef);
  if (tip == nullptr) return {};
  try {
    const net::Loop::Limit limit(loop_, limits::kAnalysisTime);
    history::Ledger ledger(target_, tip->oid, settings_.runner.temp_folder,
                           loop_.watch_for(limits::kAnalysisTime));
    return plan::expired_backups(target, history::times_of(ledger.entries(kMostEntries)),
                                 seconds_since_1970(), settings_.history.backup_keep_days,
                                 kRunsThatKeepBackups);
  } catch (const Failure& failure) {
    if (failure.code() == FailureCode::cancelled) throw;
    target_.trace().notice("old backups stay: the ledger cannot be read (" +
                           std::string(failure.what()) + ")");
    return {};
  }
}

plan::Plan RunHistory::plan_rollback(const RefListing& target) {
  const std::string& wanted = settings_.history.rollback_to;
  if (undoes_.empty()) {
    const Ref* tip = target.find(plan::kLedgerRef);
    if (tip == nullptr) {
      throw Failure(FailureCode::no_such_record,
                    "the target '" + target_.name() + "' has no " + std::string(plan::kLedgerRef));
    }
    if (target.format != ObjectFormat::sha1) {
      throw Failure(FailureCode::object_format_mismatch,
                    "a ledger of SHA-256 ids cannot be read yet");
    }
    const net::Loop::Limit limit(loop_, limits::kAnalysisTime);
    history::Ledger ledger(target_, tip->oid, settings_.runner.temp_folder,
                           loop_.watch_for(limits::kAnalysisTime));
    const auto enough = [&](const std::vector<history::LedgerEntry>& read) {
      return history::reaches_beyond_run(read, wanted);
    };
    const auto entries = history::entries_of_run(ledger.entries(kMostEntries, enough), wanted);
    if (entries.empty()) {
      throw Failure(FailureCode::no_such_record, wanted == "last"
                                                     ? "no run of the ledger moved a ref"
                                                     : "the ledger holds no run '" + wanted + "'");
    }
    const std::vector<history::Record> records = ledger.records(entries);
    movements_ = history::movements_of(records);
    const bool moved = std::any_of(entries.begin(), entries.end(),
                                   [](const auto& entry) { return entry.changed > 0; });
    if (records.size() < entries.size() || (moved && movements_.empty())) {
      throw Failure(FailureCode::no_such_record, "what the ledger says of run '" +
                                                     printable(entries.front().run_key) +
                                                     "' is no record that this version can read");
    }
    undoes_ = entries.front().run_key;
    if (undoes_ == run_key_) run_key_ = "rollback-" + run_key_;
  }
  inputs::Settings settings = settings_;
  settings.history.run_key = run_key_;
  return plan::make_rollback_plan(settings, target, movements_, undoes_);
}

}  // namespace occ::sync
