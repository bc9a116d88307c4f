#include "sync/preflight.hpp"

#include "base/failure.hpp"
#include "base/untrusted.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace occ::sync {
namespace {

using analysis::RefFindings;
using analysis::Warning;
using analysis::WarningKind;

// Whether the source's commits are sent there, and not only looked at.
bool is_pushed(const RefFindings& found, const plan::Plan& plan) {
  return std::any_of(plan.refs.begin(), plan.refs.end(), [&](const plan::PlannedRef& ref) {
    if (ref.target_ref != found.target_ref) return false;
    const bool sent = plan::is_command(ref.action) && ref.action != plan::Action::remove;
    return sent || !ref.parting->pull_branch.empty();
  });
}

std::string examples(const std::vector<std::string>& paths) {
  constexpr std::size_t kMost = 3;
  std::string text;
  for (std::size_t i = 0; i < std::min(paths.size(), kMost); ++i) {
    text += (i == 0 ? ": " : ", ") + printable(paths[i], 200);
  }
  return paths.size() > kMost ? text + ", …" : text;
}

struct Refusal {
  FailureCode code = FailureCode::workflow_scope;
  std::string reason;  // printable
};

std::optional<Refusal> refusal_of(const RefFindings& found) {
  for (const Warning& warning : found.warnings) {
    if (!warning.will_be_refused) continue;
    const bool workflows = warning.kind == WarningKind::workflow_files;
    return Refusal{workflows ? FailureCode::workflow_scope : FailureCode::large_file,
                   printable(warning.text) + examples(warning.paths)};
  }
  return std::nullopt;
}

}  // namespace

bool pushes_workflows(const analysis::Findings& findings, const plan::Plan& plan) {
  return std::any_of(findings.refs.begin(), findings.refs.end(), [&](const RefFindings& found) {
    const auto& all = found.warnings;
    return std::any_of(all.begin(), all.end(),
                       [](const Warning& w) { return w.kind == WarningKind::workflow_files; }) &&
           is_pushed(found, plan);
  });
}

void judge_refusals(analysis::Findings& findings, const plan::Plan& plan, Target target,
                    std::optional<bool> may_change_workflows) {
  for (RefFindings& found : findings.refs) {
    if (target == Target::elsewhere || may_change_workflows == true) {
      std::erase_if(found.warnings,
                    [](const Warning& w) { return w.kind == WarningKind::workflow_files; });
    }
    if (found.warnings.empty()) continue;
    const bool pushed = target == Target::on_github && is_pushed(found, plan);
    for (Warning& warning : found.warnings) {
      if (warning.kind != WarningKind::workflow_files) {
        warning.will_be_refused = warning.will_be_refused && pushed;
      } else if (pushed && may_change_workflows == false) {
        warning.will_be_refused = true;
        warning.text += ", and it has not";
      }
    }
  }
}

void stop_at_refusals(const analysis::Findings& findings) {
  for (const RefFindings& found : findings.refs) {
    const auto refusal = refusal_of(found);
    if (!refusal) continue;
    throw Failure(refusal->code,
                  display_ref(found.target_ref) + ": " + refusal->reason +
                      "; nothing was pushed (preflight: false goes on all the same)");
  }
}

void foresee_refusals(const analysis::Findings& findings, transfer::Outcome& outcome) {
  bool any = false;
  for (const RefFindings& found : findings.refs) {
    const auto refusal = refusal_of(found);
    if (!refusal) continue;
    for (transfer::RefOutcome& ref : outcome.refs) {
      if (ref.planned.target_ref != found.target_ref || ref.on_source) continue;
      ref.result = transfer::Result::blocked;
      ref.error = refusal->code;
      ref.reason = refusal->reason;
      any = true;
    }
  }
  if (!any) return;
  for (transfer::RefOutcome& ref : outcome.refs) {
    if (!would_land(ref.result)) continue;
    ref.result = transfer::Result::blocked;
    ref.reason = "nothing would be pushed, as another ref would be refused";
  }
}

}  // namespace occ::sync
