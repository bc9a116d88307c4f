#include "app/command_line.hpp"

#include "app/version.hpp"
#include "base/failure.hpp"
#include "base/untrusted.hpp"
#include "inputs/input_table.hpp"
#include "inputs/reader.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <map>
#include <string>

namespace occ::app {

CommandLine read_command_line(int argc, char** argv, inputs::Environment environment) {
  CLI::App parser("Keeps one Git repository in step with another, without a clone.");
  bool version = false;
  parser.add_flag("--version", version, "Tells the version and what the program was built from.");
  std::map<std::string, std::string> values;
  for (const inputs::InputDefinition& input : inputs::input_table()) {
    const std::string name(input.name);
    parser.add_option("--" + name, values[name], std::string(input.description));
  }
  CommandLine result;
  result.environment = std::move(environment);
  try {
    parser.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    std::fputs(parser.help().c_str(), stdout);
    result.exit_status = kExitDone;
    return result;
  } catch (const CLI::ParseError& error) {
    throw Failure(FailureCode::bad_input, printable(error.what()) + "; --help lists the flags");
  }
  if (version) {
    std::fputs(version_text().c_str(), stdout);
    result.exit_status = kExitDone;
    return result;
  }
  for (const auto& [name, value] : values) {
    if (parser.get_option("--" + name)->count() > 0) {
      result.environment[inputs::variable_name(name)] = value;
    }
  }
  return result;
}

}  // namespace occ::app
