#include "plan/plan.hpp"

#include "base/untrusted.hpp"
#include "plan/aliases.hpp"
#include "plan/backups.hpp"
#include "plan/branch_decision.hpp"
#include "plan/broken_refs.hpp"
#include "plan/deletions.hpp"
#include "plan/name_conflicts.hpp"
#include "plan/pull_branch.hpp"

#include <algorithm>
#include <unordered_map>

namespace occ::plan {
namespace {

// Deletions first, so that a name they free can be taken in the same push; then the source's
// default branch, which hosts take as the default of an empty target.
void order(Plan& plan) {
  const auto is_head = [&](const PlannedRef& ref) {
    return !ref.source_ref.empty() && ref.source_ref == plan.source_head;
  };
  const auto head = std::find_if(plan.refs.begin(), plan.refs.end(), is_head);
  if (head != plan.refs.end()) std::rotate(plan.refs.begin(), head, head + 1);
  const auto removes = [](const PlannedRef& ref) { return ref.action == Action::remove; };
  if (std::any_of(plan.refs.begin(), plan.refs.end(), removes)) {
    std::stable_partition(plan.refs.begin(), plan.refs.end(), removes);
  }
}

// Looks up names that come in their order, near where the last one was found.
class Finder {
 public:
  explicit Finder(const RefListing& listing) : listing_(listing), at_(listing.refs.begin()) {}

  const Ref* find(std::string_view name) {
    for (int step = 0; step < 8 && at_ != listing_.refs.end(); ++step, ++at_) {
      const int order = at_->name.compare(name);
      if (order == 0) return &*at_;
      if (order > 0) break;
    }
    return listing_.find(name);
  }

 private:
  const RefListing& listing_;
  std::vector<Ref>::const_iterator at_;
};

class Planner {
 public:
  Planner(const inputs::Settings& settings, const RefListing& source, const RefListing& target,
          const Facts& facts, const Build& build)
      : settings_(settings),
        source_(source),
        target_(target),
        in_target_(target),
        facts_(facts),
        build_(build) {
    const auto& run = settings.triggering_run;
    if ((settings.sync_built_commit || build.binds) && run && run->head_oid) built_ = &*run;
  }

  Plan make(const std::optional<std::string>& target_head) {
    if (source_.refs.empty() && source_.broken.empty() && !source_.has_head) {
      throw Failure(FailureCode::source_empty,
                    "the source '" + settings_.source.name + "' has no branches and no tags");
    }
    branches_ = settings_.branches ? *settings_.branches : default_branch();
    plan_.source_head = source_.head_branch;
    plan_.atomic = settings_.atomic;
    renames_ = branches_.renames() || settings_.tags.renames();
    plan_.refs.reserve(source_.refs.size());
    for (const Ref& ref : source_.refs) add_source_ref(ref);
    const Selection selection{kHeads, branches_, kTags, settings_.tags};
    if (add_broken_refs(plan_, source_, target_, selection, settings_)) any_selected_ = true;
    add_missing_literals();
    if (!any_selected_) fail_without_refs();
    if (settings_.prune && (built_ == nullptr || !settings_.sync_built_commit)) {
      add_deletions(plan_, target_, selection, settings_.max_deletions, target_head);
    }
    settle(plan_, settings_, target_);
    return std::move(plan_);
  }

 private:
  inputs::RefRules default_branch() const {
    if (!source_.head_branch.starts_with(kHeads) ||
        !inputs::is_valid_ref_name(short_name(source_.head_branch))) {
      throw Failure(FailureCode::source_branch_missing,
                    "the source '" + settings_.source.name +
                        "' does not say which branch is its default: name it in 'branches'");
    }
    return inputs::RefRules::only(source_.head_branch.substr(kHeads.size()));
  }

  [[noreturn]] void fail_without_refs() const {
    if (!settings_.branches) {
      throw Failure(FailureCode::source_branch_missing, "the source '" + settings_.source.name +
                                                            "' " + default_is_missing() +
                                                            ": name another in 'branches'");
    }
    std::string names;
    for (const std::string& name : branches_.literal_names()) {
      names += (names.empty() ? " '" : ", '") + printable(name) + "'";
    }
    throw Failure(FailureCode::source_branch_missing,
                  "the source '" + settings_.source.name +
                      "' has nothing that 'branches' and "
                      "'sync_tags' choose" +
                      (names.empty() ? "" : "; there is no" + names));
  }

  // As in a repository whose first branch got another name than its HEAD.
  std::string default_is_missing() const {
    return "names '" + printable(short_name(source_.head_branch)) +
           "' as its default branch, and has no such branch";
  }

