// The name under which the program introduces itself: to REST APIs in HTTP's User-Agent, to Git's
// servers there and in the protocol's agent capability (gitprotocol-capabilities, "agent"). The
// version comes from CMake.
#pragma once

#include <string_view>

namespace occ {

inline constexpr std::string_view kVersion = SYNC_ACTION_VERSION;
inline constexpr std::string_view kAgent = "sync-action/" SYNC_ACTION_VERSION;
// GitHub, Azure DevOps, Bitbucket and others speak Git over HTTP only with a User-Agent that begins
// with `git/`; this is the form in which libgit2 says who it is.
inline constexpr std::string_view kGitUserAgent = "git/2.0 (sync-action " SYNC_ACTION_VERSION ")";

// Who signs commits that the program makes.
inline constexpr std::string_view kBotName = "sync-action";
inline constexpr std::string_view kBotEmail = "sync-action@users.noreply.github.com";

}  // namespace occ
