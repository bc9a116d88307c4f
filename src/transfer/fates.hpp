// What became of each ref over all attempts of a run, by its name: every plan of the run feeds it,
// so that a ref which a later plan does not hold any more is not forgotten. Pure.
#pragma once

#include "plan/plan.hpp"
#include "transfer/outcome.hpp"

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace occ::transfer {

class Fates {
 public:
  // A new plan begins, from what the target lists `now`. What an earlier attempt did not land is
  // open again; what it left unconfirmed has landed if that is what the target lists.
  void begin_attempt(const RefListing& now);
  // Likewise, when no other plan follows.
  void settle(const RefListing& now);
  // What an attempt did to a ref. What landed stays landed; twice, it becomes one movement.
  void note(RefOutcome outcome);
  // The target refuses this ref for itself, while others can land without it.
  void refuse(RefOutcome outcome);

  // Null: it was not refused. Valid until the next change.
  [[nodiscard]] const RefOutcome* refusal_of(std::string_view name) const;
  [[nodiscard]] bool any_decided() const { return !decided_.empty(); }
  [[nodiscard]] bool any_landed() const;
  [[nodiscard]] bool any_unconfirmed() const;

  // Of a ref of the last plan. `failure`: what ended the run before its turn.
  [[nodiscard]] RefOutcome outcome(plan::PlannedRef ref, bool dry_run,
                                   const std::optional<Failure>& failure) const;
  // Of a ref that has a command: what it will be if the push lands.
  [[nodiscard]] RefOutcome expected(const plan::PlannedRef& ref) const;
  // Nothing was to be done with it, in no attempt.
  [[nodiscard]] bool is_quiet(const plan::PlannedRef& ref) const;
  // What befell refs that are not among `known`, in the order of their names.
  [[nodiscard]] std::vector<RefOutcome> others(const std::set<std::string_view>& known) const;
  // All that was decided, for the caller to complete.
  [[nodiscard]] std::map<std::string, RefOutcome, std::less<>>& decided() { return decided_; }

 private:
  std::map<std::string, RefOutcome, std::less<>> decided_;  // by target ref
  std::map<std::string, RefOutcome, std::less<>> refused_;
};

}  // namespace occ::transfer
