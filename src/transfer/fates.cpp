#include "transfer/fates.hpp"

#include "transfer/verdict.hpp"

#include <algorithm>
#include <utility>

namespace occ::transfer {
namespace {

using plan::Action;

// Two movements of one ref, as the one that they make together: what undoes the run must know what
// there was before the first.
RefOutcome combined(const RefOutcome& first, RefOutcome second) {
  plan::PlannedRef& planned = second.planned;
  planned.old_oid = first.planned.old_oid;
  if (!first.planned.backup.empty()) planned.backup = first.planned.backup;
  if (planned.new_oid == planned.old_oid) {
    planned.action = Action::none;
  } else if (planned.new_oid.is_null()) {
    planned.action = Action::remove;
  } else if (planned.old_oid.is_null()) {
    planned.action = Action::create;
  } else if (first.planned.action != Action::update || planned.action == Action::create) {
    planned.action = Action::force;
  }
  second.result = expected_outcome(planned).result;
  return second;
}

// It landed, and then somebody else moved it, so that it does not fit any more.
RefOutcome overtaken(RefOutcome landed, const plan::PlannedRef& now) {
  landed.error = now.problem;
  landed.reason += "; now: " + now.reason;
  return landed;
}

}  // namespace

void Fates::begin_attempt(const RefListing& now) {
  settle(now);
  std::erase_if(decided_, [](const auto& each) {
    const Result result = each.second.result;
    return !has_landed(result) && result != Result::unconfirmed;
  });
}

void Fates::settle(const RefListing& now) {
  for (auto& [name, each] : decided_) {
    if (each.result != Result::unconfirmed) continue;
    const Ref* ref = now.find(name);
    const Oid tip = ref == nullptr ? Oid() : ref->oid;
    if (tip == each.planned.new_oid) each = expected_outcome(each.planned);
  }
}

void Fates::note(RefOutcome outcome) {
  const auto before = decided_.find(outcome.planned.target_ref);
  if (before == decided_.end()) {
    std::string name = outcome.planned.target_ref;
    decided_.emplace(std::move(name), std::move(outcome));
  } else if (!has_landed(before->second.result)) {
    before->second = std::move(outcome);
  } else if (has_landed(outcome.result)) {
    before->second = combined(before->second, std::move(outcome));
  }
}

void Fates::refuse(RefOutcome outcome) {
  std::string name = outcome.planned.target_ref;
  refused_.insert_or_assign(std::move(name), std::move(outcome));
}

const RefOutcome* Fates::refusal_of(std::string_view name) const {
  const auto at = refused_.find(name);
  return at == refused_.end() ? nullptr : &at->second;
}

bool Fates::any_landed() const {
  return std::any_of(decided_.begin(), decided_.end(),
                     [](const auto& each) { return has_landed(each.second.result); });
}

bool Fates::any_unconfirmed() const {
  return std::any_of(decided_.begin(), decided_.end(),
                     [](const auto& each) { return each.second.result == Result::unconfirmed; });
}

RefOutcome Fates::outcome(plan::PlannedRef ref, bool dry_run,
                          const std::optional<Failure>& failure) const {
  const auto decided = decided_.find(ref.target_ref);
  if (decided != decided_.end()) {
    // A push that got no answer may land as long as its server is busy with it.
    const bool landed = has_landed(decided->second.result);
    if (landed && ref.action == Action::blocked) return overtaken(decided->second, ref);
    if (landed || plan::is_command(ref.action)) return decided->second;
  }
  const RefOutcome* refused = refusal_of(ref.target_ref);
  if (refused != nullptr && ref.action == Action::blocked) return *refused;
  return planned_outcome(std::move(ref), dry_run, failure);
}

RefOutcome Fates::expected(const plan::PlannedRef& ref) const {
  const auto before = decided_.find(ref.target_ref);
  const bool again = before != decided_.end() && has_landed(before->second.result);
  return again ? combined(before->second, expected_outcome(ref)) : expected_outcome(ref);
}

bool Fates::is_quiet(const plan::PlannedRef& ref) const {
  const auto decided = decided_.find(ref.target_ref);
  if (decided == decided_.end()) return ref.action == Action::none;
  return decided->second.result == Result::up_to_date;
}

std::vector<RefOutcome> Fates::others(const std::set<std::string_view>& known) const {
  std::vector<RefOutcome> all;
  for (const auto& [name, each] : decided_) {
    if (!known.contains(name)) all.push_back(each);
  }
  return all;
}

}  // namespace occ::transfer
