#include "plan/deletions.hpp"

#include "base/shown_count.hpp"

#include <algorithm>

namespace occ::plan {
namespace {

// In the order of a listing.
std::vector<std::string_view> kept_names(const Plan& plan) {
  std::vector<std::string_view> names;
  names.reserve(plan.refs.size());
  for (const PlannedRef& ref : plan.refs) names.push_back(ref.target_ref);
  if (!std::is_sorted(names.begin(), names.end())) std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

bool selects_on_target(const Selection& selection, std::string_view name) {
  if (name.starts_with(selection.heads)) {
    return selection.branches.selects_on_target(name.substr(selection.heads.size()));
  }
  if (name.starts_with(selection.tags)) {
    return selection.tag_rules.selects_on_target(name.substr(selection.tags.size()));
  }
  return false;
}

void add_deletions(Plan& plan, const RefListing& target, const Selection& selection,
                   int max_deletions, const std::optional<std::string>& target_head) {
  const std::vector<std::string_view> kept = kept_names(plan);
  auto next_kept = kept.begin();
  std::vector<PlannedRef> deletions;
  bool any_branch = false;
  for (const Ref& ref : target.refs) {
    while (next_kept != kept.end() && *next_kept < ref.name) ++next_kept;
    if (next_kept != kept.end() && *next_kept == ref.name) continue;
    if (!selects_on_target(selection, ref.name)) continue;
    PlannedRef gone;
    gone.target_ref = ref.name;
    gone.old_oid = ref.oid;
    gone.relation = Relation::gone;
    gone.action = Action::remove;
    gone.reason = "the source does not have it";
    any_branch = any_branch || ref.name.starts_with(selection.heads);
    deletions.push_back(std::move(gone));
  }
  plan.questions.target_head = any_branch && !target_head;
  const bool too_many = deletions.size() > static_cast<std::size_t>(max_deletions);
  for (PlannedRef& gone : deletions) {
    if (too_many) {
      gone.action = Action::blocked;
      gone.problem = FailureCode::too_many_deletions;
      gone.reason = "one of " + shown_count(deletions.size(), "deletion", "deletions") +
                    ", and max_deletions is " + std::to_string(max_deletions);
    } else if (target_head && gone.target_ref == *target_head) {
      gone.action = Action::blocked;
      gone.problem = FailureCode::default_branch_deletion;
      gone.reason = "it is the target's default branch";
    }
    plan.refs.push_back(std::move(gone));
  }
}

}  // namespace occ::plan
