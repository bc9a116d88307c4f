#include "plan/rollback.hpp"

#include "base/untrusted.hpp"

#include <algorithm>
#include <string_view>

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

// A selection that leaves out what the run moved: whoever gave it does not want that moved back,
// and half of a run is not what is undone.
void require_whole_run(const inputs::Settings& settings, const std::vector<Movement>& movements,
                       const std::string& run) {
  constexpr std::string_view kPullBranches = "refs/heads/sync/";  // chosen by nobody
  for (const Movement& movement : movements) {
    const std::string_view name = movement.target_ref;
    const bool chosen = is_branch(name)
                            ? !settings.branches || name.starts_with(kPullBranches) ||
                                  settings.branches->selects_on_target(short_name(name))
                            : !is_tag(name) || settings.tags.selects_on_target(short_name(name));
    if (chosen) continue;
    const std::string input = is_branch(name) ? "branches" : "sync_tags";
    throw Failure(FailureCode::bad_input,
                  input + ": leaves out '" + printable(short_name(name)) + "', which run " +
                      printable(run) + " moved; a rollback takes back all that a run did, so " +
                      "choose it too, or leave " + input + " out");
  }
}

}  // namespace

Plan make_rollback_plan(const inputs::Settings& settings, const RefListing& target,
                        const std::vector<Movement>& movements, const std::string& run) {
  require_whole_run(settings, movements, run);
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
