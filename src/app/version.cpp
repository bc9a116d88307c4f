#include "app/version.hpp"

#include "app/version_values.hpp"
#include "base/agent.hpp"

#include <fmt/format.h>

namespace occ::app {

std::string version_text() {
  return fmt::format(
      "sync-action {}\n"
      "source: {}\n"
      "compiler: {}, {}\n"
      "libraries: {}\n",
      kVersion, kSourceId, kCompiler, kPlatform, kLibraries);
}

}  // namespace occ::app
