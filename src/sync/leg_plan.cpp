#include "sync/leg_plan.hpp"

#include "base/failure.hpp"
#include "plan/pull_branch.hpp"
#include "plan/selection.hpp"

#include <utility>

namespace occ::sync {
namespace {

// Branches of ours for pull requests stay on the target. `origin`: the name of the run's source.
RefListing without_pull_branches(RefListing listing, const std::string& origin) {
  const std::string folder = plan::pull_branch_name(origin, "");
  std::erase_if(listing.refs, [&](const Ref& ref) { return ref.name.starts_with(folder); });
  return listing;
}

// Leaves all that differs as it is.
plan::Plan hold(plan::Plan plan, const std::string& why) {
  for (plan::PlannedRef& ref : plan.refs) {
    if (ref.action == plan::Action::none) continue;
    ref.action = plan::Action::skip;
    ref.problem.reset();
    ref.reason = why;
    ref.backup.clear();
  }
  plan.backups.clear();
  plan.questions = {};
  return plan;
}

}  // namespace

plan::Plan plan_there(const inputs::Settings& settings, const Known& known, BuiltCommit& built) {
  plan::require_branches(settings, known.source, known.target);
  const std::string why_nothing = built.why_nothing(known.source);
  if (!why_nothing.empty()) {
    return hold(
        plan::make_plan(settings, known.source, known.target, known.facts, known.target_head),
        why_nothing);
  }
  return plan::make_plan(settings, known.source, known.target, known.facts, known.target_head,
                         built.check(known.source, known.target));
}

plan::Plan plan_back(const inputs::Settings& settings, const Known& known) {
  try {
    // What this leg takes from is the run's target.
    return plan::make_plan(settings, without_pull_branches(known.source, settings.target.name),
                           known.target, known.facts, known.target_head);
  } catch (const Failure& failure) {
    if (failure.code() != FailureCode::source_empty &&
        failure.code() != FailureCode::source_branch_missing) {
      throw;
    }
    return {};
  }
}

}  // namespace occ::sync
