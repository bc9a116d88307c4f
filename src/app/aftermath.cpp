#include "app/aftermath.hpp"

#include <exception>

namespace occ::app {

using runner::Console;

void after_the_push(Console& console, std::string_view what, const std::function<void()>& step) {
  try {
    step();
  } catch (const std::exception& error) {
    console.annotate(
        Console::Severity::warning, "sync-action",
        std::string(what) + ": " + error.what() + "; what was done to the refs is as the log says");
  }
}

void warn_of_loss(Console& console, std::string_view variable, const std::string& file,
                  std::string_view lost, const std::string& why) {
  if (why.empty()) return;
  console.annotate(Console::Severity::warning, "sync-action",
                   std::string(variable) + " '" + file + "' cannot be written (" + why + "), so " +
                       std::string(lost));
}

}  // namespace occ::app