  void add_source_ref(const Ref& ref) {
    const bool tag = is_tag(ref.name);
    if (!tag && !is_branch(ref.name)) return;
    const std::string_view kind = tag ? kTags : kHeads;
    const auto& rules = tag ? settings_.tags : branches_;
    const std::string_view short_source = std::string_view(ref.name).substr(kind.size());
    const auto short_name = rules.target_name(short_source);
    if (!short_name) return;
    PlannedRef planned;
    planned.source_ref = ref.name;
    planned.target_ref = std::string(kind) + *short_name;
    planned.new_oid = ref.oid;
    if (!inputs::is_valid_ref_name(*short_name) || *short_name == "HEAD") {
      planned.relation = Relation::new_ref;
      block(planned, FailureCode::broken_ref, "a ref of this name is never written");
      plan_.refs.push_back(std::move(planned));
      return;
    }
    any_selected_ = true;
    if (renames_) note_source(planned.target_ref, ref.name);
    const Ref* theirs = in_target_.find(planned.target_ref);
    if (theirs != nullptr) planned.old_oid = theirs->oid;
    bool is_behind_branch = false;
    if (built_ != nullptr && !tag) {
      if (short_source != built_->head_branch) {
        leave_unbuilt(planned);
        plan_.refs.push_back(std::move(planned));
        return;
      }
      planned.new_oid = *built_->head_oid;
      is_behind_branch = planned.new_oid != ref.oid && build_.target_follows;
    } else if (tag && build_.unbuilt_tags.contains(ref.oid)) {
      leave_unbuilt_tag(planned);
      plan_.refs.push_back(std::move(planned));
      return;
    }
    decide(planned, tag, is_behind_branch);
    if (!tag && opens_pull_requests()) attend_pull_branch(planned);
    plan_.refs.push_back(std::move(planned));
  }

  void note_source(const std::string& target_ref, const std::string& source_ref) {
    const auto [at, is_new] = sources_.emplace(target_ref, source_ref);
    if (is_new) return;
    throw Failure(FailureCode::bad_input, "branches: both '" + printable(at->second) + "' and '" +
                                              printable(source_ref) + "' would become '" +
                                              printable(target_ref) + "'");
  }

  bool opens_pull_requests() const {
    return settings_.on_divergence == inputs::OnDivergence::pull_request ||
           (settings_.on_divergence == inputs::OnDivergence::merge &&
            settings_.on_conflict == inputs::OnConflict::pull_request);
  }

  // The branch that is left to a pull request needs one to come from, and a branch that is not may
  // have one from before.
  void attend_pull_branch(PlannedRef& ref) {
    const std::string name = pull_branch_name(
        settings_.source.name, std::string_view(ref.target_ref).substr(kHeads.size()));
    const Ref* theirs = target_.find(name);
    const bool left = ref.action == Action::skip && ref.relation != Relation::unknown;
    if (!left && theirs == nullptr) return;
    ref.parting.edit().pull_branch = name;
    if (!left) return;
    PlannedRef branch;
    branch.source_ref = ref.source_ref;
    branch.target_ref = name;
    branch.new_oid = ref.new_oid;
    if (theirs != nullptr) branch.old_oid = theirs->oid;
    decide_pull_branch(branch, ref.old_oid);
    plan_.refs.push_back(std::move(branch));
  }

  // `base`: the tip of the branch that the pull request is to change.
  void decide_pull_branch(PlannedRef& branch, const Oid& base) {
    const auto known = facts_.find({branch.new_oid, branch.old_oid});
    branch.reason = "for the pull request";
    if (branch.old_oid.is_null()) {
      branch.relation = Relation::new_ref;
      branch.action = Action::create;
    } else if (branch.old_oid == branch.new_oid) {
      branch.relation = Relation::equal;
    } else if (known == facts_.end()) {
      branch.action = Action::update;
    } else {
      branch.relation = known->second.relation;
      branch.ahead = known->second.known_ahead();
      branch.behind = known->second.behind;
      branch.action = Action::update;
      if (branch.relation != Relation::fast_forward) decide_used_pull_branch(branch, base);
    }
  }

  // Once merged, it would have nothing to offer to the next pull request.
  void decide_used_pull_branch(PlannedRef& branch, const Oid& base) {
    const auto held = facts_.find({branch.old_oid, base});
    if (branch.old_oid == base ||
        (held != facts_.end() && held->second.relation == Relation::target_ahead)) {
      branch.action = Action::force;
      branch.reason = "the target has all that was on it, so it begins anew";
    } else if (held == facts_.end()) {
      branch.relation = Relation::unknown;
      plan_.questions.held_by.emplace_back(branch.old_oid, base);
    } else {
      branch.action = Action::skip;
      branch.reason = "somebody worked on it, so it stays";
    }
  }

  void leave_unbuilt(PlannedRef& ref) const {
    if (ref.old_oid == ref.new_oid) ref.relation = Relation::equal;
    ref.action = Action::skip;
    ref.reason = "only '" + printable(built_->head_branch) + "' was built";
  }

  static void leave_unbuilt_tag(PlannedRef& ref) {
    ref.relation = ref.old_oid.is_null() ? Relation::new_ref : Relation::moved_tag;
    ref.action = Action::skip;
    ref.reason = "it names a commit that is not part of what was built";
  }

