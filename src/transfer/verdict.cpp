#include "transfer/verdict.hpp"

#include "base/untrusted.hpp"
#include "transfer/refusal.hpp"

#include <algorithm>
#include <utility>

namespace occ::transfer {
namespace {

using plan::Action;
using plan::PlannedRef;

Oid listed_oid(const RefListing& listing, const std::string& name) {
  const Ref* ref = listing.find(name);
  return ref == nullptr ? Oid() : ref->oid;
}

const wire::CommandResult* result_of(const RelayResult& relay, const std::string& name) {
  if (!relay.answer) return nullptr;
  const auto& results = relay.answer->report.results;
  const auto at = std::find_if(results.begin(), results.end(),
                               [&](const wire::CommandResult& r) { return r.name == name; });
  return at == results.end() ? nullptr : &*at;
}

Result landed_result(Action action) {
  switch (action) {
    case Action::create:
      return Result::created;
    case Action::update:
      return Result::updated;
    case Action::force:
      return Result::forced;
    case Action::merge:
      return Result::merged;
    case Action::remove:
      return Result::removed;
    case Action::none:
    case Action::skip:
    case Action::blocked:
      break;
  }
  return Result::up_to_date;
}

Result conditional(Result landed) {
  switch (landed) {
    case Result::created:
      return Result::would_create;
    case Result::updated:
      return Result::would_update;
    case Result::forced:
      return Result::would_force;
    case Result::merged:
      return Result::would_merge;
    case Result::removed:
      return Result::would_remove;
    default:
      return landed;
  }
}

RefOutcome refused(const PlannedRef& ref, FailureCode code, std::string reason) {
  const Result result = code == FailureCode::lease_lost ? Result::lease_lost : Result::rejected;
  return {ref, result, code, std::move(reason)};
}

// The target refused our command, and yet the ref is where it should be: as if the plan had been
// made now.
RefOutcome brought_by_another(PlannedRef ref) {
  ref.old_oid = ref.new_oid;
  ref.relation = plan::Relation::equal;
  ref.action = Action::none;
  ref.ahead = ref.behind = 0;
  ref.reason = "another run brought it";
  ref.backup.clear();
  std::string reason = ref.reason;
  return {std::move(ref), Result::up_to_date, std::nullopt, std::move(reason)};
}

RefOutcome judge_one(const PlannedRef& ref, const RelayResult& relay, const Oid& now) {
  const wire::CommandResult* told = result_of(relay, ref.target_ref);
  if (now == ref.new_oid) {
    return told != nullptr && !told->accepted ? brought_by_another(ref) : expected_outcome(ref);
  }
  const bool moved = now != ref.old_oid;
  if (moved && !now.is_null() && told != nullptr && told->accepted) {
    RefOutcome outcome = expected_outcome(ref);
    outcome.reason += "; somebody else moved it to " + now.abbreviated() + " since";
    return outcome;
  }
  if (relay.lost && !moved) {
    return {ref, Result::unconfirmed, relay.lost->code(), printable(relay.lost->what())};
  }
  if (told != nullptr && !told->accepted) {
    const Refusal refusal =
        classify_refusal(told->reason, relay.answer->server_text, relay.answer->report.unpack);
    const bool by_lease = refusal.code == FailureCode::lease_lost;
    // In an atomic push a lost lease is told as a failure of all.
    if (moved && (by_lease || refusal.code == FailureCode::atomic_refused)) {
      return refused(ref, FailureCode::lease_lost,
                     "somebody else moved it to " + now.abbreviated() + " meanwhile");
    }
    // A lock that failed though nobody moved the ref: the server's own text is all there is.
    return refused(ref, by_lease ? FailureCode::ref_rejected : refusal.code, refusal.text);
  }
  if (told == nullptr && relay.answer) {
    return refused(ref, moved ? FailureCode::lease_lost : FailureCode::ref_rejected,
                   relay.answer->report.complete
                       ? "the target's report does not name it"
                       : "the target did not take it, and gives no report");
  }
  if (moved && relay.lost) {
    return refused(ref, FailureCode::lease_lost,
                   "somebody else moved it to " + now.abbreviated() + " meanwhile");
  }
  return {ref, Result::unconfirmed, FailureCode::not_confirmed,
          "the target accepted it, but lists " + (now.is_null() ? "nothing" : now.abbreviated())};
}

// What was right when the plan was made need not be so any more.
bool is_no_longer_equal(const PlannedRef& ref, const RefListing& now) {
  return ref.action == Action::none && ref.relation == plan::Relation::equal &&
         listed_oid(now, ref.target_ref) != ref.new_oid;
}

}  // namespace

Verdict judge(const plan::Plan& plan, const RelayResult& result, const RefListing& now,
              const std::vector<RefOutcome>& dragged) {
  Verdict verdict;
  const auto is_dragged = [&](const PlannedRef& ref) {
    return std::any_of(dragged.begin(), dragged.end(), [&](const RefOutcome& each) {
      return each.planned.target_ref == ref.target_ref;
    });
  };
  for (const PlannedRef& ref : plan.refs) {
    if (is_no_longer_equal(ref, now) && !is_dragged(ref)) {
      verdict.refs.push_back(refused(ref, FailureCode::lease_lost,
                                     "it was up to date, and somebody moved it meanwhile"));
      verdict.all_done = false;
      verdict.lease_lost = true;
    }
    if (!plan::is_command(ref.action)) continue;
    RefOutcome outcome = now.is_broken(ref.target_ref)
                             ? RefOutcome{ref, Result::unconfirmed, FailureCode::not_confirmed,
                                          "the target lists it as a broken ref"}
                             : judge_one(ref, result, listed_oid(now, ref.target_ref));
    // Where it stands now, another plan tells.
    const bool moved_on = !outcome.error && !now.is_broken(ref.target_ref) &&
                          listed_oid(now, ref.target_ref) != ref.new_oid;
    verdict.all_done = verdict.all_done && !outcome.error && !moved_on;
    verdict.lease_lost = verdict.lease_lost || moved_on || outcome.result == Result::lease_lost;
    verdict.refs.push_back(std::move(outcome));
  }
  return verdict;
}

bool awaits_replication(const plan::Plan& plan, const PushAnswer& answer, const RefListing& now) {
  return std::any_of(plan.refs.begin(), plan.refs.end(), [&](const PlannedRef& ref) {
    if (!plan::is_command(ref.action) || listed_oid(now, ref.target_ref) != ref.old_oid) {
      return false;
    }
    const auto& results = answer.report.results;
    return std::any_of(results.begin(), results.end(), [&](const wire::CommandResult& r) {
      return r.accepted && r.name == ref.target_ref;
    });
  });
}

std::vector<RefOutcome> unconfirmed_outcomes(const plan::Plan& plan, const Failure& failure) {
  std::vector<RefOutcome> all;
  for (const PlannedRef& ref : plan.refs) {
    if (!plan::is_command(ref.action)) continue;
    all.push_back(
        {ref, Result::unconfirmed, failure.code(),
         "the target could not be asked whether it landed: " + printable(failure.what())});
  }
  return all;
}

RefOutcome expected_outcome(const PlannedRef& ref) {
  return {ref, landed_result(ref.action), std::nullopt, ref.reason};
}

wire::RefCommand command_of(const PlannedRef& ref) {
  if ((ref.action == Action::remove) != ref.new_oid.is_null()) {
    throw Failure(FailureCode::internal_error, "'" + printable(ref.target_ref, 100) +
                                                   "' was to become nothing by " +
                                                   std::string(name_of(ref.action)));
  }
  return {ref.target_ref, ref.old_oid, ref.new_oid};
}

RefOutcome planned_outcome(PlannedRef ref, bool dry_run, const std::optional<Failure>& failure) {
  const Action action = ref.action;
  const std::optional<FailureCode> problem = ref.problem;
  std::string reason = ref.reason;
  switch (action) {
    case Action::none:
      return {std::move(ref), Result::up_to_date, std::nullopt, std::move(reason)};
    case Action::skip:
      return {std::move(ref), Result::skipped, std::nullopt, std::move(reason)};
    case Action::blocked: {
      const bool parted = problem == FailureCode::diverged || problem == FailureCode::tag_moved ||
                          problem == FailureCode::merge_conflict;
      return {std::move(ref), parted ? Result::diverged : Result::blocked, problem,
              std::move(reason)};
    }
    case Action::create:
    case Action::update:
    case Action::force:
    case Action::merge:
    case Action::remove:
      break;
  }
  if (failure) {
    return {std::move(ref), Result::blocked, failure->code(),
            "not pushed: " + printable(failure->what())};
  }
  if (dry_run) {
    return {std::move(ref), conditional(landed_result(action)), std::nullopt, std::move(reason)};
  }
  return {std::move(ref), Result::unconfirmed, FailureCode::not_confirmed, "it was not pushed"};
}

}  // namespace occ::transfer
