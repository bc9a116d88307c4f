// Which refs of the target `prune` removes, and the guards that keep it from removing too much.
#pragma once

#include "inputs/ref_rules.hpp"
#include "plan/plan.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace occ::plan {

// What the patterns select; nothing outside of it is ever deleted.
struct Selection {
  std::string_view heads;  // prefix of branch names
  const inputs::RefRules& branches;
  std::string_view tags;  // prefix of tag names
  const inputs::RefRules& tag_rules;
};

// Whether a ref of the target, by its full name, could have come from a ref that is selected.
[[nodiscard]] bool selects_on_target(const Selection& selection, std::string_view name);

// Adds the deletions to `plan`, whose refs already hold all that the source has. More than
// `max_deletions` are all refused; so is the target's default branch. `target_head`: see
// make_plan; if it is not known, the plan asks for it.
void add_deletions(Plan& plan, const RefListing& target, const Selection& selection,
                   int max_deletions, const std::optional<std::string>& target_head);

}  // namespace occ::plan
