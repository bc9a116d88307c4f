// The branch of the target from which a pull request brings what could not be synced. Pure.
#pragma once

#include "plan/plan.hpp"

#include <string>
#include <string_view>

namespace occ::plan {

// "refs/heads/sync/<source>/<branch>". `source`: the source's name, whatever it holds; `branch`:
// short name on the target.
[[nodiscard]] std::string pull_branch_name(std::string_view source, std::string_view branch);

// Whether the ref is left to a pull request, and whether the plan leaves any.
[[nodiscard]] bool is_left_to_pull_request(const PlannedRef& ref);
[[nodiscard]] bool wants_pull_requests(const Plan& plan);

}  // namespace occ::plan
