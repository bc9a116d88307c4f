#include "sync/look_into.hpp"

#include "analysis/analysis.hpp"
#include "analysis/predictions.hpp"
#include "base/failure.hpp"
#include "base/limits.hpp"
#include "base/untrusted.hpp"
#include "github/token.hpp"
#include "plan/pull_branch.hpp"
#include "sync/preflight.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

namespace occ::sync {
namespace {

using analysis::Warning;
using runner::Console;

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + printable(word, 60);
  return text.empty() ? "none" : text;
}

// Whether the token may change workflow files; nothing if that cannot be known.
std::optional<bool> may_change_workflows(const TargetHost& host, const LookAt& at, Console& console,
                                         analysis::Findings& findings) {
  try {
    github::Api api(host.api, at.loop, console);
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

analysis::AnalysisOptions options_of(const inputs::Settings& settings, const LookAt& at) {
  analysis::AnalysisOptions options;
  options.news = at.learning.news();
  options.most_commits = static_cast<std::size_t>(settings.report.most_commits);
  options.most_file_bytes = settings.report.most_file_bytes;
  if (!settings.report.full) options.most_new_refs = 0;  // a pull request tells of what diverged
  return options;
}

// A branch that only the target went on with is told of by the way back.
plan::Plan without_ahead(plan::Plan plan) {
  std::erase_if(plan.refs, [](const plan::PlannedRef& ref) {
    return ref.relation == plan::Relation::target_ahead;
  });
  return plan;
}

bool goes_back(const inputs::Settings& settings) {
  return settings.report.full && settings.direction == inputs::Direction::both;
}

}  // namespace

void prepare_to_look(const plan::Plan& plan, const RefListing& target_listing, const LookAt& at,
                     const inputs::Settings& settings) {
  const net::Loop::Limit limit(at.loop, limits::kAnalysisTime);
  at.pool.begin_stage(at.loop.watch_for(limits::kAnalysisTime));
  at.pool.take_in(at.learning.take_packs());
  analysis::prepare(goes_back(settings) ? without_ahead(plan) : plan, target_listing, at.source,
                    at.target, at.pool, options_of(settings, at));
}

void look_into(const plan::Plan& plan, const RefListing& target_listing, const LookAt& at,
               const inputs::Settings& settings, const TargetHost& host, Console& console,
               analysis::Findings& findings) {
  const inputs::ReportSettings& wanted = settings.report;
  const net::Loop::Limit limit(at.loop, limits::kAnalysisTime);
  at.pool.begin_stage(at.loop.watch_for(limits::kAnalysisTime));
  at.pool.take_in(at.learning.take_packs());
  if (wanted.full || plan::wants_pull_requests(plan)) {
    analysis::AnalysisOptions options = options_of(settings, at);
    options.merges = [&at](const Oid& commit) { return at.merges->find(commit); };
    findings = analysis::analyse(goes_back(settings) ? without_ahead(plan) : plan, target_listing,
                                 at.source, at.target, at.pool, options);
  }
  if (wanted.predicted) {
    analysis::predict(plan, target_listing, *wanted.predicted, at.learning.across(target_listing),
                      at.source, at.target, at.pool, findings);
  }
  std::optional<bool> may;
  if (host.kind == Target::on_github && pushes_workflows(findings, plan)) {
    may = may_change_workflows(host, at, console, findings);
  }
  judge_refusals(findings, plan, host.kind, may);
  for (const analysis::RefFindings& ref : findings.refs) {
    for (const Warning& warning : ref.warnings) {
      console.annotate(Console::Severity::warning, display_ref(ref.target_ref), warning.text);
    }
  }
  if (wanted.preflight && !settings.dry_run) stop_at_refusals(findings);
}

void look_again(const plan::Plan& plan, const RefListing& target_listing, const LookAt& at,
                const inputs::Settings& settings, const TargetHost& host, Console& console,
                analysis::Findings& findings) {
  analysis::Findings before = std::exchange(findings, {});
  std::erase_if(before.refs, [&](const analysis::RefFindings& found) {
    return std::any_of(plan.refs.begin(), plan.refs.end(), [&](const plan::PlannedRef& ref) {
      return ref.target_ref == found.target_ref && ref.action != plan::Action::none;
    });
  });
  const auto keep_what_was_found = [&] {
    std::move(before.refs.begin(), before.refs.end(), std::back_inserter(findings.refs));
    findings.bytes_fetched += before.bytes_fetched;
    findings.requests += before.requests;
    findings.duration_ms += before.duration_ms;
  };
  try {
    look_into(plan, target_listing, at, settings, host, console, findings);
  } catch (...) {
    keep_what_was_found();
    throw;
  }
  keep_what_was_found();
}

analysis::Findings look_back(plan::Plan plan, const RefListing& target_listing, const LookAt& at,
                             const inputs::Settings& settings) {
  if (!settings.report.full) return {};
  std::erase_if(plan.refs,
                [](const plan::PlannedRef& ref) { return !plan::is_command(ref.action); });
  const net::Loop::Limit limit(at.loop, limits::kAnalysisTime);
  at.pool.begin_stage(at.loop.watch_for(limits::kAnalysisTime));
  analysis::Findings findings = analysis::analyse(plan, target_listing, at.source, at.target,
                                                  at.pool, options_of(settings, at));
  for (analysis::RefFindings& found : findings.refs) {
    for (Warning& warning : found.warnings) warning.will_be_refused = false;
  }
  return findings;
}

}  // namespace occ::sync
