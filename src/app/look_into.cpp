#include "app/look_into.hpp"

#include "analysis/analysis.hpp"
#include "analysis/predictions.hpp"
#include "app/pull_requests.hpp"
#include "base/failure.hpp"
#include "base/untrusted.hpp"
#include "github/token.hpp"
#include "report/report.hpp"

#include <algorithm>
#include <optional>

namespace occ::app {
namespace {

using analysis::Warning;
using analysis::WarningKind;
using runner::Console;

bool has_warning(const analysis::Findings& findings, WarningKind kind) {
  return std::any_of(findings.refs.begin(), findings.refs.end(), [&](const auto& ref) {
    return std::any_of(ref.warnings.begin(), ref.warnings.end(),
                       [&](const Warning& warning) { return warning.kind == kind; });
  });
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + printable(word, 60);
  return text.empty() ? "none" : text;
}

// Whether the token may change workflow files; nothing if that cannot be known.
std::optional<bool> may_change_workflows(const inputs::Settings& settings, const LookAt& at,
                                         Console& console, analysis::Findings& findings) {
  try {
    github::Api api(api_access(settings), at.loop, console);
    const github::RepositoryFacts facts = github::repository_facts(api);
    if (!facts.scopes) {
      findings.token_scopes = "a fine-grained or App token, whose permissions cannot be read";
      return std::nullopt;
    }
    findings.token_scopes = joined(*facts.scopes);
    return std::find(facts.scopes->begin(), facts.scopes->end(), "workflow") != facts.scopes->end();
  } catch (const Failure& failure) {
    if (failure.code() == FailureCode::cancelled) throw;
    findings.token_scopes = "cannot be read: " + printable(failure.what());
    return std::nullopt;
  }
}

void mark_refusals(analysis::Findings& findings, bool may_change_workflows) {
  for (analysis::RefFindings& ref : findings.refs) {
    for (Warning& warning : ref.warnings) {
      if (warning.kind != WarningKind::workflow_files || may_change_workflows) continue;
      warning.will_be_refused = true;
      warning.text += ", and it has not";
    }
  }
}

std::string examples(const std::vector<std::string>& paths) {
  constexpr std::size_t kMost = 3;
  std::string text;
  for (std::size_t i = 0; i < std::min(paths.size(), kMost); ++i) {
    text += (i == 0 ? ": " : ", ") + printable(paths[i], 200);
  }
  return paths.size() > kMost ? text + ", …" : text;
}

void stop_at_refusals(const analysis::Findings& findings) {
  for (const analysis::RefFindings& ref : findings.refs) {
    for (const Warning& warning : ref.warnings) {
      if (!warning.will_be_refused) continue;
      const bool workflows = warning.kind == WarningKind::workflow_files;
      throw Failure(workflows ? FailureCode::workflow_scope : FailureCode::large_file,
                    report::display_ref(ref.target_ref) + ": " + printable(warning.text) +
                        examples(warning.paths) +
                        "; nothing was pushed (preflight: false goes on all the same)");
    }
  }
}

}  // namespace

void look_into(const plan::Plan& plan, const RefListing& target_listing, const LookAt& at,
               const inputs::Settings& settings, Console& console, analysis::Findings& findings) {
  const inputs::ReportSettings& wanted = settings.report;
  if (wanted.full || wants_pull_requests(plan)) {
    analysis::AnalysisOptions options;
    options.folder = settings.runner.temp_folder;
    options.most_commits = static_cast<std::size_t>(wanted.most_commits);
    options.most_file_bytes = wanted.most_file_bytes;
    if (!wanted.full) options.most_new_refs = 0;  // a pull request tells of what diverged
    findings = analysis::analyse(plan, target_listing, at.source, at.target, options);
  }
  if (wanted.predicted) {
    analysis::predict(plan, target_listing, *wanted.predicted, at.source, at.target,
                      settings.runner.temp_folder, findings);
  }
  const bool on_github = !settings.pull_requests.api_url.empty();
  if (on_github && has_warning(findings, WarningKind::workflow_files)) {
    const auto may = may_change_workflows(settings, at, console, findings);
    if (may) mark_refusals(findings, *may);
  }
  for (const analysis::RefFindings& ref : findings.refs) {
    for (const Warning& warning : ref.warnings) {
      console.annotate(Console::Severity::warning, report::display_ref(ref.target_ref),
                       warning.text);
    }
  }
  if (on_github && wanted.preflight && !settings.dry_run) stop_at_refusals(findings);
}

}  // namespace occ::app
