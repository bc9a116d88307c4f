// Which warnings mean that GitHub will refuse the push, and what a run makes of that.
#pragma once

#include "analysis/findings.hpp"
#include "github/api.hpp"
#include "plan/plan.hpp"
#include "transfer/outcome.hpp"

#include <cstdint>
#include <optional>

namespace occ::sync {

// Whether the plan sends commits that change files under .github/workflows.
[[nodiscard]] bool pushes_workflows(const analysis::Findings& findings, const plan::Plan& plan);

// What is known of the target. Elsewhere: it is not on GitHub, or is written with a key, which has
// no scopes.
enum class Target : std::uint8_t { on_github, unknown, elsewhere };

struct TargetHost {
  Target kind = Target::unknown;
  github::ApiAccess api;  // on GitHub
};

// Decides `will_be_refused` of every warning: only GitHub is known to refuse, only what is pushed
// can be refused, and workflow files only if the token may certainly not change them. Takes out
// warnings of a scope that the token has, or that the target knows nothing of.
void judge_refusals(analysis::Findings& findings, const plan::Plan& plan, Target target,
                    std::optional<bool> may_change_workflows);

// Throws Failure{workflow_scope} or Failure{large_file} if the push would be refused.
void stop_at_refusals(const analysis::Findings& findings);

// What stop_at_refusals() would do to the run that a dry run tells of: nothing would land.
void foresee_refusals(const analysis::Findings& findings, transfer::Outcome& outcome);

}  // namespace occ::sync
