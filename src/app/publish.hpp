// Tells the result everywhere it is looked for: the log, the outputs, the summary.
#pragma once

#include "inputs/settings.hpp"
#include "report/report.hpp"
#include "runner/console.hpp"

namespace occ::app {

// Files of the runner that did not take what they were to hold, and of which the user was told.
struct LostFiles {
  bool outputs = false;
  bool summary = false;
};

// Afterwards. What cannot be written is a warning: the result stays what it is.
LostFiles publish(runner::Console& console, const inputs::RunnerContext& runner,
                  const report::Report& report);

}  // namespace occ::app
