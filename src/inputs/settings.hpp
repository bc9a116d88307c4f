// What the user asked for, checked: the environment and the flags become one value, or one failure
// that tells all the mistakes at once. The only room that reads the environment.
#pragma once

#include "base/oid.hpp"
#include "base/secret.hpp"
#include "inputs/endpoint.hpp"
#include "inputs/ref_rules.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace occ::inputs {

using Environment = std::map<std::string, std::string>;

// The process's own environment.
[[nodiscard]] Environment read_environment();

enum class Mode : std::uint8_t { sync, rollback };
enum class Direction : std::uint8_t { to_target, both };
enum class OnDivergence : std::uint8_t { fail, skip, overwrite, merge, pull_request };
// Ours: the target's version of a file that a merge stops on; theirs: the source's.
enum class OnConflict : std::uint8_t { fail, ours, theirs, pull_request };

// What the run that started this one says of itself (webhook event `workflow_run`).
struct TriggeringRun {
  std::string name;
  std::string conclusion;  // empty until it is completed
  std::string url;
  std::string event;            // that started it: "push"
  std::string head_branch;      // short name of the branch that was built, or of the tag
  std::optional<Oid> head_oid;  // the commit that was built
  std::string head_repository;  // owner/name that the commit is from: a fork's, perhaps
  std::string default_branch;   // short name, of the workflow's repository
  // Fields of the payload that should tell what was built. GitHub sends each of them; others may
  // leave one out.
  std::vector<std::string> left_out;
  std::vector<std::string> unclear;  // they are there, and hold nothing of use: null, say
};

// Where the runner wants things (CONTRACT 10: GITHUB_OUTPUT, GITHUB_STEP_SUMMARY, …).
struct RunnerContext {
  bool is_action = false;  // GITHUB_ACTIONS=true: log groups, annotations, masks
  bool debug = false;      // RUNNER_DEBUG=1
  std::string output_file;
  std::string summary_file;
  std::string temp_folder;  // RUNNER_TEMP, else the system's
  std::string workspace;
  std::string server_url = "https://github.com";
  std::string api_url = "https://api.github.com";
  std::string repository;
  std::string run_id;
  std::string run_attempt;
  std::string run_number;
  std::string event_name;
  std::string retention_days;
  std::string results_url;  // ACTIONS_RESULTS_URL
  Secret runtime_token;     // ACTIONS_RUNTIME_TOKEN
};

struct NetworkSettings {
  int retries = 3;
  std::chrono::seconds timeout{300};
  std::string ca_file;           // SSL_CERT_FILE
  std::string extra_ca_file;     // NODE_EXTRA_CA_CERTS
  std::string fallback_ca_file;  // the launcher's roots
  Secret ssh_private_key;
  std::string ssh_known_hosts;
  std::vector<std::string> child_environment;  // for git and ssh: without inputs and tokens
};

// Whether and how the report's files are made and uploaded.
struct ReportSettings {
  bool wanted = true;
  bool full = false;        // look into what changes, at the cost of some requests
  int most_commits = 1000;  // listed for one ref
  std::uint64_t most_file_bytes = 32ULL << 20U;  // fetched to look into files
  std::optional<RefRules> predicted;             // branches of the target to try merges with
  bool preflight = true;  // a push that the host is known to refuse is not completed
  bool html_artifact = true;
  int retention_days = 30;  // 0: what the repository says
  std::string artifact_name;
};

// What a run leaves on the target beside the refs: old tips and a record, and what undoes them.
struct HistorySettings {
  bool backup = true;         // keep what is overwritten or deleted
  int backup_keep_days = 30;  // and at least the backups of the last ten runs; 0: for ever
  bool ledger = true;         // record the run
  // Names the run in both, unique on the target: [A-Za-z0-9-]+. On a runner "<run id>-<attempt>".
  std::string run_key;
  std::string rollback_to = "last";  // or a run id, or a run key
};

// Where pull requests are opened, and with what.
struct PullRequestSettings {
  std::string api_url;     // of the target's GitHub
  std::string repository;  // owner/name there
  std::vector<std::string> labels;
  std::vector<std::string> reviewers;  // users; as org/team teams
  std::vector<std::string> assignees;
  bool draft = false;
};

struct Settings {
  Mode mode = Mode::sync;
  Direction direction = Direction::to_target;
  Endpoint source;
  Endpoint target;
  std::optional<RefRules> branches;  // nothing: the source's default branch
  RefRules tags;
  bool move_tags = false;
  bool prune = false;
  int max_deletions = 10;
  bool create_branches = true;
  bool dry_run = false;
  bool force_sync = false;
  OnDivergence on_divergence = OnDivergence::fail;
  OnConflict on_conflict = OnConflict::fail;
  std::string merge_author;  // "Name <email>"
  PullRequestSettings pull_requests;
  bool atomic = false;
  bool require_successful_build = true;
  bool sync_built_commit = false;
  HistorySettings history;
  NetworkSettings network;
  ReportSettings report;
  RunnerContext runner;
  std::optional<TriggeringRun> triggering_run;  // if what it built matters
  std::vector<std::string> idle_inputs;         // given, and of no effect in this mode
};

[[nodiscard]] RunnerContext read_runner_context(const Environment& environment);

// `environment`: INPUT_* and the rest, flags already merged in. Throws Failure{bad_input} naming
// every input that is wrong.
[[nodiscard]] Settings read_settings(const Environment& environment);

}  // namespace occ::inputs
