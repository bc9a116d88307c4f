// Where a branch that is new on the target departs from what the target has: then it can be looked
// into like any other change.
#pragma once

#include "analysis/findings.hpp"
#include "analysis/ref_objects.hpp"
#include "plan/plan.hpp"

#include <optional>
#include <string>
#include <vector>

namespace occ::analysis {

// `ref`, which is new on the target, with the commit that it was made from as its old tip: a
// fast-forward from there. Or why there is none to tell of.
struct Departure {
  std::optional<plan::PlannedRef> ref;
  std::string why_not;
};

// `known`: tips of the target that the source has, too; not empty. Fetches no more than commits
// that the target lacks, and those between the places where it departs. `place`: where a store may
// stand. Throws Failure.
[[nodiscard]] Departure find_departure(const plan::PlannedRef& ref, const std::vector<Oid>& known,
                                       transfer::Remote& source, transfer::Remote& target,
                                       const StorePlace& place, Budgets& budgets);

// What can be told by the names of the tip's files alone, where the target has nothing to compare
// them with. One request; nothing to tell if the source cannot leave file contents out, or the
// budget does not suffice. Throws Failure.
[[nodiscard]] std::vector<Warning> warnings_of_tip(const plan::PlannedRef& ref,
                                                   transfer::Remote& source,
                                                   const StorePlace& place, Budgets& budgets);

}  // namespace occ::analysis
