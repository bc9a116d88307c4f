#include "plan/aliases.hpp"

#include "base/untrusted.hpp"
#include "plan/branch_decision.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace occ::plan {
namespace {

bool takes_its_tip(const PlannedRef& ref) {
  return ref.action == Action::force || ref.action == Action::remove;
}

// The refs of the target that hold a tip which the plan takes from one of them.
std::map<Oid, std::vector<std::string_view>> names_by_tip(const Plan& plan,
                                                          const RefListing& target) {
  std::map<Oid, std::vector<std::string_view>> names;
  for (const PlannedRef& ref : plan.refs) {
    if (takes_its_tip(ref)) names[ref.old_oid];
  }
  if (names.empty()) return names;
  for (const Ref& ref : target.refs) {
    const auto at = names.find(ref.oid);
    if (at != names.end()) at->second.push_back(ref.name);
  }
  return names;
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

}  // namespace

void guard_aliases(Plan& plan, const RefListing& target) {
  for (const auto& [tip, names] : names_by_tip(plan, target)) {
    if (names.size() < 2) continue;
    for (const std::string_view name : names) {
      if (!target.aliases.contains(name)) plan.questions.aliases.emplace_back(name);
    }
  }
  if (target.aliases.empty()) return;
  for (PlannedRef& ref : plan.refs) {
    if (!takes_its_tip(ref)) continue;
    const auto at = target.aliases.find(ref.target_ref);
    if (at != target.aliases.end() && !at->second.empty()) {
      block(ref, FailureCode::symbolic_ref,
            "on the target it is a symbolic ref, another name of '" + printable(at->second) + "'");
    } else if (const auto alias = alias_that_stays(ref, plan, target); !alias.empty()) {
      block(ref, FailureCode::symbolic_ref,
            "on the target '" + printable(alias) + "' is another name of it, and would go along");
    }
  }
}

}  // namespace occ::plan
