#include "plan/name_conflicts.hpp"

#include "base/untrusted.hpp"

#include <algorithm>
#include <set>

namespace occ::plan {
namespace {

using Names = std::set<std::string_view>;

constexpr std::size_t kKind = 10;  // "refs/heads", of which no ref can be in the way

// A name of `names` that is a folder of `name` or for which `name` is a folder; empty if none.
template <typename Contains, typename FirstBelow>
std::string_view clash(std::string_view name, Contains contains, FirstBelow first_below) {
  for (std::size_t slash = name.rfind('/'); slash != std::string_view::npos && slash > kKind;
       slash = name.rfind('/', slash - 1)) {
    if (contains(name.substr(0, slash))) return name.substr(0, slash);
  }
  return first_below(std::string(name) + '/');
}

Names removed_names(const Plan& plan) {
  Names removed;
  for (const PlannedRef& ref : plan.refs) {
    if (ref.action == Action::remove) removed.insert(ref.target_ref);
  }
  return removed;
}

std::string_view clash_among(const Names& names, std::string_view name) {
  return clash(
      name, [&](std::string_view folder) { return names.contains(folder); },
      [&](const std::string& folder) -> std::string_view {
        const auto at = names.lower_bound(folder);
        return at != names.end() && at->starts_with(folder) ? *at : std::string_view{};
      });
}

}  // namespace

void block_name_conflicts(Plan& plan, const RefListing& target) {
  const Names removed = removed_names(plan);
  Names created;
  for (PlannedRef& ref : plan.refs) {
    if (ref.action != Action::create) continue;
    const std::string_view other = clash(
        ref.target_ref,
        [&](std::string_view folder) {
          return target.find(folder) != nullptr && !removed.contains(folder);
        },
        [&](const std::string& folder) -> std::string_view {
          auto at = std::lower_bound(target.refs.begin(), target.refs.end(), folder,
                                     [](const Ref& r, const std::string& n) { return r.name < n; });
          for (; at != target.refs.end() && at->name.starts_with(folder); ++at) {
            if (!removed.contains(at->name)) return at->name;
          }
          return {};
        });
    const std::string_view twin = clash_among(created, ref.target_ref);
    if (other.empty() && twin.empty()) {
      created.insert(created.end(), ref.target_ref);  // they come in their order, mostly
      continue;
    }
    ref.action = Action::blocked;
    ref.problem = FailureCode::ref_conflict;
    ref.reason = (other.empty() ? "'" + printable(twin) + "' is to be created"
                                : "the target has '" + printable(other) + "'") +
                 ", and the two names cannot coexist";
  }
}

bool has_freed_name(const Plan& plan) {
  const Names removed = removed_names(plan);
  if (removed.empty()) return false;
  return std::any_of(plan.refs.begin(), plan.refs.end(), [&](const PlannedRef& ref) {
    return ref.action == Action::create && !clash_among(removed, ref.target_ref).empty();
  });
}

}  // namespace occ::plan