  void decide(PlannedRef& ref, bool tag, bool is_behind_branch) const {
    if (ref.old_oid.is_null()) {
      ref.relation = Relation::new_ref;
      ref.action = Action::create;
      ref.reason = "the target lacks it";
      if (!tag && !settings_.create_branches) {
        block(ref, FailureCode::target_branch_missing,
              "the target lacks it, and create_branches is false");
      }
    } else if (ref.old_oid == ref.new_oid) {
      ref.relation = Relation::equal;
      ref.ahead = ref.behind = 0;
      ref.reason = "no difference";
    } else if (tag) {
      decide_moved_tag(ref);
    } else {
      decide_branch(ref, settings_, facts_, is_behind_branch);
    }
  }

  void decide_moved_tag(PlannedRef& ref) const {
    ref.relation = Relation::moved_tag;
    if (settings_.move_tags || settings_.force_sync) {
      ref.action = Action::force;
      ref.reason = settings_.move_tags ? "the tag moved, and move_tags is set"
                                       : "the tag moved, and force_sync is set";
    } else if (settings_.on_divergence == inputs::OnDivergence::skip) {
      ref.action = Action::skip;
      ref.reason = "the tag names something else on the target";
    } else {
      block(ref, FailureCode::tag_moved, "the tag names something else on the target");
    }
  }

  // A branch that is asked for by name must exist, or be about to be pruned.
  void add_missing_literals() {
    for (const std::string& name : branches_.literal_names()) {
      const std::string source_ref = std::string(kHeads) + name;
      if (source_.find(source_ref) != nullptr || source_.is_broken(source_ref)) continue;
      const auto short_name = branches_.target_name(name);
      if (!short_name) continue;
      PlannedRef missing;
      missing.target_ref = std::string(kHeads) + *short_name;
      if (sources_.contains(missing.target_ref)) continue;
      const Ref* theirs = target_.find(missing.target_ref);
      if (theirs != nullptr) missing.old_oid = theirs->oid;
      // About to be deleted, or to be brought to the source.
      const bool both_ways = settings_.direction == inputs::Direction::both;
      if ((settings_.prune || both_ways) && theirs != nullptr) continue;
      missing.relation = Relation::gone;
      block(missing, FailureCode::source_branch_missing,
            settings_.branches ? "the source has no branch '" + printable(name) + "'"
                               : "the source " + default_is_missing());
      plan_.refs.push_back(std::move(missing));
    }
  }

  const inputs::Settings& settings_;
  const RefListing& source_;
  const RefListing& target_;
  Finder in_target_;
  const Facts& facts_;
  const Build& build_;
  const inputs::TriggeringRun* built_ = nullptr;  // the one commit that is synced, if one is
  inputs::RefRules branches_;
  bool renames_ = false;  // two refs could become one
  bool any_selected_ = false;
  std::unordered_map<std::string, std::string> sources_;  // target → source name, if so
  Plan plan_;
};

}  // namespace

void block_all_if_one_is_blocked(Plan& plan) {
  if (!plan.atomic) return;
  const auto blocked = std::find_if(plan.refs.begin(), plan.refs.end(), [](const PlannedRef& ref) {
    return ref.action == Action::blocked;
  });
  if (blocked == plan.refs.end()) return;
  const std::string culprit = printable(blocked->target_ref);
  for (PlannedRef& ref : plan.refs) {
    if (!is_command(ref.action)) continue;
    block(ref, FailureCode::atomic_refused, "atomic is set, and '" + culprit + "' cannot go");
  }
  plan.backups.clear();
}

void settle(Plan& plan, const inputs::Settings& settings, const RefListing& target) {
  block_broken_refs(plan, target, settings);
  guard_aliases(plan, target);
  block_name_conflicts(plan, target);
  order(plan);
  if (settings.history.backup) add_backups(plan, target, settings.history.run_key);
  block_all_if_one_is_blocked(plan);
}

bool Plan::has_unknown() const {
  return std::any_of(refs.begin(), refs.end(), needs_ancestry);
}

bool Plan::has_commands() const {
  return std::any_of(refs.begin(), refs.end(),
                     [](const PlannedRef& ref) { return is_command(ref.action); });
}

std::vector<std::string> listing_prefixes(const inputs::Settings& settings) {
  std::vector<std::string> prefixes;
  if (settings.branches) {
    for (const std::string& prefix : settings.branches->prefixes()) {
      prefixes.push_back(std::string(kHeads) + prefix);
    }
  } else {
    // The default branch is among the heads; its name is not known yet.
    prefixes.emplace_back(kHeads);
  }
  for (const std::string& prefix : settings.tags.prefixes()) {
    prefixes.push_back(std::string(kTags) + prefix);
  }
  return prefixes;
}

Plan make_plan(const inputs::Settings& settings, const RefListing& source, const RefListing& target,
               const Facts& facts, const std::optional<std::string>& target_head,
               const Build& build) {
  return Planner(settings, source, target, facts, build).make(target_head);
}

}  // namespace occ::plan
