#include "plan/aliases.hpp"

#include "base/untrusted.hpp"
#include "plan/branch_decision.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace occ::plan {
namespace {

// Branches at one commit. Where there are more, they are probably as good as new, and to ask about
// them all would cost every such run two requests.
constexpr std::size_t kMostSharing = 4;

bool takes_its_tip(const PlannedRef& ref) {
  return ref.action == Action::force || ref.action == Action::remove;
}

bool moves_its_ref(const PlannedRef& ref) {
  return is_command(ref.action) && !ref.old_oid.is_null();
}

// Where several names of the target share a tip, one may be another's alias.
struct Sharing {
  std::vector<std::string_view> names;
  std::vector<Oid> ends;  // where the plan leaves each of them
  bool is_taken = false;  // the plan takes the tip from one of them
};

std::map<Oid, Sharing> sharing_by_tip(const Plan& plan, const RefListing& target) {
  std::map<Oid, Sharing> sharing;
  std::map<std::string_view, const PlannedRef*> moved;
  for (const PlannedRef& ref : plan.refs) {
    if (!moves_its_ref(ref)) continue;
    moved[ref.target_ref] = &ref;
    Sharing& each = sharing[ref.old_oid];
    each.is_taken = each.is_taken || takes_its_tip(ref);
  }
  if (sharing.empty()) return sharing;
  for (const Ref& ref : target.refs) {
    const auto at = sharing.find(ref.oid);
    // A tag is no other name of a branch, whatever else it may be.
    if (at == sharing.end() || (!at->second.is_taken && !is_branch(ref.name))) continue;
    const auto planned = moved.find(ref.name);
    at->second.names.push_back(ref.name);
    at->second.ends.push_back(planned == moved.end() ? ref.oid : planned->second->new_oid);
  }
  return sharing;
}

// Nothing has to be known of names that move together. Where all move, and not together, git finds
// out by itself, and refuses the two that are one; but it lets an atomic push through without them.
bool is_in_question(const Oid& tip, const Sharing& sharing, bool atomic) {
  if (sharing.names.size() < 2) return false;
  const std::vector<Oid>& ends = sharing.ends;
  const auto differs = [&](const Oid& end) { return end != ends.front(); };
  const auto stays = [&](const Oid& end) { return end == tip; };
  if (!sharing.is_taken && !atomic && sharing.names.size() > kMostSharing) return false;
  return sharing.is_taken || (std::any_of(ends.begin(), ends.end(), differs) &&
                              (atomic || std::any_of(ends.begin(), ends.end(), stays)));
}

// Where the plan leaves a ref of the target; null: it has none.
Oid end_of(const Plan& plan, const RefListing& target, std::string_view name) {
  for (const PlannedRef& ref : plan.refs) {
    if (ref.target_ref == name && is_command(ref.action)) return ref.new_oid;
  }
  const Ref* there = target.find(name);
  return there == nullptr ? Oid() : there->oid;
}

// The symbolic ref that stands for `ref` and should stay as it is; empty if there is none.
std::string_view alias_that_stays(const PlannedRef& ref, const Plan& plan,
                                  const RefListing& target) {
  for (const auto& [alias, stands_for] : target.aliases) {
    if (stands_for != ref.target_ref) continue;
    if (ref.action == Action::remove) return alias;
    for (const PlannedRef& other : plan.refs) {
      if (other.target_ref == alias && other.action == Action::none) return alias;
    }
  }
  return {};
}

// A ref that a symbolic one stands for takes that one along.
void guard_what_is_stood_for(Plan& plan, const RefListing& target) {
  for (PlannedRef& ref : plan.refs) {
    if (!takes_its_tip(ref)) continue;
    if (const auto alias = alias_that_stays(ref, plan, target); !alias.empty()) {
      block(ref, FailureCode::symbolic_ref,
            "on the target '" + printable(alias) + "' is another name of it, and would go along");
    }
  }
}

// A symbolic ref goes where its own ref goes, and nowhere else.
void guard_alias(PlannedRef& ref, const std::string& stands_for, const Plan& plan,
                 const RefListing& target) {
  if (ref.action == Action::skip || ref.action == Action::blocked) return;
  const Oid end = end_of(plan, target, stands_for);
  if (ref.action != Action::remove && end == ref.new_oid) return;
  const bool goes_along = ref.action == Action::none;
  block(ref, FailureCode::symbolic_ref,
        "on the target it is a symbolic ref, another name of '" + printable(stands_for) + "'" +
            (goes_along ? ", and goes along with it" : ""));
}

}  // namespace

void guard_aliases(Plan& plan, const RefListing& target) {
  for (const auto& [tip, sharing] : sharing_by_tip(plan, target)) {
    if (!is_in_question(tip, sharing, plan.atomic)) continue;
    for (const std::string_view name : sharing.names) {
      if (!target.aliases.contains(name)) plan.questions.aliases.emplace_back(name);
    }
  }
  if (target.aliases.empty()) return;
  guard_what_is_stood_for(plan, target);
  for (PlannedRef& ref : plan.refs) {
    const auto at = target.aliases.find(ref.target_ref);
    if (at == target.aliases.end() || at->second.empty()) continue;
    guard_alias(ref, at->second, plan, target);
  }
}

}  // namespace occ::plan
