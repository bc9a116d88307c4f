// What `sync-action --version` says. Only facts that were fixed when the program was built, so a
// report of a fault can name the exact sources, compiler and libraries behind it.
#pragma once

#include <string>
#include <string_view>

namespace occ::app {

// The program's own version, as in "2.0.0".
[[nodiscard]] std::string_view program_version();

// Lines of text, each ended by a newline: program and version, source id, compiler, libraries.
[[nodiscard]] std::string version_text();

}  // namespace occ::app
