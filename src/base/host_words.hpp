// What hosts say when they do not let somebody in, over ssh on standard error or in an ERR packet:
// GitHub, GitLab, Gitea and Forgejo, Bitbucket, Azure DevOps, Gerrit, gitolite, and git's own
// programs. Known by fixed words, in whichever case. Pure.
#pragma once

#include "base/failure.hpp"

#include <optional>
#include <string_view>

namespace occ {

// Nothing: the words are not known, which is no sign that all is well.
[[nodiscard]] std::optional<FailureCode> code_of_host_words(std::string_view text);

}  // namespace occ
