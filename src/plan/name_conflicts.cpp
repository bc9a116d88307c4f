#include "plan/name_conflicts.hpp"

#include "base/untrusted.hpp"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace occ::plan {
namespace {

using Names = std::set<std::string_view>;

constexpr std::size_t kKind = 10;  // "refs/heads", of which no ref can be in the way

constexpr std::uint64_t kEmpty = 14695981039346656037U;  // FNV-1a

constexpr std::uint64_t with(std::uint64_t hash, char next) {
  return (hash ^ static_cast<unsigned char>(next)) * 1099511628211U;
}

// Says no, mostly, for what is none of its names. So a name of thousands of folders costs no more
// than its length, and not a search for each of them.
class Filter {
 public:
  void add(std::string_view name) {
    bits_[place_of(std::accumulate(name.begin(), name.end(), kEmpty, with))] = true;
  }
  [[nodiscard]] bool may_hold(std::uint64_t hash) const { return bits_[place_of(hash)]; }

 private:
  static std::size_t place_of(std::uint64_t hash) { return hash >> (64U - kBits); }

  static constexpr unsigned kBits = 23;
  std::vector<bool> bits_ = std::vector<bool>(std::size_t{1} << kBits);  // 1 MiB
};

// A name of `names` that is a folder of `name` or for which `name` is a folder; empty if none.
template <typename Contains, typename FirstBelow>
std::string_view clash(std::string_view name, const Filter& names, Contains contains,
                       FirstBelow first_below) {
  std::uint64_t hash = kEmpty;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool ends_folder = name[i] == '/' && i > kKind;
    if (ends_folder && names.may_hold(hash) && contains(name.substr(0, i))) {
      return name.substr(0, i);
    }
    hash = with(hash, name[i]);
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

std::string_view clash_among(const Names& names, const Filter& filter, std::string_view name) {
  return clash(
      name, filter, [&](std::string_view folder) { return names.contains(folder); },
      [&](const std::string& folder) -> std::string_view {
        const auto at = names.lower_bound(folder);
        return at != names.end() && at->starts_with(folder) ? *at : std::string_view{};
      });
}

}  // namespace

void block_name_conflicts(Plan& plan, const RefListing& target) {
  const bool any = std::any_of(plan.refs.begin(), plan.refs.end(),
                               [](const PlannedRef& ref) { return ref.action == Action::create; });
  if (!any) return;
  const Names removed = removed_names(plan);
  Filter there;
  for (const Ref& ref : target.refs) there.add(ref.name);
  Names created;
  Filter new_names;
  for (PlannedRef& ref : plan.refs) {
    if (ref.action != Action::create) continue;
    const std::string_view other = clash(
        ref.target_ref, there,
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
    const std::string_view twin = clash_among(created, new_names, ref.target_ref);
    if (other.empty() && twin.empty()) {
      new_names.add(ref.target_ref);
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
  Filter filter;
  for (const std::string_view name : removed) filter.add(name);
  return std::any_of(plan.refs.begin(), plan.refs.end(), [&](const PlannedRef& ref) {
    return ref.action == Action::create && !clash_among(removed, filter, ref.target_ref).empty();
  });
}

}  // namespace occ::plan
