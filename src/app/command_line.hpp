// Flags: every input is one, and they go before the environment.
#pragma once

#include "inputs/settings.hpp"

#include <optional>

namespace occ::app {

struct CommandLine {
  inputs::Environment environment;  // with the flags merged in as INPUT_*
  std::optional<int> exit_status;   // --help or --version was asked for and answered
};

// A flag is --name=value, or --name value unless the value begins with "--" or is a secret. Throws
// Failure{bad_input} on anything else, and repeats no value of it.
[[nodiscard]] CommandLine read_command_line(int argc, char** argv, inputs::Environment environment);

}  // namespace occ::app
