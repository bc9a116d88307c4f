// The analysis of one ref: which objects to fetch from which side, in which order.
#pragma once

#include "analysis/analysis.hpp"
#include "analysis/object_source.hpp"

namespace occ::analysis {

// Shared by all refs of a run.
struct Budgets {
  Budget trees;  // commits and trees
  Budget files;
};

// Throws Failure.
[[nodiscard]] RefFindings analyse_ref(const plan::PlannedRef& ref, transfer::Remote& source,
                                      transfer::Remote& target, const AnalysisOptions& options,
                                      Budgets& budgets);

}  // namespace occ::analysis
