#include "inputs/settings.hpp"

#include "base/ascii.hpp"
#include "base/encode.hpp"
#include "base/failure.hpp"
#include "base/token_forms.hpp"
#include "base/untrusted.hpp"
#include "inputs/divergence_settings.hpp"
#include "inputs/event.hpp"
#include "inputs/input_table.hpp"
#include "inputs/reader.hpp"
#include "inputs/same_place.hpp"
#include "inputs/ssh_key.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>

#ifdef _WIN32
#include <stdlib.h>
#define environ _environ
#else
#include <unistd.h>
extern char** environ;  // NOLINT(readability-redundant-declaration): not told by every system
#endif

namespace occ::inputs {
namespace {

constexpr std::string_view kDefaultUsername = "x-access-token";

// What git and ssh need of the environment; nothing that could hold a token. In either case:
// Windows tells PATH as "Path".
bool is_for_children(std::string_view given) {
  constexpr std::array<std::string_view, 25> kNames{
      "PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "TERM", "TMPDIR", "TEMP", "TMP", "TZ",
      "GIT_EXEC_PATH", "SSH_AUTH_SOCK",
      // Windows
      "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "USERPROFILE", "USERNAME",
      "HOMEDRIVE", "HOMEPATH", "APPDATA", "LOCALAPPDATA", "PROGRAMDATA"};
  std::string name(given);
  for (char& c : name) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end() || name.starts_with("LC_") ||
         name.starts_with("XDG_") || name.starts_with("GIT_CONFIG");
}

Endpoint read_endpoint(Reader& reader, std::string_view input, std::string_view variable,
                       const std::string& fallback, const std::string& server_url) {
  std::string text = reader.text(input);
  if (text.empty()) text = reader.variable(variable);
  if (text.empty()) text = fallback;
  if (text.empty()) {
    reader.mistake(input, "is missing: write owner/name, an address or a path");
    return {};
  }
  if (text.find('\n') != std::string::npos) {
    reader.mistake(input,
                   "holds more than one line; a run syncs one source into one target, so "
                   "use a matrix for several");
    return {};
  }
  std::string mistake;
  const auto endpoint = parse_endpoint(text, server_url, mistake);
  if (!endpoint) {
    reader.mistake(input, mistake);
    return {};
  }
  return *endpoint;
}

// Who logs in: what the address says, then the inputs, then, on the workflow's own server, the
// workflow's token. A token is never sent to a server that it was not given for.
void add_credentials(Endpoint& endpoint, Reader& reader, const std::string& side) {
  if (endpoint.kind != Endpoint::Kind::http) return;
  const std::string token = reader.text(side + "_token");
  const std::string username = reader.variable(variable_name(side + "_username"));
  endpoint.password_in_address =
      token.empty() && (!endpoint.password.empty() || !endpoint.username.empty());
  if (!token.empty()) endpoint.password = Secret(token);
  if (!username.empty()) endpoint.username = username;
  if (endpoint.password.empty() && username.empty() && token_prefix_length(endpoint.username) > 0) {
    endpoint.password = Secret(endpoint.username);
    endpoint.username.clear();
  }
  if (endpoint.password.empty() && endpoint.on_workflow_server) {
    endpoint.password = Secret(reader.text("github_token"));
    endpoint.borrows_token = !endpoint.password.empty();
  }
  // "https://TOKEN@host/" is what many people write.
  if (endpoint.password.empty() && !endpoint.username.empty()) {
    endpoint.password = Secret(endpoint.username);
    endpoint.username.clear();
  }
  if (endpoint.username.empty()) endpoint.username = kDefaultUsername;
  // RFC 7617: what stands behind the first colon is the password.
  if (endpoint.username.find(':') != std::string::npos) {
    reader.mistake(side + "_username",
                   "has a ':' in it, which ends the name of a user; the token "
                   "belongs into " +
                       side + "_token alone");
  }
}

// What people write who mean true or false.
bool is_nearly_boolean(const std::string& text) {
  constexpr std::array<std::string_view, 8> kWords{"true", "false", "yes", "no",
                                                   "on",   "off",   "y",   "n"};
  return std::find(kWords.begin(), kWords.end(), ascii_lower(text)) != kWords.end();
}

RefRules read_tags(Reader& reader) {
  const std::string text = reader.text("sync_tags");
  if (const auto all = parse_boolean(text)) return *all ? RefRules::all() : RefRules::none();
  if (is_nearly_boolean(text)) {
    reader.mistake("sync_tags", "'" + text +
                                    "' is neither true nor false; a tag of that name is "
                                    "chosen by refs/tags/" +
                                    text);
    return {};
  }
  std::string mistake;
  const auto rules = RefRules::parse(text, mistake, kTags);
  if (!rules) reader.mistake("sync_tags", mistake);
  return rules.value_or(RefRules());
}

std::optional<RefRules> read_branches(Reader& reader) {
  std::string text = reader.text("branches");
  if (text.empty()) text = reader.variable("SYNC_BRANCH");
  if (text.empty()) return std::nullopt;
  std::string mistake;
  auto rules = RefRules::parse(text, mistake);
  if (!rules) reader.mistake("branches", mistake);
  return rules;
}

Mode read_mode(Reader& reader) {
  const std::string text = reader.text("mode");
  if (text == "rollback") return Mode::rollback;
  if (text != "sync") {
    reader.mistake("mode", "'" + printable(text, 60) + "' is not sync or rollback");
  }
  return Mode::sync;
}

Direction read_direction(Reader& reader) {
  const std::string text = reader.text("direction");
  if (text == "both") return Direction::both;
  if (text != "to_target") {
    reader.mistake("direction", "'" + printable(text, 60) + "' is not to_target or both");
  }
  return Direction::to_target;
}

// Both ways, nobody could tell a deleted ref from a new one of the other side.
void check_direction(Reader& reader, const Settings& settings) {
  if (settings.direction != Direction::both || settings.mode == Mode::rollback) return;
  if (settings.prune) reader.mistake("prune", "cannot go with direction: both");
  if ((settings.branches && settings.branches->renames()) || settings.tags.renames()) {
    reader.mistake("branches", "cannot rename refs (from:to) with direction: both");
  }
}

bool is_run_key(std::string_view text) {
  return !text.empty() && text.size() <= 100 &&
         std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return std::isalnum(c) != 0 || c == '-'; });
}

