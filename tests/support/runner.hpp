// One step of a workflow job: the environment that a GitHub runner gives to an action, the
// program run in it, and what the runner reads back. The program under test is the one that
// SYNC_ACTION_BIN names (a program, or a .js launcher for node), else the build's own.
#pragma once

#include "support/process.hpp"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace occ::test {

using Inputs = std::map<std::string, std::string>;  // names as in action.yml

// A finished run.
struct StepRun {
  ProcessResult process;
  std::map<std::string, std::string> outputs;
  std::string raw_outputs;  // the file itself
  std::string summary;
  nlohmann::json result;  // the output of that name, parsed; null when there is none

  [[nodiscard]] int exit_code() const { return process.exit_code; }
  [[nodiscard]] std::string log() const { return process.out + process.err; }
  // Empty if the program did not set it.
  [[nodiscard]] std::string output(const std::string& name) const;
  // The entry of `result.refs` for this target ref (or source ref, where there is no target);
  // an empty object if there is none.
  [[nodiscard]] nlohmann::json ref(std::string_view name) const;
  [[nodiscard]] std::string result_of(std::string_view ref) const;
  [[nodiscard]] std::string relation_of(std::string_view ref) const;
  // -1 if the program does not say.
  [[nodiscard]] int ahead_of(std::string_view ref) const;
  [[nodiscard]] int behind_of(std::string_view ref) const;
  // The catalogue id: of that ref's error, or of the run's.
  [[nodiscard]] std::string error_of(std::string_view ref) const;
  [[nodiscard]] std::string error() const;
  // Everything that helps to see why a test failed.
  [[nodiscard]] std::string story() const;
};

class Runner {
 public:
  // Makes the folders of a runner below `folder`: workspace, temp, home.
  explicit Runner(std::filesystem::path folder);

  void set_env(const std::string& name, const std::string& value) { env_[name] = value; }
  void unset_env(const std::string& name) { env_.erase(name); }
  void set_event(const std::string& name, const nlohmann::json& payload);
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  [[nodiscard]] std::filesystem::path workspace() const { return folder_ / "workspace"; }

  // Runs the program as a step with these inputs.
  [[nodiscard]] StepRun run(const Inputs& inputs);
  // The same in two halves, for tests that interfere in between.
  [[nodiscard]] std::unique_ptr<Process> start(const Inputs& inputs);
  [[nodiscard]] StepRun finish(Process& process) const;
  // Runs the program as a command-line tool: no runner around it, inputs as --name=value.
  [[nodiscard]] StepRun run_in_terminal(const std::vector<std::string>& flags);

 private:
  std::filesystem::path folder_;
  Environment env_;
};

// The command that starts the program under test.
[[nodiscard]] std::vector<std::string> program_command();
// The name under which the kernel lists the program, for ProcessResult::peak_rss_kib.
inline constexpr const char* kProgramName = "sync-action";

// The payload of a workflow_run event whose run ended with `conclusion`.
[[nodiscard]] nlohmann::json workflow_run_payload(std::string_view conclusion);

}  // namespace occ::test
