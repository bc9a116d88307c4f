#include "sync/way_back.hpp"

#include "base/refs.hpp"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

namespace occ::sync {
namespace {

using transfer::RefOutcome;

bool is_worth_telling(const RefOutcome& ref) {
  return has_landed(ref.result) || would_land(ref.result) ||
         (ref.error && ref.error != FailureCode::source_branch_missing);
}

bool differs(const plan::PlannedRef& ref) {
  return ref.relation == plan::Relation::diverged || ref.relation == plan::Relation::unrelated ||
         ref.relation == plan::Relation::moved_tag;
}

const RefOutcome* find(const transfer::Outcome& outcome, const std::string& target_ref) {
  const auto at = std::find_if(outcome.refs.begin(), outcome.refs.end(), [&](const auto& ref) {
    return ref.planned.target_ref == target_ref;
  });
  return at == outcome.refs.end() ? nullptr : &*at;
}

// What differs on the way back was dealt with on the way there, unless it did not differ then: the
// source moved meanwhile. Or a dry run made no merge that could be brought back.
void add_what_came_between(RefOutcome& ref, const RefOutcome* there) {
  if (ref.result != transfer::Result::skipped || !differs(ref.planned)) return;
  if (there != nullptr && there->result == transfer::Result::would_merge) {
    ref.result = transfer::Result::would_update;
    ref.planned.action = plan::Action::update;
    ref.planned.new_oid = there->planned.new_oid;
    ref.planned.relation = plan::Relation::fast_forward;
    ref.planned.ahead = there->planned.behind ? std::optional(*there->planned.behind + 1)
                                              : std::nullopt;  // and the merge itself
    ref.planned.behind = 0;
    ref.reason = "to the merge";
    return;
  }
  if (there != nullptr &&
      (there->error || there->result == transfer::Result::skipped || would_land(there->result))) {
    return;
  }
  const bool tag = is_tag(ref.planned.target_ref);
  ref.result = transfer::Result::diverged;
  ref.error = tag ? FailureCode::tag_moved : FailureCode::diverged;
  ref.reason = "the source got another one since it was listed; the next run deals with it";
}

// The reasons of a plan speak of its target, which is the source here.
void speak_of_source(RefOutcome& ref) {
  if (ref.planned.relation != plan::Relation::new_ref) return;
  if (ref.error == FailureCode::target_branch_missing) {
    ref.reason = "the source lacks it, and create_branches is false";
  } else if (!ref.error) {
    ref.reason = "the source lacks it";
  }
}

}  // namespace

bool goes_back(const inputs::Settings& settings, LegResult& there) {
  transfer::Outcome& outcome = there.outcome;
  if (settings.direction != inputs::Direction::both || outcome.failure || there.held) return false;
  const bool any_failed = std::any_of(outcome.refs.begin(), outcome.refs.end(),
                                      [](const auto& ref) { return ref.error.has_value(); });
  if (!settings.atomic || !any_failed) return true;
  // All or nothing: what the target could not take whole brings nothing to the source either.
  outcome.notes.emplace_back(
      outcome.dry_run ? "With atomic nothing would be brought to the source either, as not all can "
                        "go to the target."
                      : "With atomic nothing was brought to the source either, as not all could go "
                        "to the target.");
  return false;
}

inputs::Settings turned_round(const inputs::Settings& settings, const std::string& source_head) {
  inputs::Settings back = settings;
  std::swap(back.source, back.target);
  // Never the other side's default branch, for want of a name.
  if (!back.branches) {
    back.branches = is_branch(source_head)
                        ? inputs::RefRules::only(std::string(short_name(source_head)))
                        : inputs::RefRules::none();
  }
  back.on_divergence = inputs::OnDivergence::skip;
  back.on_conflict = inputs::OnConflict::fail;
  back.direction = inputs::Direction::to_target;
  back.force_sync = false;
  back.move_tags = false;
  back.sync_built_commit = false;
  back.history.backup = false;
  back.history.ledger = false;
  return back;
}

void join(LegResult& there, LegResult back) {
  transfer::Outcome& outcome = there.outcome;
  std::vector<RefOutcome> told;
  for (RefOutcome& ref : back.outcome.refs) {
    add_what_came_between(ref, find(outcome, ref.planned.target_ref));
    if (!is_worth_telling(ref)) continue;
    ref.on_source = true;
    speak_of_source(ref);
    told.push_back(std::move(ref));
  }
  std::move(told.begin(), told.end(), std::back_inserter(outcome.refs));
  outcome.failure = back.outcome.failure;
  if (outcome.failure) {
    outcome.notes.emplace_back(
        "The target is as its rows say; the source could not be brought up to it, and the next run "
        "will try again.");
  }
  // Both legs talk through the same connections, which count on.
  outcome.source_traffic = back.outcome.target_traffic;
  outcome.target_traffic = back.outcome.source_traffic;
  outcome.pack_bytes += back.outcome.pack_bytes;
  outcome.pack_objects += back.outcome.pack_objects;
  for (analysis::RefFindings& found : back.findings.refs) {
    found.on_source = true;
    there.findings.refs.push_back(std::move(found));
  }
  there.findings.bytes_fetched += back.findings.bytes_fetched;
  there.findings.requests += back.findings.requests;
  there.findings.duration_ms += back.findings.duration_ms;
}

}  // namespace occ::sync
