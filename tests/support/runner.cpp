#include "support/runner.hpp"

#include "support/git.hpp"
#include "support/temp_dir.hpp"
#include "support/workflow_log.hpp"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <utility>

namespace occ::test {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

std::string input_variable(std::string name) {
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) {
    return c == ' ' ? '_' : static_cast<char>(std::toupper(c));
  });
  return "INPUT_" + name;
}

std::string string_at(const json& object, const char* key) {
  const auto found = object.is_object() ? object.find(key) : object.end();
  if (!object.is_object() || found == object.end() || !found->is_string()) return {};
  return found->get<std::string>();
}

int number_at(const json& object, const char* key) {
  const auto found = object.is_object() ? object.find(key) : object.end();
  if (!object.is_object() || found == object.end() || !found->is_number_integer()) return -1;
  return found->get<int>();
}

// Git in a child of the program must not see the user's settings either.
Environment step_environment(const fs::path& folder) {
  Environment env = git_environment();
  env["HOME"] = (folder / "home").string();
  const std::string workspace = (folder / "workspace").string();
  const std::string temp = (folder / "temp").string();
  env["TMPDIR"] = temp;
  const Environment github = {
      {"ACTION", "sync"},
      {"ACTIONS", "true"},
      {"ACTOR", "octocat"},
      {"API_URL", "http://127.0.0.1:1/api"},
      {"EVENT_NAME", "push"},
      {"EVENT_PATH", temp + "/event.json"},
      {"JOB", "mirror"},
      {"OUTPUT", temp + "/output"},
      {"REF", "refs/heads/main"},
      {"REF_NAME", "main"},
      {"REF_TYPE", "branch"},
      {"REPOSITORY", "octo/source"},
      {"REPOSITORY_OWNER", "octo"},
      {"RETENTION_DAYS", "90"},
      {"RUN_ATTEMPT", "1"},
      {"RUN_ID", "4711"},
      {"RUN_NUMBER", "17"},
      {"SERVER_URL", "http://127.0.0.1:1"},
      {"SHA", std::string(40, 'a')},
      {"STATE", temp + "/state"},
      {"STEP_SUMMARY", temp + "/summary"},
      {"TRIGGERING_ACTOR", "octocat"},
      {"WORKFLOW", "Mirror"},
      {"WORKSPACE", workspace},
  };
  for (const auto& [name, value] : github) env["GITHUB_" + name] = value;
  env["CI"] = "true";
  env["RUNNER_ARCH"] = "X64";
  env["RUNNER_ENVIRONMENT"] = "github-hosted";
  env["RUNNER_NAME"] = "a test";
  env["RUNNER_OS"] = "Linux";
  env["RUNNER_TEMP"] = temp;
  env["RUNNER_TOOL_CACHE"] = (folder / "tools").string();
  return env;
}

// A test may have put something in the place of a file of the runner that cannot be written.
bool may_be_file(const fs::path& path) {
  return fs::is_regular_file(path) || (!fs::exists(path) && fs::is_directory(path.parent_path()));
}

std::string text_if_file(const fs::path& path) {
  return fs::is_regular_file(path) ? file_text(path) : std::string();
}

}  // namespace

std::string StepRun::output(const std::string& name) const {
  const auto found = outputs.find(name);
  return found == outputs.end() ? std::string() : found->second;
}

json StepRun::ref(std::string_view name) const {
  if (!result.is_object() || !result.contains("refs")) return json::object();
  for (const json& entry : result["refs"]) {
    if (string_at(entry, "target_ref") == name) return entry;
  }
  for (const json& entry : result["refs"]) {
    if (string_at(entry, "source_ref") == name) return entry;
  }
  return json::object();
}

std::string StepRun::result_of(std::string_view name) const {
  return string_at(ref(name), "result");
}

std::string StepRun::relation_of(std::string_view name) const {
  return string_at(ref(name), "relation");
}

int StepRun::ahead_of(std::string_view name) const {
  return number_at(ref(name), "ahead");
}

int StepRun::behind_of(std::string_view name) const {
  return number_at(ref(name), "behind");
}

std::string StepRun::error_of(std::string_view name) const {
  return string_at(ref(name), "error");
}

std::string StepRun::error() const {
  if (!result.is_object() || !result.contains("error")) return {};
  return string_at(result["error"], "id");
}

std::string StepRun::story() const {
  return "exit code " + std::to_string(exit_code()) + (process.timed_out ? " (timed out)" : "") +
         "\n--- stdout\n" + process.out + "--- stderr\n" + process.err + "--- result\n" +
         result.dump(2) + "\n";
}

std::vector<std::string> program_command() {
  const char* chosen = std::getenv("SYNC_ACTION_BIN");
  const std::string program = chosen != nullptr ? chosen : SYNC_ACTION_BIN_DEFAULT;
  if (program.ends_with(".js")) return {"node", program};
  return {program};
}

Runner::Runner(fs::path folder) : folder_(std::move(folder)), env_(step_environment(folder_)) {
  for (const char* name : {"workspace", "temp", "home", "tools"}) {
    fs::create_directories(folder_ / name);
  }
  set_event("push", {{"ref", "refs/heads/main"}});
}

void Runner::set_event(const std::string& name, const json& payload) {
  env_["GITHUB_EVENT_NAME"] = name;
  write_file(env_["GITHUB_EVENT_PATH"], payload.dump());
}

std::unique_ptr<Process> Runner::start(const Inputs& inputs) {
  // A runner makes these files anew for each step.
  for (const char* name : {"GITHUB_OUTPUT", "GITHUB_STATE", "GITHUB_STEP_SUMMARY"}) {
    if (env_.contains(name) && may_be_file(env_.at(name))) write_file(env_.at(name), "");
  }
  ProcessOptions options{.env = env_, .cwd = workspace(), .watch = Watch::process_tree};
  for (const auto& [name, value] : inputs) options.env[input_variable(name)] = value;
  return std::make_unique<Process>(program_command(), options);
}

StepRun Runner::finish(Process& process) const {
  StepRun run;
  run.process = process.wait();
  run.raw_outputs = text_if_file(env_.at("GITHUB_OUTPUT"));
  run.outputs = file_command_entries(run.raw_outputs);
  run.summary = text_if_file(env_.at("GITHUB_STEP_SUMMARY"));
  run.result = json::parse(run.output("result"), nullptr, /*allow_exceptions=*/false);
  if (run.result.is_discarded()) run.result = nullptr;
  return run;
}

StepRun Runner::run(const Inputs& inputs) {
  const auto process = start(inputs);
  return finish(*process);
}

StepRun Runner::run_in_terminal(const std::vector<std::string>& flags) {
  ProcessOptions options{
      .env = git_environment(), .cwd = workspace(), .watch = Watch::process_tree};
  options.env["HOME"] = env_.at("HOME");
  options.env["TMPDIR"] = env_.at("TMPDIR");
  std::vector<std::string> command = program_command();
  command.insert(command.end(), flags.begin(), flags.end());
  StepRun run;
  run.process = run_process(command, options);
  return run;
}

json workflow_run_payload(std::string_view conclusion) {
  return {{"action", "completed"},
          {"workflow_run",
           {{"id", 99},
            {"name", "Build"},
            {"status", "completed"},
            {"event", "push"},
            {"conclusion", conclusion},
            {"head_branch", "main"},
            {"head_sha", std::string(40, 'a')},
            {"html_url", "https://example.com/octo/source/actions/runs/99"}}},
          {"repository", {{"full_name", "octo/source"}, {"default_branch", "main"}}}};
}

}  // namespace occ::test
