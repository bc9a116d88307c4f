#include "plan/broken_refs.hpp"

#include "base/untrusted.hpp"
#include "plan/branch_decision.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

namespace occ::plan {
namespace {

// Why `listing` has nothing to go by for `name`, which it lists as broken.
std::string_view why_broken(const RefListing& listing, std::string_view name) {
  if (std::binary_search(listing.listed_twice.begin(), listing.listed_twice.end(), name)) {
    return "' lists it twice, with two commits, so neither can be gone by";
  }
  const bool odd =
      std::any_of(name.begin(), name.end(), [](unsigned char c) { return c <= 0x20 || c == 0x7F; });
  return odd ? "' lists it by a name that no ref can have"
             : "' lists it as a broken ref, without a commit to be had";
}

void block_as_broken(PlannedRef& ref, const std::string& side, const RefListing& listing,
                     std::string_view name) {
  block(ref, FailureCode::broken_ref,
        "'" + printable(side) + std::string(why_broken(listing, name)));
}

// The full name on the target of the source's ref `name`, if the patterns select it.
std::optional<std::string> name_on_target(const Selection& selection, std::string_view name) {
  for (const auto& [kind, rules] : {std::pair{selection.heads, &selection.branches},
                                    std::pair{selection.tags, &selection.tag_rules}}) {
    if (!name.starts_with(kind)) continue;
    auto found = rules->target_name(name.substr(kind.size()));
    if (found) found->insert(0, kind);
    return found;
  }
  return std::nullopt;
}

}  // namespace

bool add_broken_refs(Plan& plan, const RefListing& source, const RefListing& target,
                     const Selection& selection, const inputs::Settings& settings) {
  if (source.broken.empty() && target.broken.empty()) return false;
  std::set<std::string, std::less<>> planned;
  for (const PlannedRef& ref : plan.refs) planned.insert(ref.target_ref);
  bool any_of_source = false;
  for (const std::string& name : source.broken) {
    const auto there = name_on_target(selection, name);
    if (!there || !planned.insert(*there).second) continue;
    PlannedRef ref;
    ref.source_ref = name;
    ref.target_ref = *there;
    if (const Ref* theirs = target.find(*there)) ref.old_oid = theirs->oid;
    block_as_broken(ref, settings.source.name, source, name);
    plan.refs.push_back(std::move(ref));
    any_of_source = true;
  }
  for (const std::string& name : target.broken) {
    if (!selects_on_target(selection, name) || planned.contains(name)) continue;
    PlannedRef ref;
    ref.target_ref = name;
    block_as_broken(ref, settings.target.name, target, name);
    plan.refs.push_back(std::move(ref));
  }
  return any_of_source;
}

void block_broken_refs(Plan& plan, const RefListing& target, const inputs::Settings& settings) {
  if (target.broken.empty()) return;
  for (PlannedRef& ref : plan.refs) {
    const bool left_alone = ref.action == Action::skip || ref.action == Action::blocked;
    if (!left_alone && target.is_broken(ref.target_ref)) {
      block_as_broken(ref, settings.target.name, target, ref.target_ref);
    }
  }
}

}  // namespace occ::plan
