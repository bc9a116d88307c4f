// Flags: every input is one, and they go before the environment.
#pragma once

#include "inputs/settings.hpp"

#include <optional>

namespace occ::app {

struct CommandLine {
  inputs::Environment environment;  // with the flags merged in as INPUT_*
  std::optional<int> exit_status;   // --help or --version was asked for and answered
};

// Throws Failure{bad_input} on an unknown flag.
[[nodiscard]] CommandLine read_command_line(int argc, char** argv, inputs::Environment environment);

}  // namespace occ::app
