#include "transfer/delivery.hpp"

#include "base/untrusted.hpp"
#include "plan/backups.hpp"
#include "plan/name_conflicts.hpp"
#include "transfer/bystanders.hpp"
#include "transfer/refusal.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace occ::transfer {
namespace {

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

std::string Delivery::why_not_atomic(const plan::Plan& plan) const {
  const auto commands = std::count_if(plan.refs.begin(), plan.refs.end(),
                                      [](const auto& ref) { return plan::is_command(ref.action); });
  if (!plan.atomic || commands < 2 || can_be_atomic(plan)) return {};
  return plan::has_freed_name(plan)
             ? "a name that one deletion frees is taken by another ref, which no atomic push can do"
             : "the target '" + target_.name() + "' does not offer atomic pushes";
}

std::optional<Step> Delivery::learn(const plan::Plan& plan, const Shipment& shipment,
                                    const Failure& failure,
                                    std::optional<std::uint64_t> pack_bytes) {
  if (lessons_.learn(plan, shipment.request, failure, pack_bytes.value_or(0))) {
    return push_less(printable(failure.what()));
  }
  // What breaks off here may be the source.
  if (!failure.retry_may_help() && lessons_.blame_atomic(plan, shipment.request, failure)) {
    return push_one_by_one();
  }
  return std::nullopt;
}

Step Delivery::push_one_by_one() {
  target_.note_refused(Ability::atomic);
  return Step::plan_again_at_once;
}

bool Delivery::push_backups(const plan::Plan& plan, RefListing& listing) {
  tried_ = true;
  if (can_be_atomic(plan) && shows_backups(listing) && lessons_.backups_go_along()) return true;
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
  // A replica may lag behind what the target accepted.
  listing = proof_.list_after(result, [&](const RefListing& now) {
    return std::any_of(request.commands.begin(), request.commands.end(), [&](const auto& command) {
      return listed(now, command.name) != command.new_oid &&
             refusal_of(*result.answer, command.name).text.empty();
    });
  });
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

Shipment Delivery::load(const plan::Plan& plan, const RefListing& listing) const {
  if (std::string why = why_not_atomic(plan); !why.empty()) {
    throw Failure(FailureCode::atomic_refused, why);
  }
  Shipment shipment;
  auto& commands = shipment.request.commands;
  for (const plan::PlannedRef& ref : plan.refs) {
    if (plan::is_command(ref.action)) commands.push_back(command_of(ref));
  }
  for (wire::RefCommand& backup : missing_backups(plan, listing)) {
    commands.push_back(std::move(backup));
  }
  shipment.may_be_atomic = can_be_atomic(plan);
  shipment.request.atomic = shipment.may_be_atomic && commands.size() > 1;
  return shipment;
}

// Merges may have objects in common, and a pack must not hold one twice.
void Delivery::add(Shipment& shipment, std::vector<wire::PackObject> objects) const {
  const ObjectFormat format =
      target_.advertisement(net::Service::receive_pack).capabilities.object_format();
  std::set<Oid> present;
  for (const wire::PackObject& each : shipment.objects) present.insert(object_id(each, format));
  for (wire::PackObject& each : objects) {
    if (present.insert(object_id(each, format)).second) {
      shipment.objects.push_back(std::move(each));
    }
  }
}

bool Delivery::takes_expired() const {
  const auto& offered = target_.advertisement(net::Service::receive_pack).capabilities;
  return lessons_.expires_backups() && offered.has("delete-refs");
}

void Delivery::add_expired(Shipment& shipment, const std::vector<Ref>& expired,
                           const RefListing& listing) const {
  for (const Ref& backup : expired) {
    if (shipment.request.commands.size() >= lessons_.most_commands()) break;
    if (listed(listing, backup.name) == backup.oid) {
      shipment.request.commands.push_back({backup.name, backup.oid, Oid()});
    }
  }
  shipment.request.atomic = shipment.may_be_atomic && shipment.request.commands.size() > 1;
}

bool Delivery::record_goes_along(const plan::Plan& plan) const {
  return records_ == Records::kept && can_be_atomic(plan) && lessons_.record_goes_along() &&
         !lessons_.ledger_refused();
}

void Delivery::add_record(Shipment& shipment, RunRecord record, const std::vector<RefOutcome>& refs,
                          const RefListing& listing) const {
  shipment.request.commands.push_back(
      {std::string(plan::kLedgerRef), listed(listing, plan::kLedgerRef), record.commit});
  std::move(record.objects.begin(), record.objects.end(), std::back_inserter(shipment.objects));
  shipment.request.atomic = shipment.may_be_atomic && shipment.request.commands.size() > 1;
  shipment.recorded = in_short(refs);
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
Step Delivery::confirm(const plan::Plan& plan, const Shipment& shipment, const RelayResult& result,
                       RefListing& listing) {
  pack_bytes_ += result.pack_bytes;
  pack_objects_ += result.pack_objects;
  RefListing now = list_after(plan, result);
  const std::vector<RefOutcome> dragged = Bystanders(plan, listing).dragged_along(target_, now);
  listing = std::move(now);
  const Verdict verdict = judge(plan, result, listing, dragged);
  for (const RefOutcome& each : verdict.refs) fates_.note(each);
  for (const RefOutcome& each : dragged) fates_.note(each);
  const auto& commands = shipment.request.commands;
  if (shipment.recorded && listed(listing, plan::kLedgerRef) == commands.back().new_oid) {
    recorded_ = shipment.recorded;
  }
  if (verdict.all_done) return go_on(verdict);
  if (result.lost) {
    if (lessons_.learn(plan, shipment.request, *result.lost, result.pack_bytes)) {
      return push_less(printable(result.lost->what()));
    }
    if (lessons_.blame_atomic(plan, shipment.request, *result.lost)) return push_one_by_one();
    throw Failure(*result.lost);
  }
  // All or nothing: a ref of ours that somebody else wrote holds the others back.
  const bool moved = std::any_of(commands.begin(), commands.end(), [&](const auto& command) {
    const Oid there = listed(listing, command.name);
    return there != command.old_oid && there != command.new_oid;
  });
  // Where many runs write the ledger, the refs must not wait for it.
  if (shipment.request.atomic && moved && !verdict.lease_lost) lessons_.keep_record_apart();
  if (shipment.request.atomic) lessons_.note_lost_leases(plan, verdict.refs);
  if (verdict.lease_lost || (shipment.request.atomic && moved)) return Step::plan_again;
  const bool learnt = lessons_.learn(
      {plan, shipment.request, *result.answer, shipment.recorded.has_value(), result.pack_bytes});
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

bool Delivery::is_recorded(const std::vector<RefOutcome>& refs) {
  if (lessons_.ledger_refused()) {
    give_up_history(*lessons_.ledger_refused());
    return true;
  }
  return recorded_ && *recorded_ == in_short(refs);
}

bool Delivery::push_record(RunRecord record, const std::vector<RefOutcome>& refs,
                           RefListing& listing) {
  Shipment shipment;
  add_record(shipment, std::move(record), refs, listing);
  const wire::RefCommand& command = shipment.request.commands.back();
  const RelayResult result = push_own(target_, shipment.request, shipment.objects);
  listing = proof_.list();
  const Oid now = listed(listing, plan::kLedgerRef);
  if (now == command.new_oid) {
    recorded_ = std::move(shipment.recorded);
    return true;
  }
  const Refusal refusal = result.answer ? refusal_of(*result.answer, plan::kLedgerRef) : Refusal{};
  const bool by_other_writer = refusal.code == FailureCode::lease_lost;
  if (now != command.old_oid || !result.answer || by_other_writer) return false;
  give_up_history(refusal.text);
  return true;
}

bool Delivery::may_have_moved_refs() const {
  if (!tried_ || records_ == Records::unwanted || history_given_up_) return false;
  return fates_.any_landed() || fates_.any_unconfirmed();
}

std::optional<std::vector<RefOutcome>> Delivery::left_to_record(const plan::Plan& plan) {
  if (!tried_ || records_ == Records::unwanted) return std::nullopt;
  std::vector<RefOutcome> refs = loud_outcomes(plan, std::nullopt);
  // Others brought what we meant to.
  if (refs.empty() && !recorded_ && !keeps_backups_) return std::nullopt;
  return refs;
}

std::optional<std::vector<RefOutcome>> Delivery::left_to_record(const plan::Plan& plan,
                                                                const Failure& failure,
                                                                RefListing& listing) {
  listing = proof_.list();
  fates_.settle(listing);
  if (!fates_.any_landed()) return std::nullopt;
  return loud_outcomes(plan, failure);
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
