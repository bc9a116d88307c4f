// From what the target reported and what it lists now to what happened to each ref. Pure.
#pragma once

#include "transfer/outcome.hpp"
#include "transfer/relay.hpp"

#include <optional>
#include <vector>

namespace occ::transfer {

struct Verdict {
  std::vector<RefOutcome> refs;  // that had a command, or were up to date and are no more
  bool all_done = true;          // each is where it should be, whoever brought it there
  bool lease_lost = false;       // somebody else moved a ref: planning again may help
};

// `dragged`: what a command moved beside its own ref; it is told apart.
[[nodiscard]] Verdict judge(const plan::Plan& plan, const RelayResult& result,
                            const RefListing& now, const std::vector<RefOutcome>& dragged = {});

// Whether the target accepted a ref and still lists its old tip: a replica may lag.
[[nodiscard]] bool awaits_replication(const plan::Plan& plan, const PushAnswer& answer,
                                      const RefListing& now);

// When the target cannot be asked any more.
[[nodiscard]] std::vector<RefOutcome> unconfirmed_outcomes(const plan::Plan& plan,
                                                           const Failure& failure);

// Of a ref that has a command: what it will be if the push lands.
[[nodiscard]] RefOutcome expected_outcome(const plan::PlannedRef& ref);

// The command for such a ref. Throws Failure{internal_error} if it would delete one that is not
// to be deleted, or the other way round.
[[nodiscard]] wire::RefCommand command_of(const plan::PlannedRef& ref);

// Of a ref that had no push: what the plan says, in a dry run in the conditional. `failure`: what
// ended the run before the ref's turn.
[[nodiscard]] RefOutcome planned_outcome(plan::PlannedRef ref, bool dry_run,
                                         const std::optional<Failure>& failure);

}  // namespace occ::transfer
