// The branch of the target from which a pull request brings what could not be synced. Pure.
#pragma once

#include <string>
#include <string_view>

namespace occ::plan {

// "refs/heads/sync/<source>/<branch>". `source`: the source's name, whatever it holds; `branch`:
// short name on the target.
[[nodiscard]] std::string pull_branch_name(std::string_view source, std::string_view branch);

}  // namespace occ::plan
