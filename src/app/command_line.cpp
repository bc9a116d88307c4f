#include "app/command_line.hpp"

#include "app/version.hpp"
#include "base/failure.hpp"
#include "inputs/input_table.hpp"
#include "inputs/reader.hpp"
#include "inputs/secrets.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <span>
#include <string>
#include <string_view>

namespace occ::app {
namespace {

constexpr std::string_view kSeeHelp = "; --help lists the flags";

bool is_input(std::string_view name) {
  const auto table = inputs::input_table();
  return std::any_of(table.begin(), table.end(),
                     [&](const inputs::InputDefinition& input) { return input.name == name; });
}

// What a flag may be called, and so may be repeated. Anything else could be a token that slipped.
bool is_plain_name(std::string_view name) {
  constexpr std::size_t kLongest = 32;
  return !name.empty() && name.size() <= kLongest &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || c == '_' || c == '-'; });
}

[[noreturn]] void refuse_name(std::string_view name, std::size_t number) {
  std::string words(name);
  std::replace(words.begin(), words.end(), '-', '_');
  const std::string shown = is_plain_name(name) ? "'--" + std::string(name) + "' is no flag"
                                                : "argument " + std::to_string(number) +
                                                      " is no flag, and is not repeated here lest "
                                                      "it be a secret";
  const std::string meant = is_input(words) ? "; did you mean '--" + words + "'?" : "";
  throw Failure(FailureCode::bad_input, shown + meant + std::string(kSeeHelp));
}

// The value of a flag that stands without '=': the next argument, if that can be one.
std::string next_value(const std::string& name, std::span<char* const> rest) {
  const std::string flag = "--" + name;
  if (inputs::is_secret_input(name)) {
    throw Failure(FailureCode::bad_input, "'" + flag + "' has no value: write " + flag +
                                              "=…; a secret is never taken from the next argument");
  }
  if (rest.empty() || std::string_view(rest.front()).starts_with("--")) {
    throw Failure(FailureCode::bad_input,
                  "'" + flag + "' has no value: write " + flag + "=…, as in --dry_run=true");
  }
  return rest.front();
}

void print_help() {
  CLI::App parser("Keeps one Git repository in step with another, without a clone.");
  bool version = false;
  parser.add_flag("--version", version, "Tells the version and what the program was built from.");
  std::string value;
  for (const inputs::InputDefinition& input : inputs::input_table()) {
    parser.add_option("--" + std::string(input.name), value, std::string(input.description));
  }
  std::fputs(parser.help("sync-action").c_str(), stdout);
}

}  // namespace

CommandLine read_command_line(int argc, char** argv, inputs::Environment environment) {
  CommandLine result;
  result.environment = std::move(environment);
  const std::span<char* const> arguments(argv, static_cast<std::size_t>(argc));
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    const std::string_view argument = arguments[i];
    if (argument == "--help" || argument == "-h") {
      print_help();
      result.exit_status = kExitDone;
      return result;
    }
    if (argument == "--version") {
      std::fputs(version_text().c_str(), stdout);
      result.exit_status = kExitDone;
      return result;
    }
    const std::size_t number = i;
    const std::string_view words = argument.starts_with("--") ? argument.substr(2) : "";
    const std::size_t equals = words.find('=');
    const std::string name(words.substr(0, equals));
    if (!is_input(name)) refuse_name(name, number);
    // "--name=" is an empty value, and never makes the next argument one.
    std::string& value = result.environment[inputs::variable_name(name)];
    if (equals != std::string_view::npos) {
      value = words.substr(equals + 1);
    } else {
      value = next_value(name, arguments.subspan(i + 1));
      ++i;
    }
  }
  return result;
}

}  // namespace occ::app
