#include "app/version.hpp"

#include "base/agent.hpp"

namespace occ::app {

std::string version_text() {
  return std::string("sync-action ") + std::string(kVersion) + '\n';
}

}  // namespace occ::app
