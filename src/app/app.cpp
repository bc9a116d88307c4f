#include "app/app.hpp"

#include "app/aftermath.hpp"
#include "app/build_gate.hpp"
#include "app/command_line.hpp"
#include "app/publish.hpp"
#include "app/publish_files.hpp"
#include "app/pull_requests.hpp"
#include "app/repositories.hpp"
#include "app/run_facts.hpp"
#include "app/signals.hpp"
#include "base/agent.hpp"
#include "base/failure.hpp"
#include "base/untrusted.hpp"
#include "inputs/secrets.hpp"
#include "sync/leg.hpp"
#include "sync/way_back.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <string>

namespace occ::app {
namespace {

using inputs::Settings;
using report::Report;
using runner::Console;

std::vector<std::string> asked_for(const Settings& settings) {
  std::vector<std::string> asked;
  if (settings.dry_run) asked.emplace_back("dry_run");
  if (settings.force_sync) asked.emplace_back("force_sync");
  if (settings.mode == inputs::Mode::rollback) {
    asked.push_back("rollback_to: " + settings.history.rollback_to);
  }
  if (!settings.history.backup) asked.emplace_back("backup: false");
  if (!settings.history.ledger) asked.emplace_back("history: false");
  if (settings.direction == inputs::Direction::both) asked.emplace_back("direction: both");
  if (settings.sync_built_commit) asked.emplace_back("sync_built_commit");
  if (settings.prune) asked.emplace_back("prune");
  if (settings.atomic) asked.emplace_back("atomic");
  if (settings.move_tags) asked.emplace_back("move_tags");
  if (!settings.create_branches) asked.emplace_back("create_branches: false");
  if (settings.on_divergence == inputs::OnDivergence::skip)
    asked.emplace_back("on_divergence: skip");
  if (settings.on_divergence == inputs::OnDivergence::merge) {
    asked.emplace_back("on_divergence: merge");
    if (settings.on_conflict == inputs::OnConflict::ours) asked.emplace_back("on_conflict: ours");
    if (settings.on_conflict == inputs::OnConflict::theirs) {
      asked.emplace_back("on_conflict: theirs");
    }
  }
  if (settings.on_divergence == inputs::OnDivergence::pull_request) {
    asked.emplace_back("on_divergence: pull_request");
  }
  if (settings.on_conflict == inputs::OnConflict::pull_request) {
    asked.emplace_back("on_conflict: pull_request");
  }
  if (settings.on_divergence == inputs::OnDivergence::overwrite) {
    asked.emplace_back("on_divergence: overwrite");
  }
  return asked;
}

// Anybody on the way could read a token that travels so.
void warn_of_open_tokens(const Settings& settings, Console& console) {
  for (const inputs::Endpoint* endpoint : {&settings.source, &settings.target}) {
    const std::string& url = endpoint->location;
    const bool here = url.starts_with("http://127.") || url.starts_with("http://localhost") ||
                      url.starts_with("http://[::1]");
    if (url.starts_with("http://") && !here && !endpoint->password.empty()) {
      console.annotate(Console::Severity::warning, "Unprotected token",
                       "'" + printable(endpoint->name) +
                           "' is reached by http, so its token can be read on the way; use https");
    }
  }
}

// A secret that nobody defined is an empty input, so this may not be what was meant. It is no
// error: a dry run of a fork's pull request has no secrets, and an App's token looks like the
// workflow's.
void tell_of_borrowed_token(const Settings& settings, Console& console) {
  const inputs::Endpoint& target = settings.target;
  if (!target.borrows_token) return;
  const std::string& own = settings.runner.repository;
  const std::string text = "target_token is empty, so github_token is used for the target '" +
                           printable(target.name) + "'";
  if (own.empty() || inputs::is_repository(target, own)) {
    console.info(text);
    return;
  }
  console.annotate(Console::Severity::warning, "Empty target_token",
                   text + "; the workflow's own token can write to '" + printable(own) +
                       "' alone. If a secret was meant, see that it is defined in this repository "
                       "(or its organization) and spelt as here; a workflow that a fork's pull "
                       "request starts gets no secrets");
}

// A rollback that seems to obey what it does not read would surprise.
void tell_of_idle_inputs(const Settings& settings, Console& console) {
  if (settings.idle_inputs.empty()) return;
  std::string names;
  for (const std::string& name : settings.idle_inputs) names += (names.empty() ? "" : ", ") + name;
  console.annotate(
      Console::Severity::warning, "Inputs without effect",
      "a rollback does not read " + names + ": it moves back what the run moved, and nothing else");
}

// Servers and hooks may repeat what they were sent.
void take_secrets_out(transfer::Outcome& outcome, const Redactor& redactor) {
  for (transfer::RefOutcome& ref : outcome.refs) ref.reason = redactor.redacted(ref.reason);
  for (std::string& note : outcome.notes) note = redactor.redacted(note);
  for (std::string& note : outcome.warnings) note = redactor.redacted(note);
  if (outcome.failure) {
    outcome.failure = outcome.failure->reworded(redactor.redacted(outcome.failure->what()));
  }
}

sync::TargetHost host_of_target(const Settings& settings, const report::Access& access) {
  using Host = report::Access::Host;
  sync::TargetHost host;
  if (!settings.pull_requests.api_url.empty()) {
    host.kind = sync::Target::on_github;
    host.api = api_access(settings);
    return host;
  }
  const bool unknown = access.transport == report::Access::Transport::http &&
                       (access.host == Host::unknown || access.host == Host::github);
  host.kind = unknown ? sync::Target::unknown : sync::Target::elsewhere;
  return host;
}

// From the source to the target, and with `direction: both` back; or, for a rollback, the target to
// what it was.
sync::LegResult run_legs(const Settings& settings, Console& console, const std::atomic<int>& signal,
                         const history::RunIdentity& identity, const sync::TargetHost& host) {
  net::Loop loop({settings.network.timeout, &signal});
  const auto target = open_repository(settings.target, settings, loop, console);
  if (settings.mode == inputs::Mode::rollback) {
    return sync::run_leg(
        {sync::Way::undo, settings, nullptr, *target, loop, console, identity, host});
  }
  const auto source = open_repository(settings.source, settings, loop, console);
  sync::LegResult result = sync::run_leg(
      {sync::Way::there, settings, source.get(), *target, loop, console, identity, host});
  if (!sync::goes_back(settings, result)) return result;
  const Settings back = sync::turned_round(settings, result.source_head);
  sync::join(result, sync::run_leg({sync::Way::back, back, target.get(), *source, loop, console,
                                    identity, host}));
  return result;
}

// What is known of the run before it has begun.
Report report_of(const Settings& settings) {
  Report report;
  const bool rollback = settings.mode == inputs::Mode::rollback;
  report.source = rollback ? "ledger of " + settings.target.name : settings.source.name;
  if (rollback) report.undoes = settings.history.rollback_to;
  report.target = settings.target.name;
  report.source_url = web_page_of(settings.source);
  report.target_url = web_page_of(settings.target);
  report.source_access = access_of(rollback ? settings.target : settings.source, settings);
  report.target_access = access_of(settings.target, settings);
  report.target_access.takes_pull_requests = !settings.pull_requests.api_url.empty() &&
                                             !settings.pull_requests.repository.empty() &&
                                             !settings.target.password.empty();
  report.has_files = settings.report.wanted;
  report.run = run_facts(settings.runner, std::chrono::system_clock::now());
  report.asked = asked_for(settings);
  if (!rollback) report.skipped_because = held_by_build_gate(settings);
  if (settings.history.ledger) report.run_key = settings.history.run_key;
  return report;
}

void tell_of_settings(const Settings& settings, Console& console) {
  warn_of_open_tokens(settings, console);
  tell_of_borrowed_token(settings, console);
  if (const std::string gaps = left_out_of_event(settings); !gaps.empty()) {
    console.annotate(Console::Severity::warning, "Build gate", gaps);
  }
  tell_of_idle_inputs(settings, console);
}

void take(Report& report, sync::LegResult result) {
  report.outcome = std::move(result.outcome);
  report.findings = std::move(result.findings);
  report.run_key = std::move(result.run_key);
  if (!result.undoes.empty()) report.undoes = std::move(result.undoes);
}

history::RunIdentity identity_of(const Report& report) {
  history::RunIdentity identity;
  identity.url = report.run.url;
  identity.source = report.source;
  identity.target = report.target;
  return identity;
}

int sync_and_publish(const Settings& settings, Console& console) {
  const std::atomic<int>& signal = watch_signals();
  const auto start = std::chrono::steady_clock::now();
  Report report = report_of(settings);
  console.info("sync-action " + std::string(kVersion) + ": " + report.source + " -> " +
               report.target);
  tell_of_settings(settings, console);
  if (report.skipped_because.empty()) {
    take(report, run_legs(settings, console, signal, identity_of(report),
                          host_of_target(settings, report.target_access)));
    after_the_push(console, "the pull requests",
                   [&] { attend_pull_requests(settings, console, signal, report); });
    take_secrets_out(report.outcome, console.redactor());
  }
  report.duration_ms =
      static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(
                                     std::chrono::steady_clock::now() - start)
                                     .count());
  const LostFiles lost = publish(console, settings.runner, report);
  after_the_push(console, "the report",
                 [&] { publish_files(console, settings, report, lost, signal); });
  return report::exit_code_of(report, signal.load());
}

// Before there are settings: what is told, and where, is known from the environment alone.
int publish_failure(Console& console, const inputs::RunnerContext& runner, const Failure& failure) {
  Report report;
  report.outcome.failure = failure;
  publish(console, runner, report);
  return failure.entry().exit_status;
}

void mask_secrets(Console& console, const inputs::Environment& environment) {
  for (const Secret& secret : inputs::find_secrets(environment)) {
    console.mask(secret, "x-access-token");
  }
}

int run_with(int argc, char** argv, const inputs::Environment& environment) {
  const inputs::RunnerContext runner = inputs::read_runner_context(environment);
  Console console(runner.is_action ? Console::Style::workflow : Console::Style::terminal,
                  runner.debug);
  try {
    const CommandLine command_line = read_command_line(argc, argv, environment);
    if (command_line.exit_status) return *command_line.exit_status;
    mask_secrets(console, command_line.environment);
    Settings settings = inputs::read_settings(command_line.environment);
    if (settings.history.run_key.empty()) {
      settings.history.run_key = sync::make_run_key(std::chrono::system_clock::now());
    }
    for (const inputs::Endpoint* endpoint : {&settings.source, &settings.target}) {
      console.mask(endpoint->password, endpoint->username);
    }
    return sync_and_publish(settings, console);
  } catch (const Failure& failure) {
    return publish_failure(console, runner, failure);
  } catch (const std::exception& error) {
    return publish_failure(console, runner, Failure(FailureCode::internal_error, error.what()));
  }
}

}  // namespace

int run(int argc, char** argv) noexcept {
  try {
    return run_with(argc, argv, inputs::read_environment());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "sync-action: %s\n", printable(error.what()).c_str());
    return kExitBug;
  }
}

}  // namespace occ::app
