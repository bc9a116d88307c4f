// What a workflow runner makes of a step's log and of its output file: the same rules, so that a
// test sees what GitHub would see. Written from the rules of actions/runner.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace occ::test {

struct WorkflowCommand {
  std::string name;  // in lower case
  std::map<std::string, std::string> properties;
  std::string message;  // unescaped
};

// A line ends at "\n", "\r\n", or a lone "\r".
[[nodiscard]] std::vector<std::string> log_lines(std::string_view log);

// Every line that the runner would obey: "::name …::message" at its start, "##[name …]message"
// anywhere in it. Honours stop-commands.
[[nodiscard]] std::vector<WorkflowCommand> workflow_commands(std::string_view log);

// The log without the lines that register a mask: what people can read.
[[nodiscard]] std::string readable_log(std::string_view log);

// The entries of a GITHUB_OUTPUT file in both forms. Throws std::runtime_error where the runner
// would fail the step.
[[nodiscard]] std::map<std::string, std::string> file_command_entries(std::string_view text);

}  // namespace occ::test
