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

#ifndef _WIN32
// What nohup, or whoever started us, told us not to hear is not heard.
void watch_unless_ignored(int number) {
  if (std::signal(number, on_signal) == SIG_IGN) std::signal(number, SIG_IGN);
}
#endif

}  // namespace

const std::atomic<int>& watch_signals() {
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
#ifdef _WIN32
  std::signal(SIGBREAK, on_signal);  // the runner's second, harder request there
#else
  watch_unless_ignored(SIGHUP);   // the terminal is gone
  watch_unless_ignored(SIGQUIT);  // Ctrl-\ at it
  std::signal(SIGPIPE, SIG_IGN);  // a closed pipe is an error of a write, not an end
  std::signal(SIGXFSZ, SIG_IGN);  // and so is a file that may grow no further
#endif
  return g_signal;
}

}  // namespace occ::app
