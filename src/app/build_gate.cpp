#include "app/build_gate.hpp"

#include "base/ascii.hpp"
#include "base/untrusted.hpp"

namespace occ::app {
namespace {

using inputs::Settings;
using inputs::TriggeringRun;

constexpr const char* kGoesPast = " (force_sync goes on all the same)";

// A source elsewhere has no name to compare: there the workflow's own repository is what counts.
bool was_built_elsewhere(const Settings& settings, const TriggeringRun& run) {
  if (run.head_repository.empty()) return false;
  const std::string built = ascii_lower(run.head_repository);
  if (!settings.source.on_workflow_server) {
    return !settings.runner.repository.empty() && ascii_lower(settings.runner.repository) != built;
  }
  std::string location = ascii_lower(settings.source.location);
  if (location.ends_with(".git")) location.resize(location.size() - 4);
  return !location.ends_with('/' + built);
}

std::string not_the_source(const TriggeringRun& run) {
  return "'" + printable(run.head_repository) + "' was built, which is not the source";
}

bool is_selected(const Settings& settings, const TriggeringRun& run) {
  if (run.head_branch.empty()) return true;
  if (settings.branches) return settings.branches->target_name(run.head_branch).has_value();
  return run.default_branch.empty() || run.default_branch == run.head_branch;
}

std::string not_chosen(const TriggeringRun& run) {
  return "'" + printable(run.head_branch) + "' was built, which 'branches' does not choose";
}

// Why there is no built commit to sync, whatever else is allowed.
std::string nothing_to_sync_of(const Settings& settings, const TriggeringRun& run) {
  // The commit of a fork is none that the source could give.
  if (settings.source.on_workflow_server && was_built_elsewhere(settings, run)) {
    return not_the_source(run);
  }
  if (!run.head_oid || run.head_branch.empty()) {
    return "the event does not tell which commit of which branch was built";
  }
  return is_selected(settings, run) ? std::string() : not_chosen(run);
}

}  // namespace

std::string held_by_build_gate(const Settings& settings) {
  const auto& run = settings.triggering_run;
  if (!run) return {};
  if (settings.sync_built_commit) {
    std::string why = nothing_to_sync_of(settings, *run);
    if (!why.empty()) return why;
  }
  if (settings.force_sync || !settings.require_successful_build) return {};
  const std::string name =
      run->name.empty() ? "the triggering workflow" : "'" + printable(run->name) + "'";
  if (run->conclusion.empty()) return name + " has not finished yet";
  if (run->conclusion != "success") {
    return name + " ended with '" + printable(run->conclusion) + "'" + kGoesPast;
  }
  if (!run->unclear.empty()) {
    return "the event does not tell of " + name + " what was built: its " + run->unclear.front() +
           " says nothing" + kGoesPast;
  }
  if (run->event.starts_with("pull_request")) {
    return name + " ran for a pull request, which says nothing of the source" + kGoesPast;
  }
  if (was_built_elsewhere(settings, *run)) return not_the_source(*run) + kGoesPast;
  if (!is_selected(settings, *run)) return not_chosen(*run) + kGoesPast;
  return {};
}

std::string left_out_of_event(const Settings& settings) {
  const auto& run = settings.triggering_run;
  if (!run || run->left_out.empty()) return {};
  std::string fields;
  for (const std::string& field : run->left_out) fields += (fields.empty() ? "" : ", ") + field;
  return "the event does not tell all of what was built (" + fields +
         "), so that this was not compared with what is synced";
}

}  // namespace occ::app