HistorySettings read_history(Reader& reader, const RunnerContext& runner, Mode mode) {
  HistorySettings history;
  history.backup = reader.boolean("backup");
  history.backup_keep_days = reader.number("backup_keep", 0, 36'500);
  history.ledger = reader.boolean("history");
  history.rollback_to = reader.text("rollback_to");
  if (!is_run_key(history.rollback_to)) {
    reader.mistake("rollback_to",
                   "'" + printable(history.rollback_to, 60) + "' is not last or the id of a run");
  } else if (mode == Mode::sync && history.rollback_to != "last") {
    // Who wants to undo a run must not get another one.
    reader.mistake("rollback_to", "names a run to undo, and 'mode' is sync: set mode: rollback");
  }
  const std::string attempt = runner.run_attempt.empty() ? "1" : runner.run_attempt;
  if (is_run_key(runner.run_id) && is_run_key(attempt)) {
    history.run_key = runner.run_id + '-' + attempt;
  }
  return history;
}

// actions/toolkit, artifact: path-and-artifact-name-validation.ts.
std::string read_artifact_name(Reader& reader, const std::string& run_number) {
  std::string name = reader.text("artifact_name");
  if (name.empty()) return "sync-report" + (run_number.empty() ? "" : '-' + run_number);
  const bool has_control =
      std::any_of(name.begin(), name.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; });
  if (has_control || name.find_first_of("\":<>|*?\\/") != std::string::npos) {
    reader.mistake("artifact_name", "'" + printable(name, 60) +
                                        "' holds one of \" : < > | * ? \\ / or a line break");
  }
  return name;
}

