#include "app/version.hpp"

#include "app/version_values.hpp"
#include "base/agent.hpp"

namespace occ::app {

std::string version_text() {
  std::string text = "sync-action ";
  text.append(kVersion).append("\nsource: ").append(kSourceId);
  text.append("\ncompiler: ").append(kCompiler).append(", ").append(kPlatform);
  text.append("\nlibraries: ").append(kLibraries);
  return text + '\n';
}

}  // namespace occ::app
