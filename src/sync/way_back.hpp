// The second leg of `direction: both`: what the target has and the source lacks goes to the source,
// by fast-forwards and new refs only. Pure.
#pragma once

#include "inputs/settings.hpp"
#include "sync/leg.hpp"

#include <string>

namespace occ::sync {

// Whether there is one after a leg there that came to `there`; where it may not be, a note of
// `there` says so.
[[nodiscard]] bool goes_back(const inputs::Settings& settings, LegResult& there);

// The same wishes with the sides changed: nothing is overwritten, moved or deleted, recorded or
// kept, and what diverged was dealt with on the way there. `source_head`: the source's default
// branch, full name.
[[nodiscard]] inputs::Settings turned_round(const inputs::Settings& settings,
                                            const std::string& source_head);

// Adds to what the leg there came to what became of the source's refs, what went wrong, and what
// was found.
void join(LegResult& there, LegResult back);

}  // namespace occ::sync
