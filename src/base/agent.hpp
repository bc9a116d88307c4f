// The name under which the program introduces itself: HTTP's User-Agent and the protocol's agent
// capability (gitprotocol-capabilities, "agent") say the same. The version comes from CMake.
#pragma once

#include <string_view>

namespace occ {

inline constexpr std::string_view kVersion = SYNC_ACTION_VERSION;
inline constexpr std::string_view kAgent = "sync-action/" SYNC_ACTION_VERSION;  // NUL-terminated

// Who signs commits that the program makes.
inline constexpr std::string_view kBotName = "sync-action";
inline constexpr std::string_view kBotEmail = "sync-action@users.noreply.github.com";

}  // namespace occ
