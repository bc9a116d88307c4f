// Refs that moved although no command named them: where one name is a symbolic ref of another, a
// command for either moves both, and no report says so.
#pragma once

#include "plan/plan.hpp"
#include "transfer/outcome.hpp"
#include "transfer/remote.hpp"

#include <string>
#include <vector>

namespace occ::transfer {

// The refs of the target without a command of their own that share a tip with one that has one.
class Bystanders {
 public:
  // Both are borrowed. `before`: the target, and what it told of its symbolic refs.
  Bystanders(const plan::Plan& plan, const RefListing& before);

  // Those of them that `now` shows to have gone the way of the ref whose tip they shared: as what
  // was done to them, and with an error, since nobody asked for it. A symbolic ref that follows its
  // branch is none of them, unless it was to stay; the target may be asked which it is. Throws
  // Failure{cancelled}.
  [[nodiscard]] std::vector<RefOutcome> dragged_along(Remote& target, const RefListing& now) const;

 private:
  struct Dragged {
    Ref ref;
    const plan::PlannedRef* along;
  };

  [[nodiscard]] std::vector<Dragged> find(const RefListing& now) const;
  [[nodiscard]] bool was_to_stay(const std::string& name) const;
  void drop_followers(Remote& target, std::vector<Dragged>& dragged) const;

  const plan::Plan& plan_;
  const RefListing& before_;
  std::vector<const Ref*> beside_;  // of a large repository there may be as many as it has refs
};

}  // namespace occ::transfer
