#include "plan/branch_decision.hpp"

#include "base/shown_count.hpp"
#include "base/untrusted.hpp"

namespace occ::plan {
namespace {

std::string commits(std::uint64_t count) {
  return shown_count(count, "commit", "commits");
}

// The first few paths, and how many more.
std::string files(const std::vector<std::string>& paths) {
  constexpr std::size_t kMost = 5;
  std::string text;
  for (std::size_t i = 0; i < paths.size() && i < kMost; ++i) {
    text += (i == 0 ? "'" : ", '") + printable(paths[i], 200) + "'";
  }
  if (paths.size() > kMost)
    text += " and " + shown_count(paths.size() - kMost, "more file", "more files");
  return text;
}

std::string describe(const Ancestry& ancestry) {
  switch (ancestry.relation) {
    case Relation::target_ahead:
      return "the target is " + commits(ancestry.behind) + " ahead of the source";
    case Relation::unrelated:
      return "the two histories have no commit in common";
    default:
      return "the target has " + commits(ancestry.behind) + " that the source lacks, the source " +
             commits(ancestry.ahead) + " that the target lacks";
  }
}

class BranchDecision {
 public:
  BranchDecision(const inputs::Settings& settings, const Facts& facts, bool built)
      : settings_(settings), facts_(facts), built_(built) {}

  void decide(PlannedRef& ref) const {
    const auto known = facts_.find({ref.new_oid, ref.old_oid});
    if (known == facts_.end()) {
      ref.relation = Relation::unknown;
      ref.action = Action::update;
      return;
    }
    const Ancestry& ancestry = known->second;
    ref.relation = ancestry.relation;
    if (!ancestry.hidden.empty()) {
      block(ref, ancestry.hidden_by, printable(ancestry.hidden));
      return;
    }
    ref.ahead = ancestry.known_ahead();
    ref.behind = ancestry.behind;
    if (!ancestry.parting.empty()) ref.parting.edit().commits = ancestry.parting;
    if (ancestry.relation == Relation::fast_forward) {
      ref.action = Action::update;
      ref.reason =
          (ancestry.ahead_is_least ? "at least " : "") + commits(ancestry.ahead) + " ahead";
      return;
    }
    ref.reason = describe(ancestry);
    if (built_ && ancestry.relation == Relation::target_ahead) {
      ref.reason =
          "the target has the commit that was built, and " + commits(ancestry.behind) + " more";
      return;
    }
    if (settings_.direction == inputs::Direction::both &&
        ancestry.relation == Relation::target_ahead) {
      return;  // the other direction's turn
    }
    if (settings_.on_divergence == inputs::OnDivergence::merge && !settings_.force_sync) {
      decide_merge(ref, ancestry);
      return;
    }
    const bool overwrite =
        settings_.force_sync || settings_.on_divergence == inputs::OnDivergence::overwrite;
    if (overwrite) {
      ref.action = Action::force;
    } else if (settings_.on_divergence == inputs::OnDivergence::skip) {
      ref.action = Action::skip;
    } else if (settings_.on_divergence == inputs::OnDivergence::pull_request) {
      leave_to_pull_request(ref);
    } else {
      block(ref, FailureCode::diverged, ref.reason);
    }
  }

 private:
  void leave_to_pull_request(PlannedRef& ref) const {
    if (ref.relation == Relation::target_ahead) {
      ref.reason += ", and has all of it";
      return;
    }
    ref.action = Action::skip;
    ref.reason += "; left to a pull request";
  }

  void decide_merge(PlannedRef& ref, const Ancestry& ancestry) const {
    if (ancestry.relation == Relation::target_ahead) {
      ref.reason += ", and has all of it";
      return;
    }
    if (ancestry.relation != Relation::diverged) {
      block(ref, FailureCode::diverged, ref.reason);
      return;
    }
    Parting& parting = ref.parting.edit();
    parting.source_oid = ref.new_oid;
    ref.new_oid = ancestry.merge ? ancestry.merge->commit : Oid();
    ref.action = Action::merge;
    if (!ancestry.merge) return;
    parting.conflicts = ancestry.merge->conflicts;
    if (!ref.new_oid.is_null()) {
      ref.reason = "a merge of " + commits(ancestry.ahead) + " into " + commits(ancestry.behind);
      if (!parting.conflicts.empty()) ref.reason += ", " + decided(parting.conflicts);
      return;
    }
    ref.new_oid = parting.source_oid;
    parting.source_oid = Oid();
    if (settings_.on_conflict == inputs::OnConflict::pull_request) {
      leave_to_pull_request(ref);
    } else if (ancestry.merge->why_not.empty()) {
      block(ref, FailureCode::merge_conflict, "a merge stops on " + files(parting.conflicts));
    } else {
      block(ref, ancestry.merge->obstacle.value_or(FailureCode::diverged),
            ref.reason + "; no merge: " + printable(ancestry.merge->why_not));
    }
  }

  std::string decided(const std::vector<std::string>& paths) const {
    const bool ours = settings_.on_conflict == inputs::OnConflict::ours;
    return "with " + std::string(ours ? "the target's" : "the source's") + " version of " +
           files(paths);
  }

  const inputs::Settings& settings_;
  const Facts& facts_;
  bool built_;
};

}  // namespace

void block(PlannedRef& ref, FailureCode problem, std::string reason) {
  ref.action = Action::blocked;
  ref.problem = problem;
  ref.reason = std::move(reason);
}

void decide_branch(PlannedRef& ref, const inputs::Settings& settings, const Facts& facts,
                   bool built) {
  BranchDecision(settings, facts, built).decide(ref);
}

}  // namespace occ::plan
