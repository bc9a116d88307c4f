#include "plan/rollback.hpp"

namespace occ::plan {
namespace {

Action action_towards(const Oid& before, const Oid& now) {
  if (before == now) return Action::none;
  if (before.is_null()) return Action::remove;
  return now.is_null() ? Action::create : Action::force;
}

std::string described(const Oid& oid) {
  return oid.is_null() ? "gone" : "at " + oid.abbreviated();
}

}  // namespace

Plan make_rollback_plan(const inputs::Settings& settings, const RefListing& target,
                        const std::vector<Movement>& movements, const std::string& run) {
  Plan plan;
  plan.atomic = settings.atomic;
  for (const Movement& movement : movements) {
    const Ref* there = target.find(movement.target_ref);
    PlannedRef ref;
    ref.target_ref = movement.target_ref;
    ref.old_oid = there == nullptr ? Oid() : there->oid;
    ref.new_oid = movement.before;
    ref.relation = ref.old_oid == ref.new_oid ? Relation::equal : Relation::recorded;
    ref.action = action_towards(ref.new_oid, ref.old_oid);
    ref.reason = ref.action == Action::none ? "it is as it was before run " + run
                                            : "back to what it was before run " + run;
    if (ref.action != Action::none && ref.old_oid != movement.after && !settings.force_sync) {
      ref.action = Action::blocked;
      ref.problem = FailureCode::moved_since;
      ref.reason = "run " + run + " left it " + described(movement.after) + ", and now it is " +
                   described(ref.old_oid);
    }
    if (movement.name_is_lossy) {
      ref.action = Action::blocked;
      ref.problem = FailureCode::no_such_record;
      ref.reason = "the record of run " + run + " does not tell this name byte by byte";
    }
    plan.refs.push_back(std::move(ref));
  }
  settle(plan, settings, target);
  return plan;
}

}  // namespace occ::plan
