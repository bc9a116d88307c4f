#include "transfer/bystanders.hpp"

#include "base/failure.hpp"
#include "base/untrusted.hpp"
#include "transfer/target_answers.hpp"
#include "transfer/verdict.hpp"

#include <algorithm>
#include <set>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace occ::transfer {
namespace {

Oid listed(const RefListing& listing, std::string_view name) {
  const Ref* ref = listing.find(name);
  return ref == nullptr ? Oid() : ref->oid;
}

RefOutcome outcome_of(const Ref& other, const plan::PlannedRef& along) {
  plan::PlannedRef moved;
  moved.target_ref = other.name;
  moved.old_oid = other.oid;
  moved.new_oid = along.new_oid;
  moved.relation = along.relation;
  moved.action = along.action;
  moved.backup = along.backup;  // it keeps the same tip
  RefOutcome outcome = expected_outcome(moved);
  outcome.error = FailureCode::symbolic_ref;
  outcome.reason = "it was not pushed itself, but went along with '" + printable(along.target_ref) +
                   "': on the target one of the two is a symbolic ref of the other";
  return outcome;
}

}  // namespace

Bystanders::Bystanders(const plan::Plan& plan, const RefListing& before)
    : plan_(plan), before_(before) {
  std::unordered_set<Oid> tips;
  std::set<std::string_view> commanded;
  for (const plan::PlannedRef& ref : plan.refs) {
    if (!plan::is_command(ref.action) || ref.old_oid.is_null()) continue;
    tips.insert(ref.old_oid);
    commanded.insert(ref.target_ref);
  }
  if (tips.empty()) return;
  for (const Ref& ref : before.refs) {
    if (tips.contains(ref.oid) && !commanded.contains(ref.name)) beside_.push_back(&ref);
  }
}

std::vector<Bystanders::Dragged> Bystanders::find(const RefListing& now) const {
  std::vector<Dragged> dragged;
  if (beside_.empty()) return dragged;
  std::unordered_multimap<Oid, const plan::PlannedRef*> moved;
  for (const plan::PlannedRef& ref : plan_.refs) {
    if (plan::is_command(ref.action) && listed(now, ref.target_ref) == ref.new_oid) {
      moved.emplace(ref.old_oid, &ref);
    }
  }
  for (const Ref* other : beside_) {
    const Oid there = listed(now, other->name);
    if (there == other->oid || now.is_broken(other->name)) continue;
    const auto [begin, end] = moved.equal_range(other->oid);
    const auto along =
        std::find_if(begin, end, [&](const auto& each) { return each.second->new_oid == there; });
    if (along != end) dragged.push_back({*other, along->second});
  }
  return dragged;
}

bool Bystanders::was_to_stay(const std::string& name) const {
  return std::any_of(plan_.refs.begin(), plan_.refs.end(), [&](const plan::PlannedRef& ref) {
    return ref.target_ref == name && ref.action == plan::Action::none;
  });
}

// Where the target does not tell, its default branch is taken for a branch, and nothing for an
// alias but what follows that one.
void Bystanders::drop_followers(Remote& target, std::vector<Dragged>& dragged) const {
  plan::Questions questions;
  for (const Dragged& each : dragged) {
    for (const std::string& name : {each.ref.name, each.along->target_ref}) {
      if (!before_.aliases.contains(name)) questions.aliases.push_back(name);
    }
  }
  RefListing known;
  known.aliases = before_.aliases;
  TargetAnswers answers;
  try {
    answers.ask(target, questions);
  } catch (const Failure& failure) {
    if (failure.code() == FailureCode::cancelled) throw;
  }
  answers.tell(known);
  std::erase_if(dragged, [&](const Dragged& each) {
    const auto at = known.aliases.find(each.ref.name);
    const bool is_alias = at != known.aliases.end() && at->second == each.along->target_ref;
    const bool follows_head = answers.head() == each.along->target_ref;
    return (is_alias || follows_head) && !was_to_stay(each.ref.name);
  });
}

std::vector<RefOutcome> Bystanders::dragged_along(Remote& target, const RefListing& now) const {
  std::vector<Dragged> dragged = find(now);
  if (!dragged.empty()) drop_followers(target, dragged);
  std::vector<RefOutcome> outcomes;
  for (const Dragged& each : dragged) outcomes.push_back(outcome_of(each.ref, *each.along));
  return outcomes;
}

}  // namespace occ::transfer
