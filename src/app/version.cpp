#include "app/version.hpp"

#include "app/version_values.hpp"
#include "base/agent.hpp"

namespace occ::app {

std::string version_text() {
  // Read so, it stands in the program's file in one piece: check-dist looks for it there.
  const char* const volatile source_id = kSourceId.data();
  std::string text = "sync-action ";
  text.append(kVersion).append("\nsource: ").append(source_id);
  text.append("\ncompiler: ").append(kCompiler).append(", ").append(kPlatform);
  text.append("\nlibraries: ").append(kLibraries);
  return text + '\n';
}

}  // namespace occ::app
