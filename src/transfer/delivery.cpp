#include "transfer/delivery.hpp"

#include "base/backoff.hpp"
#include "base/untrusted.hpp"
#include "plan/backups.hpp"
#include "plan/name_conflicts.hpp"
#include "transfer/refusal.hpp"
#include "transfer/verdict.hpp"

#include <algorithm>
#include <chrono>
#include <random>
#include <set>
#include <utility>

namespace occ::transfer {
namespace {

constexpr int kMostLateTries = 20;
constexpr int kMostLessons = 2;  // from pushes that are all or nothing: each sends the pack again
constexpr std::chrono::milliseconds kGraceAfterCancel{1200};
constexpr std::chrono::milliseconds kReplicationWait{1000};
constexpr Backoff kLedgerPause{std::chrono::milliseconds(100), std::chrono::milliseconds(2000)};

bool is_backup(std::string_view name) {
  return name.starts_with(plan::kBackupFolder);
}

Oid listed(const RefListing& listing, std::string_view name) {
  const Ref* ref = listing.find(name);
  return ref == nullptr ? Oid() : ref->oid;
}

// Below a folder of which the server shows nothing it may hide all, and a hidden ref is refused
// while the rest of an atomic push goes through (relay-facts 21).
bool shows_backups(const RefListing& listing) {
  return std::any_of(listing.refs.begin(), listing.refs.end(),
                     [](const Ref& ref) { return is_backup(ref.name); });
}

std::vector<wire::RefCommand> missing_backups(const plan::Plan& plan, const RefListing& listing) {
  std::vector<wire::RefCommand> commands;
  for (const Ref& backup : plan.backups) {
    if (listing.find(backup.name) == nullptr) commands.push_back({backup.name, Oid(), backup.oid});
  }
  return commands;
}

// What a record tells of each ref, to see whether it is still true.
std::vector<std::string> in_short(const std::vector<RefOutcome>& refs) {
  std::vector<std::string> all;
  for (const RefOutcome& ref : refs) {
    if (ref.planned.action == plan::Action::none) continue;
    all.push_back(ref.planned.target_ref + ' ' + ref.planned.old_oid.hex() + ' ' +
                  ref.planned.new_oid.hex() + ' ' + std::string(name_of(ref.result)));
  }
  std::sort(all.begin(), all.end());
  return all;
}

// Why a command was refused, by the report; without words if it was accepted or not named.
Refusal refusal_of(const PushAnswer& answer, std::string_view name) {
  for (const wire::CommandResult& result : answer.report.results) {
    if (result.name == name && !result.accepted) {
      return classify_refusal(result.reason, answer.server_text, answer.report.unpack);
    }
  }
  return {FailureCode::ref_rejected, {}};
}

}  // namespace

void Delivery::begin_attempt() {
  std::erase_if(decided_, [](const auto& each) { return !has_landed(each.second.result); });
}

void Delivery::apply_refusals(plan::Plan& plan) const {
  if (backups_refused_) plan::block_without_backup(plan, *backups_refused_);
  for (plan::PlannedRef& ref : plan.refs) {
    const auto refused = refused_.find(ref.target_ref);
    if (refused == refused_.end() || !plan::is_command(ref.action)) continue;
    ref.action = plan::Action::blocked;
    ref.problem = refused->second.error;
    ref.reason = refused->second.reason;
    std::erase_if(plan.backups, [&](const Ref& backup) { return backup.name == ref.backup; });
    ref.backup.clear();
  }
  plan::block_all_if_one_is_blocked(plan);
}

bool Delivery::can_be_atomic(const plan::Plan& plan) const {
  const bool offered = target_.advertisement(net::Service::receive_pack).capabilities.has("atomic");
  return offered && !without_atomic_ && !plan::has_freed_name(plan);
}

Step Delivery::deliver(const plan::Plan& plan, RefListing& listing, const Send& send,
                       std::optional<std::uint64_t> pack_bytes) {
  tried_ = true;
  const bool together = can_be_atomic(plan) && shows_backups(listing);
  if (!together && !missing_backups(plan, listing).empty() && !push_backups(plan, listing)) {
    return Step::plan_again_at_once;
  }
  const Push push = assemble(plan, listing, pack_bytes);
  const std::optional<RelayResult> result = send(push.request, push.objects);
  if (!result) return Step::plan_again_at_once;
  pack_bytes_ += result->pack_bytes;
  pack_objects_ += result->pack_objects;
  return confirm(plan, push, *result, listing);
}

bool Delivery::push_backups(const plan::Plan& plan, RefListing& listing) {
  wire::PushRequest request;
  request.commands = missing_backups(plan, listing);
  request.atomic = request.commands.size() > 1 && can_be_atomic(plan);
  const RelayResult result = push_own(target_, request, {});
  listing = list_target();
  for (const wire::RefCommand& command : request.commands) {
    if (listed(listing, command.name) == command.new_oid) continue;
    if (result.lost) throw Failure(*result.lost);
    const std::string why = refusal_of(*result.answer, command.name).text;
    backups_refused_ = why.empty() ? "it does not list it afterwards" : why;
    return false;
  }
  return true;
}

Delivery::Push Delivery::assemble(const plan::Plan& plan, const RefListing& listing,
                                  std::optional<std::uint64_t> pack_bytes) {
  Push push;
  auto& commands = push.request.commands;
  for (const plan::PlannedRef& ref : plan.refs) {
    if (!plan::is_command(ref.action)) continue;
    commands.push_back({ref.target_ref, ref.old_oid, ref.new_oid});
    if (ref.action == plan::Action::merge) add_merge(push, ref.new_oid);
  }
  const bool can = can_be_atomic(plan);
  if (plan.atomic && commands.size() > 1 && !can) {
    throw Failure(FailureCode::atomic_refused,
                  plan::has_freed_name(plan)
                      ? "a name that one deletion frees is taken by another ref, which no atomic "
                        "push can do"
                      : "the target '" + target_.name() + "' does not offer atomic pushes");
  }
  for (wire::RefCommand& backup : missing_backups(plan, listing)) {
    commands.push_back(std::move(backup));
  }
  add_expired(push, listing);
  if (can && !record_apart_) {
    add_record(push, expected_outcomes(plan), listing, pack_bytes);
  }
  push.request.atomic = can && commands.size() > 1;
  return push;
}

// Merges may have objects in common, and a pack must not hold one twice.
void Delivery::add_merge(Push& push, const Oid& commit) const {
  const ObjectFormat format =
      target_.advertisement(net::Service::receive_pack).capabilities.object_format();
  std::set<Oid> present;
  for (const wire::PackObject& each : push.objects) present.insert(object_id(each, format));
  for (wire::PackObject& each : own_.merge_objects(commit)) {
    if (present.insert(object_id(each, format)).second) push.objects.push_back(std::move(each));
  }
}

void Delivery::add_expired(Push& push, const RefListing& listing) {
  if (!own_.expired_backups || keep_expired_) return;
  if (!expired_) expired_ = own_.expired_backups(listing);
  for (const Ref& backup : *expired_) {
    if (listed(listing, backup.name) == backup.oid) {
      push.request.commands.push_back({backup.name, backup.oid, Oid()});
    }
  }
}

void Delivery::add_record(Push& push, const std::vector<RefOutcome>& refs,
                          const RefListing& listing, std::optional<std::uint64_t> pack_bytes) {
  if (!own_.record || history_refused_) return;
  const Oid before = listed(listing, plan::kLedgerRef);
  RunRecord record = own_.record(before, refs, pack_bytes);
  push.request.commands.push_back({std::string(plan::kLedgerRef), before, record.commit});
  std::move(record.objects.begin(), record.objects.end(), std::back_inserter(push.objects));
  push.recorded = in_short(refs);
}

RefListing Delivery::list_target() {
  target_.start_listing(net::Service::receive_pack);
  RefListing listing = target_.finish_listing();
  target_.hang_up(net::Service::receive_pack);
  return listing;
}

RefListing Delivery::list_after(const plan::Plan& plan, const RelayResult& result) {
  if (result.lost && result.lost->code() == FailureCode::cancelled) {
    loop_.begin_grace(kGraceAfterCancel);
  }
  try {
    RefListing now = list_target();
    if (!result.answer || !awaits_replication(plan, *result.answer, now)) return now;
    loop_.sleep(kReplicationWait);
    return list_target();
  } catch (const Failure& failure) {
    for (RefOutcome& each : unconfirmed_outcomes(plan, result.lost.value_or(failure))) {
      decided_[each.planned.target_ref] = std::move(each);
    }
    throw;
  }
}

// The target's own listing decides what landed.
Step Delivery::confirm(const plan::Plan& plan, const Push& push, const RelayResult& result,
                       RefListing& listing) {
  listing = list_after(plan, result);
  const Verdict verdict = judge(plan, result, listing);
  for (const RefOutcome& each : verdict.refs) decided_[each.planned.target_ref] = each;
  const auto& commands = push.request.commands;
  if (push.recorded && listed(listing, plan::kLedgerRef) == commands.back().new_oid) {
    recorded_ = push.recorded;
  }
  if (verdict.all_landed) return Step::finished;
  if (result.lost) throw Failure(*result.lost);
  // All or nothing: a ref of ours that somebody else wrote holds the others back.
  const bool moved = std::any_of(commands.begin(), commands.end(), [&](const auto& command) {
    const Oid now = listed(listing, command.name);
    return now != command.old_oid && now != command.new_oid;
  });
  // Where many runs write the ledger, the refs must not wait for it.
  if (push.request.atomic && moved && !verdict.lease_lost) record_apart_ = true;
  if (verdict.lease_lost || (push.request.atomic && moved)) return Step::plan_again;
  const bool learnt = push.request.atomic && learn_refusals(plan, push, *result.answer);
  return learnt ? Step::plan_again_at_once : Step::finished;
}

bool Delivery::learn_refusals(const plan::Plan& plan, const Push& push, const PushAnswer& answer) {
  const auto& results = answer.report.results;
  const auto code_of = [&](const wire::CommandResult& each) {
    return classify_refusal(each.reason, answer.server_text, answer.report.unpack).code;
  };
  const bool culprit_unknown = std::all_of(results.begin(), results.end(), [&](const auto& each) {
    return !each.accepted && code_of(each) == FailureCode::atomic_refused;
  });
  const bool all_alike = std::all_of(results.begin(), results.end(), [&](const auto& each) {
    return !each.accepted && each.reason == results.front().reason;
  });
  // Perhaps it is only the record that a hook, a check or another writer stands against.
  if ((culprit_unknown || all_alike) && push.recorded) {
    record_apart_ = true;
    return true;
  }
  if (culprit_unknown) {
    without_atomic_ = !plan.atomic;
    return without_atomic_;
  }
  if (answer.report.unpack != "ok") return false;
  bool learnt = false;
  for (const wire::CommandResult& each : results) {
    if (!each.accepted) learnt = learn_refusal(plan, each, answer) || learnt;
  }
  // Git names but one culprit of such a push.
  if (learnt && ++lessons_ == kMostLessons) without_atomic_ = !plan.atomic;
  return learnt;
}

bool Delivery::learn_refusal(const plan::Plan& plan, const wire::CommandResult& result,
                             const PushAnswer& answer) {
  const Refusal refusal = classify_refusal(result.reason, answer.server_text, "ok");
  if (refusal.code == FailureCode::atomic_refused || refusal.code == FailureCode::lease_lost) {
    return false;
  }
  if (result.name == plan::kLedgerRef) {
    give_up_history(refusal.text);
    return true;
  }
  if (is_backup(result.name)) {
    const bool expiry = expired_ && std::any_of(expired_->begin(), expired_->end(),
                                                [&](auto& ref) { return ref.name == result.name; });
    if (expiry) {
      keep_expired_ = true;
    } else {
      backups_refused_ = refusal.text;
    }
    return true;
  }
  const auto ref = std::find_if(plan.refs.begin(), plan.refs.end(),
                                [&](const auto& each) { return each.target_ref == result.name; });
  if (ref == plan.refs.end() || plan.atomic) return false;
  refused_[result.name] = {*ref, Result::rejected, refusal.code, refusal.text};
  return true;
}

void Delivery::give_up_history(const std::string& why) {
  history_refused_ = true;
  notes_.push_back("The target keeps no record of this run: it refuses " +
                   std::string(plan::kLedgerRef) + (why.empty() ? "" : " (" + why + ')') + '.');
}

void Delivery::note_not_landed(const plan::Plan& plan) {
  for (const plan::PlannedRef& ref : plan.refs) {
    if (plan::is_command(ref.action)) {
      decided_[ref.target_ref] = {ref, Result::unconfirmed, FailureCode::cancelled,
                                  "the run was cancelled before the push was whole"};
    }
  }
}

void Delivery::record_late(const plan::Plan& plan, RefListing& listing) {
  if (!tried_ || !own_.record) return;
  const std::vector<RefOutcome> refs = loud_outcomes(plan);
  std::minstd_rand random{std::random_device()()};
  for (int tries = 0; tries < kMostLateTries && !history_refused_; ++tries) {
    if (recorded_ && *recorded_ == in_short(refs)) return;
    try {
      Push push;
      add_record(push, refs, listing, pack_bytes_);
      const RelayResult result = push_own(target_, push.request, push.objects);
      listing = list_target();
      const Oid now = listed(listing, plan::kLedgerRef);
      if (now == push.request.commands.back().new_oid) {
        recorded_ = in_short(refs);
        return;
      }
      const Refusal refusal =
          result.answer ? refusal_of(*result.answer, plan::kLedgerRef) : Refusal{};
      const bool by_other_writer = refusal.code == FailureCode::lease_lost;
      if (now == push.request.commands.back().old_oid && result.answer && !by_other_writer) {
        give_up_history(refusal.text);
        return;
      }
      loop_.sleep(kLedgerPause.wait(tries, random));
    } catch (const Failure& failure) {
      if (failure.code() == FailureCode::cancelled) throw;
      give_up_history(printable(failure.what()));
    }
  }
  if (!history_refused_) give_up_history("others kept writing it");
}

RefOutcome Delivery::outcome(plan::PlannedRef ref, bool dry_run,
                             const std::optional<Failure>& failure) const {
  const auto decided = decided_.find(ref.target_ref);
  const auto refused = refused_.find(ref.target_ref);
  if (decided != decided_.end() &&
      (has_landed(decided->second.result) || refused == refused_.end())) {
    return decided->second;
  }
  if (refused != refused_.end() && ref.action == plan::Action::blocked) return refused->second;
  return planned_outcome(std::move(ref), dry_run, failure);
}

bool Delivery::is_quiet(const plan::PlannedRef& ref) const {
  return ref.action == plan::Action::none && !decided_.contains(ref.target_ref);
}

std::vector<RefOutcome> Delivery::loud_outcomes(const plan::Plan& plan) const {
  std::vector<RefOutcome> all;
  for (const plan::PlannedRef& ref : plan.refs) {
    if (!is_quiet(ref)) all.push_back(outcome(ref, false, std::nullopt));
  }
  return all;
}

std::vector<RefOutcome> Delivery::expected_outcomes(const plan::Plan& plan) const {
  std::vector<RefOutcome> all;
  for (const plan::PlannedRef& ref : plan.refs) {
    if (is_quiet(ref)) continue;
    all.push_back(plan::is_command(ref.action) ? expected_outcome(ref)
                                               : outcome(ref, false, std::nullopt));
  }
  return all;
}

std::vector<RefOutcome> Delivery::outcomes(plan::Plan plan, bool dry_run,
                                           const std::optional<Failure>& failure) const {
  std::vector<RefOutcome> all;
  all.reserve(plan.refs.size());
  for (plan::PlannedRef& ref : plan.refs) {
    all.push_back(outcome(std::move(ref), dry_run, failure));
  }
  return all;
}

}  // namespace occ::transfer
