// The signals that ask us to end become a number that the event loop looks at, so that whatever
// the run made for itself is tidied up.
#pragma once

#include <atomic>

namespace occ::app {

// Installs the handlers, of SIGINT, SIGTERM, SIGHUP and SIGQUIT; the number of the signal that
// came, 0 until then. The runner asks once with SIGINT and again with SIGTERM 7.5 s later
// (CONTRACT 3).
[[nodiscard]] const std::atomic<int>& watch_signals();

}  // namespace occ::app
