// What the new tips would run into in other branches of the target: each is merged in memory, and
// nothing is written.
#pragma once

#include "analysis/findings.hpp"
#include "analysis/object_pool.hpp"
#include "analysis/object_source.hpp"
#include "base/refs.hpp"
#include "inputs/ref_rules.hpp"
#include "plan/plan.hpp"
#include "transfer/ancestry_batch.hpp"
#include "transfer/remote.hpp"

#include <string>

namespace occ::analysis {

inline constexpr std::size_t kMostPredictions = 20;  // merges tried in one run

// Adds to the findings of each branch that the plan moves. `watched`: which branches of the target,
// by short name. `across` knows how tips of the two sides stand. Throws Failure{cancelled} and
// nothing else.
void predict(const plan::Plan& plan, const RefListing& target_listing,
             const inputs::RefRules& watched, transfer::AncestryBatch& across,
             transfer::Remote& source, transfer::Remote& target, ObjectPool& pool,
             Findings& findings);

}  // namespace occ::analysis
