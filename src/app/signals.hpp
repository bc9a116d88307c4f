// SIGINT and SIGTERM become a number that the event loop looks at.
#pragma once

#include <atomic>

namespace occ::app {

// Installs the handlers; the number of the signal that came, 0 until then. The runner asks once
// with SIGINT and again with SIGTERM 7.5 s later (actions-contract 1.9).
[[nodiscard]] const std::atomic<int>& watch_signals();

}  // namespace occ::app
