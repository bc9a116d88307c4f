// One sync from beginning to end: list, plan, learn ancestry, relay, confirm; again if a lease was
// lost or the network failed. Knows the order of the steps; each step is a file of its own.
#pragma once

#include "base/trace.hpp"
#include "net/loop.hpp"
#include "plan/plan.hpp"
#include "transfer/delivery.hpp"
#include "transfer/outcome.hpp"
#include "transfer/relayed_pack.hpp"
#include "transfer/remote.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace occ::transfer {

// Pure; called again whenever a listing or the facts have changed. The last argument is the
// target's default branch, if the plan asked for it.
using Planner =
    std::function<plan::Plan(const RefListing& source, const RefListing& target, const plan::Facts&,
                             const std::optional<std::string>& target_head)>;

// Tries to merge the two tips of each of these refs, all of which have diverged; answers in their
// order. The same ref gives the same answer.
using Merger =
    std::function<std::vector<plan::MergeTrial>(const std::vector<const plan::PlannedRef*>& refs)>;

struct SyncOptions {
  std::vector<std::string> prefixes;  // of the refs to list at the source
  bool dry_run = false;
  int retries = 3;  // of what the network failed at
  // The plan is settled with every ancestry known, also where the pack on its way would prove it.
  bool ancestry_first = false;
  SizeLimits sizes;    // of the objects that are pushed
  std::string folder;  // for temporary files
};

// Called when the plan is settled and nothing of it was pushed yet; again if the sides
// stand otherwise in a later plan of the run. A Failure that it throws ends the run.
using OnPlan = std::function<void(const plan::Plan&, const RefListing& target)>;

// Never throws: a Failure becomes Outcome::failure, beside what is known of every ref, and so does
// a mistake of ours.
[[nodiscard]] Outcome run_sync(Remote& source, Remote& target, net::Loop& loop,
                               const Planner& planner, const Merger& merger, const OwnRefs& own,
                               const SyncOptions& options, const OnPlan& on_plan);

}  // namespace occ::transfer
