// The analysis of one ref.
#pragma once

#include "analysis/analysis.hpp"
#include "analysis/ref_objects.hpp"

namespace occ::analysis {

// `ref` has an old tip. Throws Failure.
[[nodiscard]] RefFindings analyse_ref(const plan::PlannedRef& ref, transfer::Remote& source,
                                      transfer::Remote& target, const AnalysisOptions& options,
                                      ObjectPool& pool, Budgets& budgets);

}  // namespace occ::analysis
