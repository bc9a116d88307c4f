#include "transfer/delivery.hpp"

#include "base/backoff.hpp"
#include "base/untrusted.hpp"
#include "plan/backups.hpp"
#include "plan/name_conflicts.hpp"
#include "transfer/bystanders.hpp"
#include "transfer/refusal.hpp"

#include <algorithm>
#include <chrono>
#include <random>
#include <set>
#include <utility>

namespace occ::transfer {
namespace {

constexpr int kMostLateTries = 20;
constexpr int kMostTriesAfterFailure = 3;
constexpr Backoff kLedgerPause{std::chrono::milliseconds(100), std::chrono::milliseconds(2000)};

Oid listed(const RefListing& listing, std::string_view name) {
  const Ref* ref = listing.find(name);
  return ref == nullptr ? Oid() : ref->oid;
}

// Below a folder of which the server shows nothing it may hide all, and a hidden ref is refused
// while the rest of an atomic push goes through (SERVERS 21).
bool shows_backups(const RefListing& listing) {
  return std::any_of(listing.refs.begin(), listing.refs.end(),
                     [](const Ref& ref) { return ref.name.starts_with(plan::kBackupFolder); });
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

void Delivery::fit(plan::Plan& plan) {
  aside_ = lessons_.apply(plan, target_.advertisement(net::Service::receive_pack).capabilities);
}

bool Delivery::can_be_atomic(const plan::Plan& plan) const {
  return target_.has(Ability::atomic) && lessons_.allows_atomic() && !plan::has_freed_name(plan);
}

void Delivery::require_atomic(const plan::Plan& plan) const {
  const auto commands = std::count_if(plan.refs.begin(), plan.refs.end(),
                                      [](const auto& ref) { return plan::is_command(ref.action); });
  if (!plan.atomic || commands < 2 || can_be_atomic(plan)) return;
  throw Failure(FailureCode::atomic_refused,
                plan::has_freed_name(plan)
                    ? "a name that one deletion frees is taken by another ref, which no atomic "
                      "push can do"
                    : "the target '" + target_.name() + "' does not offer atomic pushes");
}

Step Delivery::deliver(const plan::Plan& plan, RefListing& listing, const Send& send,
                       std::optional<std::uint64_t> pack_bytes) {
  tried_ = true;
  const bool together =
      can_be_atomic(plan) && shows_backups(listing) && lessons_.backups_go_along();
  if (!together && !missing_backups(plan, listing).empty() && !push_backups(plan, listing)) {
    return Step::plan_again_at_once;
  }
  const Push push = assemble(plan, listing, pack_bytes);
  std::optional<RelayResult> result;
  try {
    result = send(push.request, push.objects);
  } catch (const Failure& failure) {
    if (lessons_.learn(plan, push.request, failure, pack_bytes.value_or(0))) {
      return push_less(printable(failure.what()));
    }
    // What breaks off here may be the source.
    if (!failure.retry_may_help() && lessons_.blame_atomic(plan, push.request, failure)) {
      return push_one_by_one();
    }
    throw;
  }
  if (!result) return Step::plan_again_at_once;
  pack_bytes_ += result->pack_bytes;
  pack_objects_ += result->pack_objects;
  return confirm(plan, push, *result, listing);
}

Step Delivery::push_one_by_one() {
  target_.note_refused(Ability::atomic);
  return Step::plan_again_at_once;
}

bool Delivery::push_backups(const plan::Plan& plan, RefListing& listing) {
  for (auto missing = missing_backups(plan, listing); !missing.empty();
       missing = missing_backups(plan, listing)) {
    wire::PushRequest request;
    const std::size_t size = std::min(missing.size(), lessons_.most_commands());
    request.commands.assign(missing.begin(), missing.begin() + static_cast<std::ptrdiff_t>(size));
    request.atomic = size > 1 && can_be_atomic(plan);
    const std::string why = push_some_backups(std::move(request), listing);
    if (why.empty()) continue;
    if (lessons_.learn_limit(why, size)) continue;
    lessons_.refuse_backups(why);
    return false;
  }
  return true;
}

// Why the target does not take them; empty: it did.
std::string Delivery::push_some_backups(wire::PushRequest request, RefListing& listing) {
  const RelayResult result = push_own(target_, request, {});
  listing = proof_.list();
  for (const wire::RefCommand& command : request.commands) {
    if (listed(listing, command.name) == command.new_oid) continue;
    if (result.lost) {
      if (most_commands(result.lost->what())) return result.lost->what();
      throw Failure(*result.lost);
    }
    const std::string why = refusal_of(*result.answer, command.name).text;
    return why.empty() ? "it does not list it afterwards" : why;
  }
  keeps_backups_ = true;
  return {};
}

Delivery::Push Delivery::assemble(const plan::Plan& plan, const RefListing& listing,
                                  std::optional<std::uint64_t> pack_bytes) {
  Push push;
  auto& commands = push.request.commands;
  for (const plan::PlannedRef& ref : plan.refs) {
    if (!plan::is_command(ref.action)) continue;
    commands.push_back(command_of(ref));
    if (ref.action == plan::Action::merge) add_merge(push, ref.new_oid);
  }
  require_atomic(plan);
  const bool can = can_be_atomic(plan);
  for (wire::RefCommand& backup : missing_backups(plan, listing)) {
    commands.push_back(std::move(backup));
  }
  add_expired(push, listing);
  if (can && lessons_.record_goes_along()) {
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
  const auto& offered = target_.advertisement(net::Service::receive_pack).capabilities;
  if (!own_.expired_backups || !lessons_.expires_backups() || !offered.has("delete-refs")) return;
  if (!expired_) expired_ = own_.expired_backups(listing);
  for (const Ref& backup : *expired_) {
    if (push.request.commands.size() >= lessons_.most_commands()) return;
    if (listed(listing, backup.name) == backup.oid) {
      push.request.commands.push_back({backup.name, backup.oid, Oid()});
    }
  }
}

void Delivery::add_record(Push& push, const std::vector<RefOutcome>& refs,
                          const RefListing& listing, std::optional<std::uint64_t> pack_bytes) {
  if (!own_.record || lessons_.ledger_refused()) return;
  const Oid before = listed(listing, plan::kLedgerRef);
  RunRecord record = own_.record(before, refs, pack_bytes);
  push.request.commands.push_back({std::string(plan::kLedgerRef), before, record.commit});
  std::move(record.objects.begin(), record.objects.end(), std::back_inserter(push.objects));
  push.recorded = in_short(refs);
}

RefListing Delivery::list_after(const plan::Plan& plan, const RelayResult& result) {
  try {
    return proof_.list_after(result, [&](const RefListing& now) {
      return awaits_replication(plan, *result.answer, now);
    });
  } catch (const Failure& failure) {
    for (RefOutcome& each : unconfirmed_outcomes(plan, result.lost.value_or(failure))) {
      fates_.note(std::move(each));
    }
    throw;
  }
}

// The target's own listing decides what landed.
Step Delivery::confirm(const plan::Plan& plan, const Push& push, const RelayResult& result,
                       RefListing& listing) {
  RefListing now = list_after(plan, result);
  const std::vector<RefOutcome> dragged = Bystanders(plan, listing).dragged_along(target_, now);
  listing = std::move(now);
  const Verdict verdict = judge(plan, result, listing, dragged);
  for (const RefOutcome& each : verdict.refs) fates_.note(each);
  for (const RefOutcome& each : dragged) fates_.note(each);
  const auto& commands = push.request.commands;
  if (push.recorded && listed(listing, plan::kLedgerRef) == commands.back().new_oid) {
    recorded_ = push.recorded;
  }
  if (verdict.all_done) return go_on(verdict);
  if (result.lost) {
    if (lessons_.learn(plan, push.request, *result.lost, result.pack_bytes)) {
      return push_less(printable(result.lost->what()));
    }
    if (lessons_.blame_atomic(plan, push.request, *result.lost)) return push_one_by_one();
    throw Failure(*result.lost);
  }
  // All or nothing: a ref of ours that somebody else wrote holds the others back.
  const bool moved = std::any_of(commands.begin(), commands.end(), [&](const auto& command) {
    const Oid there = listed(listing, command.name);
    return there != command.old_oid && there != command.new_oid;
  });
  // Where many runs write the ledger, the refs must not wait for it.
  if (push.request.atomic && moved && !verdict.lease_lost) lessons_.keep_record_apart();
  if (push.request.atomic) lessons_.note_lost_leases(plan, verdict.refs);
  if (verdict.lease_lost || (push.request.atomic && moved)) return Step::plan_again;
  const bool learnt = lessons_.learn(
      {plan, push.request, *result.answer, push.recorded.has_value(), result.pack_bytes});
  return learnt ? push_less("the target did not take the push as one") : go_on(verdict);
}

Step Delivery::push_less(const std::string& why) {
  if (lessons_.is_in_parts()) target_.trace().notice(why + "; it goes in parts now");
  return Step::plan_again_at_once;
}

Step Delivery::go_on(const Verdict& verdict) {
  if (!lessons_.go_on()) return Step::finished;
  for (const RefOutcome& each : verdict.refs) {
    if (each.error) fates_.refuse(each);  // once is enough
  }
  return Step::plan_again_at_once;
}

void Delivery::give_up_history(const std::string& why) {
  history_given_up_ = true;
  notes_.push_back("The target keeps no record of this run: it refuses " +
                   std::string(plan::kLedgerRef) + (why.empty() ? "" : " (" + why + ')') + '.');
}

bool Delivery::push_record(const std::vector<RefOutcome>& refs, RefListing& listing) {
  if (lessons_.ledger_refused()) {
    give_up_history(*lessons_.ledger_refused());
    return true;
  }
  if (recorded_ && *recorded_ == in_short(refs)) return true;
  Push push;
  add_record(push, refs, listing, pack_bytes_);
  const RelayResult result = push_own(target_, push.request, push.objects);
  listing = proof_.list();
  const Oid now = listed(listing, plan::kLedgerRef);
  if (now == push.request.commands.back().new_oid) {
    recorded_ = in_short(refs);
    return true;
  }
  const Refusal refusal = result.answer ? refusal_of(*result.answer, plan::kLedgerRef) : Refusal{};
  const bool by_other_writer = refusal.code == FailureCode::lease_lost;
  if (now != push.request.commands.back().old_oid || !result.answer || by_other_writer) {
    return false;
  }
  give_up_history(refusal.text);
  return true;
}

void Delivery::record_late(const plan::Plan& plan, RefListing& listing) {
  if (!tried_ || !own_.record) return;
  const std::vector<RefOutcome> refs = loud_outcomes(plan, std::nullopt);
  if (refs.empty() && !recorded_ && !keeps_backups_) return;  // others brought what we meant to
  std::minstd_rand random{std::random_device()()};
  for (int tries = 0; tries < kMostLateTries; ++tries) {
    try {
      if (push_record(refs, listing)) return;
      loop_.sleep(kLedgerPause.wait(tries, random));
    } catch (const Failure& failure) {
      if (failure.code() == FailureCode::cancelled) throw;
      return give_up_history(printable(failure.what()));
    }
  }
  give_up_history("others kept writing it");
}

void Delivery::record_after(const Failure& failure, const plan::Plan& plan, RefListing& listing) {
  if (!tried_ || !own_.record || history_given_up_) return;
  if (!fates_.any_landed() && !fates_.any_unconfirmed()) return;
  try {
    if (failure.code() == FailureCode::cancelled) loop_.begin_grace(kGraceAfterCancel);
    listing = proof_.list();
    fates_.settle(listing);
    if (!fates_.any_landed()) return;
    const std::vector<RefOutcome> refs = loud_outcomes(plan, failure);
    for (int tries = 0; tries < kMostTriesAfterFailure; ++tries) {
      if (push_record(refs, listing)) return;
    }
    give_up_history("others kept writing it");
  } catch (const Failure& another) {
    if (!fates_.any_landed()) return;
    notes_.push_back("No record of this run could be left on the target (" +
                     printable(another.what()) + ").");
  }
}

std::vector<RefOutcome> Delivery::outcomes_beside(const plan::Plan& plan) const {
  if (!fates_.any_decided()) return {};
  std::set<std::string_view> known;
  for (const plan::PlannedRef& ref : plan.refs) known.insert(ref.target_ref);
  for (const plan::PlannedRef& ref : aside_) known.insert(ref.target_ref);
  return fates_.others(known);
}

std::vector<RefOutcome> Delivery::loud_outcomes(const plan::Plan& plan,
                                                const std::optional<Failure>& failure) const {
  std::vector<RefOutcome> all;
  for (const auto* refs : {&plan.refs, &aside_}) {
    for (const plan::PlannedRef& ref : *refs) {
      if (!fates_.is_quiet(ref)) all.push_back(fates_.outcome(ref, false, failure));
    }
  }
  for (RefOutcome& each : outcomes_beside(plan)) {
    if (!fates_.is_quiet(each.planned)) all.push_back(std::move(each));
  }
  return all;
}

std::vector<RefOutcome> Delivery::expected_outcomes(const plan::Plan& plan) const {
  std::vector<RefOutcome> all = loud_outcomes(plan, std::nullopt);
  std::size_t next = 0;
  for (const plan::PlannedRef& ref : plan.refs) {  // the loud ones come first, in the same order
    if (fates_.is_quiet(ref)) continue;
    if (plan::is_command(ref.action)) all[next] = fates_.expected(ref);
    ++next;
  }
  return all;
}

std::vector<RefOutcome> Delivery::outcomes(plan::Plan plan, bool dry_run,
                                           const std::optional<Failure>& failure) const {
  std::vector<RefOutcome> beside = outcomes_beside(plan);
  std::vector<RefOutcome> all;
  all.reserve(plan.refs.size() + aside_.size() + beside.size());
  for (plan::PlannedRef& ref : plan.refs) {
    all.push_back(fates_.outcome(std::move(ref), dry_run, failure));
  }
  for (const plan::PlannedRef& ref : aside_) all.push_back(fates_.outcome(ref, dry_run, failure));
  std::move(beside.begin(), beside.end(), std::back_inserter(all));
  return all;
}

}  // namespace occ::transfer
