// The plan in the log, before the push: what will happen to every ref, and why.
#pragma once

#include "plan/plan.hpp"
#include "runner/console.hpp"

#include <string>

namespace occ::sync {

void print_plan(runner::Console& console, const plan::Plan& plan, bool dry_run);

[[nodiscard]] std::string shown_oid(const Oid& oid);
// " (ahead 1, behind 2)"; empty if it is not known.
[[nodiscard]] std::string shown_counts(const plan::PlannedRef& ref);

}  // namespace occ::sync
