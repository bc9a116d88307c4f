// The stage between plan and push: what the change brings, what it would run into, and whether the
// host is known to refuse it.
#pragma once

#include "analysis/analysis.hpp"
#include "analysis/findings.hpp"
#include "analysis/object_pool.hpp"
#include "inputs/settings.hpp"
#include "net/loop.hpp"
#include "plan/plan.hpp"
#include "runner/console.hpp"
#include "sync/merges.hpp"
#include "sync/preflight.hpp"
#include "transfer/learning.hpp"
#include "transfer/remote.hpp"

namespace occ::sync {

struct LookAt {  // borrowed
  transfer::Remote& source;
  transfer::Remote& target;
  net::Loop& loop;
  analysis::ObjectPool& pool;
  const Merges* merges;  // that the plan pushes
  transfer::Learning& learning;
};

// Brings into the pool at once what look_into() will look for and what the merges need that the
// plan wants. Throws Failure{cancelled}.
void prepare_to_look(const plan::Plan& plan, const RefListing& target_listing, const LookAt& at,
                     const inputs::Settings& settings);

// As far as the settings ask for it. Warnings become annotations. Throws Failure{workflow_scope} or
// Failure{large_file} instead of trying a push that GitHub refuses, unless `preflight` is off or
// this is a dry run, and Failure{cancelled}.
void look_into(const plan::Plan& plan, const RefListing& target_listing, const LookAt& at,
               const inputs::Settings& settings, const TargetHost& host, runner::Console& console,
               analysis::Findings& findings);

// Likewise when the sides may stand otherwise than they did: what was found of refs that the plan
// still tells of is found anew; of others, which an earlier push of this run brought, it stays.
void look_again(const plan::Plan& plan, const RefListing& target_listing, const LookAt& at,
                const inputs::Settings& settings, const TargetHost& host, runner::Console& console,
                analysis::Findings& findings);

// Of `direction: both`, what the target brings to the source. `plan`, `target_listing` and `at`: of
// the way back, whose target is the run's source. Throws Failure{cancelled}.
[[nodiscard]] analysis::Findings look_back(plan::Plan plan, const RefListing& target_listing,
                                           const LookAt& at, const inputs::Settings& settings);

}  // namespace occ::sync
