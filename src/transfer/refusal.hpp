// What a server's refusal of a ref means. Texts of git's receive-pack (builtin/receive-pack.c) and
// of GitHub, GitLab and Gitea are known by their fixed words. Pure.
#pragma once

#include "base/failure.hpp"
#include "base/oid.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace occ::transfer {

struct Refusal {
  FailureCode code;
  std::string text;  // printable, for the user
};

// `reason`: of the `ng` line. `server_text`: what came beside it. `unpack`: the unpack status.
[[nodiscard]] Refusal classify_refusal(std::string_view reason, std::string_view server_text,
                                       std::string_view unpack);

// How many commands one push may have, if `text` says that there were too many (GitHub's rule on
// pushes, and its server's own limit).
[[nodiscard]] std::optional<std::size_t> most_commands(std::string_view text);

// Whether `text` says that an object is not there, or not to be had, which was listed a moment ago
// (git's upload-pack, JGit, dulwich): somebody rewrote the ref meanwhile.
[[nodiscard]] bool tells_of_rewritten_ref(std::string_view text);
// Which object it is, if such a text names it.
[[nodiscard]] std::optional<Oid> withheld_object(std::string_view text);

}  // namespace occ::transfer
