// Where branches that are new on the target depart from what the target has: then they can be
// looked into like any other change. All of them are asked about together.
#pragma once

#include "analysis/findings.hpp"
#include "analysis/ref_objects.hpp"
#include "base/refs.hpp"
#include "plan/plan.hpp"
#include "transfer/learning.hpp"

#include <optional>
#include <string>
#include <vector>

namespace occ::analysis {

struct NewBranch {
  // With the commit that it was made from as its old tip: a fast-forward from there.
  std::optional<plan::PlannedRef> departure;
  std::string why_not;  // why there is no such commit to tell of
  // What the names of the tip's files alone tell, where the target has nothing to compare them
  // with; nothing if the source cannot leave file contents out, or the budget does not suffice.
  std::vector<Warning> warnings;
};

// In the order of `refs`, which the target lacks. `shared`: tips that both sides have. `news`: what
// is known of them already, or null. Fetches no more than commits that the target lacks, those
// between the places where a branch departs, and trees of tips. Throws Failure.
[[nodiscard]] std::vector<NewBranch> look_at_new(const std::vector<const plan::PlannedRef*>& refs,
                                                 const std::vector<Oid>& shared,
                                                 const transfer::Learning::News* news,
                                                 const RefListing& target_listing,
                                                 transfer::Remote& source, transfer::Remote& target,
                                                 ObjectPool& pool, Budgets& budgets);

}  // namespace occ::analysis
