#include "app/signals.hpp"

#include <csignal>

namespace occ::app {
namespace {

// A signal handler can reach nothing but a global.
std::atomic<int> g_signal{0};

extern "C" void on_signal(int number) {
  g_signal.store(number);
  std::signal(number, on_signal);  // Windows forgets the handler when it has called it
}

}  // namespace

const std::atomic<int>& watch_signals() {
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
#ifdef _WIN32
  std::signal(SIGBREAK, on_signal);  // the runner's second, harder request there
#else
  std::signal(SIGPIPE, SIG_IGN);  // a closed pipe is an error of a write, not an end
#endif
  return g_signal;
}

}  // namespace occ::app
