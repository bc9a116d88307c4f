// The plan that undoes a run: each ref that it moved goes back to what it was. Pure.
#pragma once

#include "plan/plan.hpp"

#include <string>
#include <vector>

namespace occ::plan {

// What a run did to one ref.
struct Movement {
  std::string target_ref;      // full name, below refs/heads/ or refs/tags/
  Oid before;                  // null: the run created it
  Oid after;                   // null: the run deleted it
  bool name_is_lossy = false;  // bytes of it are not known
};

// A ref that is elsewhere than the run left it is blocked, unless force_sync is set: then it goes
// back all the same. `run`: for people.
[[nodiscard]] Plan make_rollback_plan(const inputs::Settings& settings, const RefListing& target,
                                      const std::vector<Movement>& movements,
                                      const std::string& run);

}  // namespace occ::plan
