// What this binary is.
#pragma once

#include <string>

namespace occ::app {

// Several lines: the version, the source it was built from, the compiler, the linked libraries.
[[nodiscard]] std::string version_text();

}  // namespace occ::app
