#include "app/version.hpp"

#include "app/version_values.hpp"

#include <fmt/format.h>

namespace occ::app {

std::string_view program_version() { return kProgramVersion; }

std::string version_text() {
  return fmt::format(
      "sync-action {}\n"
      "source: {}\n"
      "compiler: {}, {}\n"
      "libraries: {}\n",
      kProgramVersion, kSourceId, kCompiler, kPlatform, kLibraries);
}

}  // namespace occ::app