ReportSettings read_report(Reader& reader, const std::string& run_number) {
  ReportSettings report;
  report.full = reader.text("report") == "full";
  if (!report.full && !parse_boolean(reader.text("report"))) {
    reader.mistake("report",
                   "'" + printable(reader.text("report"), 60) + "' is not true, false or full");
  } else {
    report.wanted = report.full || reader.boolean("report");
  }
  report.most_commits = reader.number("report_max_commits", 0, 100'000);
  report.most_file_bytes =
      static_cast<std::uint64_t>(reader.number("report_max_bytes", 0, 2'000'000'000));
  if (const std::string text = reader.text("predict_branches"); !text.empty()) {
    std::string mistake;
    report.predicted = RefRules::parse(text, mistake);
    if (!report.predicted) reader.mistake("predict_branches", mistake);
  }
  report.preflight = reader.boolean("preflight");
  report.html_artifact = reader.boolean("report_html");
  report.retention_days = reader.number("retention_days", 0, 400);
  report.artifact_name = read_artifact_name(reader, run_number);
  return report;
}

NetworkSettings read_network(Reader& reader, const Environment& environment) {
  NetworkSettings network;
  network.retries = reader.number("retries", 0, 10);
  network.timeout = std::chrono::seconds(reader.number("timeout", 1, 3600));
  network.ca_file = reader.variable("SSL_CERT_FILE");
  network.extra_ca_file = reader.variable("NODE_EXTRA_CA_CERTS");
  network.fallback_ca_file = reader.variable("SYNC_ACTION_NODE_ROOTS");
  network.ssh_private_key = Secret(reader.text("ssh_private_key"));
  network.ssh_known_hosts = reader.text("ssh_known_hosts");
  for (const auto& [name, value] : environment) {
    if (!is_for_children(name)) continue;
    std::string& entry = network.child_environment.emplace_back(name);
    entry += '=';
    entry += value;
  }
  return network;
}

// What cannot be read opens no gate.
void read_build(Reader& reader, Settings& settings) {
  const bool asks =
      settings.sync_built_commit || (settings.require_successful_build && !settings.force_sync);
  if (!asks || settings.mode == Mode::rollback || settings.runner.event_name != "workflow_run") {
    return;
  }
  std::string mistake;
  settings.triggering_run = read_triggering_run(reader.variable("GITHUB_EVENT_PATH"), mistake);
  if (!settings.triggering_run) {
    reader.mistake("GITHUB_EVENT_PATH",
                   mistake + ", so what was built is not known; give the step the runner's file" +
                       (settings.sync_built_commit
                            ? ", or do not ask for sync_built_commit"
                            : ", or set require_successful_build: false to sync all the same"));
  }
}

// What shapes a sync and was changed, and does nothing in a rollback. Who uses one step for both
// gives all of it, so it is no mistake.
std::vector<std::string> idle_in_rollback(const Reader& reader) {
  std::vector<std::string> idle;
  for (const InputDefinition& input : input_table()) {
    constexpr std::array<std::string_view, 8> kOfSync{
        "prune",       "max_deletions", "direction",       "on_divergence",
        "on_conflict", "move_tags",     "create_branches", "sync_built_commit"};
    if (std::find(kOfSync.begin(), kOfSync.end(), input.name) == kOfSync.end()) continue;
    const std::string text = reader.text(input.name);
    const auto boolean = parse_boolean(text);
    const bool same =
        text == input.fallback || (boolean && boolean == parse_boolean(input.fallback));
    if (!same) idle.emplace_back(input.name);
  }
  return idle;
}

void check_ssh_key(Reader& reader, const Settings& settings) {
  const bool used =
      settings.source.kind == Endpoint::Kind::ssh || settings.target.kind == Endpoint::Kind::ssh;
  if (!used || settings.network.ssh_private_key.empty()) return;
  const std::string wrong = mistake_in_ssh_key(settings.network.ssh_private_key.reveal());
  if (!wrong.empty()) reader.mistake("ssh_private_key", wrong);
}

}  // namespace

Environment read_environment() {
  Environment environment;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const std::size_t equals = text.find('=', 1);  // Windows has names that begin with '='
    if (equals == std::string_view::npos) continue;
    environment.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return environment;
}

RunnerContext read_runner_context(const Environment& environment) {
  const Reader reader(environment);
  RunnerContext runner;
  runner.is_action = reader.variable("GITHUB_ACTIONS") == "true";
  runner.debug = reader.variable("RUNNER_DEBUG") == "1";
  runner.output_file = reader.variable("GITHUB_OUTPUT");
  runner.summary_file = reader.variable("GITHUB_STEP_SUMMARY");
  runner.temp_folder = reader.variable("RUNNER_TEMP");
  if (runner.temp_folder.empty()) {
    std::error_code ignored;
    runner.temp_folder = std::filesystem::temp_directory_path(ignored).string();
  }
  runner.workspace = reader.variable("GITHUB_WORKSPACE");
  if (std::string url = reader.variable("GITHUB_SERVER_URL"); !url.empty()) {
    runner.server_url = std::move(url);
  }
  if (std::string url = reader.variable("GITHUB_API_URL"); !url.empty()) {
    runner.api_url = std::move(url);
  }
  runner.repository = reader.variable("GITHUB_REPOSITORY");
  runner.run_id = reader.variable("GITHUB_RUN_ID");
  runner.run_attempt = reader.variable("GITHUB_RUN_ATTEMPT");
  runner.run_number = reader.variable("GITHUB_RUN_NUMBER");
  runner.event_name = reader.variable("GITHUB_EVENT_NAME");
  runner.retention_days = reader.variable("GITHUB_RETENTION_DAYS");
  runner.results_url = reader.variable("ACTIONS_RESULTS_URL");
  runner.runtime_token = Secret(reader.variable("ACTIONS_RUNTIME_TOKEN"));
  return runner;
}

Settings read_settings(const Environment& environment) {
  Reader reader(environment);
  Settings settings;
  settings.runner = read_runner_context(environment);
  settings.mode = read_mode(reader);
  settings.history = read_history(reader, settings.runner, settings.mode);
  const std::string& server = settings.runner.server_url;
  if (settings.mode == Mode::sync) {
    settings.source =
        read_endpoint(reader, "source_repo", "SOURCE_REPO", settings.runner.repository, server);
  }
  settings.target = read_endpoint(reader, "target_repo", "TARGET_REPO", "", server);
  add_credentials(settings.source, reader, "source");
  add_credentials(settings.target, reader, "target");
  settings.branches = read_branches(reader);
  settings.tags = read_tags(reader);
  settings.move_tags = reader.boolean("move_tags");
  settings.prune = reader.boolean("prune");
  settings.max_deletions = reader.number("max_deletions", 0, 1'000'000);
  settings.create_branches = reader.boolean("create_branches");
  settings.dry_run = reader.boolean("dry_run");
  settings.force_sync = reader.boolean("force_sync");
  read_divergence_settings(reader, settings);
  settings.atomic = reader.boolean("atomic");
  settings.require_successful_build = reader.boolean("require_successful_build");
  settings.sync_built_commit = reader.boolean("sync_built_commit");
  settings.direction = read_direction(reader);
  check_direction(reader, settings);
  settings.network = read_network(reader, environment);
  check_ssh_key(reader, settings);
  if (settings.mode == Mode::rollback) settings.idle_inputs = idle_in_rollback(reader);
  settings.report = read_report(reader, settings.runner.run_number);
  read_build(reader, settings);

  const bool renames =
      (settings.branches && settings.branches->renames()) || settings.tags.renames();
  if (reader.mistakes().empty() && settings.mode == Mode::sync && !renames &&
      is_same_place(settings.source, settings.target)) {
    reader.mistake("target_repo", "is the source itself, and no from:to in branches renames a ref");
  }
  if (reader.mistakes().empty()) return settings;
  std::string all;
  for (const std::string& mistake : reader.mistakes()) {
    all += (all.empty() ? "" : "; ") + mistake;
  }
  throw Failure(FailureCode::bad_input, all);
}

}  // namespace occ::inputs
