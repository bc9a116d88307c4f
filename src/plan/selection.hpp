// Whether the patterns choose anything at all: one that is misspelt must not pass for "in sync".
// Pure.
#pragma once

#include "plan/plan.hpp"

#include <string>
#include <vector>

namespace occ::plan {

// Throws Failure{source_branch_missing} if `branches` is set and chooses no branch of the source,
// unless the plan will say so of a branch by its name, or, with direction: both, the target has
// one.
void require_branches(const inputs::Settings& settings, const RefListing& source,
                      const RefListing& target);

// One sentence for each pattern with a glob in `branches`, and each pattern in `sync_tags`, that
// matches a ref of neither side. Excludes often match nothing yet, so they are left out.
[[nodiscard]] std::vector<std::string> idle_patterns(const inputs::Settings& settings,
                                                     const RefListing& source,
                                                     const RefListing& target);

}  // namespace occ::plan
