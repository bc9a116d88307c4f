// Leaves the record of a run on the target where it did not go along with the push, or turned out
// otherwise.
#pragma once

#include "base/failure.hpp"
#include "net/loop.hpp"
#include "plan/plan.hpp"
#include "sync/run_history.hpp"
#include "transfer/delivery.hpp"

namespace occ::sync {

// When nothing else is to do. Throws Failure{cancelled} and nothing else.
void record_late(transfer::Delivery& delivery, const RunHistory& history, const plan::Plan& plan,
                 RefListing& target, net::Loop& loop);
// After a failure of a run that moved refs before. Throws nothing.
void record_after(const Failure& failure, transfer::Delivery& delivery, const RunHistory& history,
                  const plan::Plan& plan, RefListing& target, net::Loop& loop);

}  // namespace occ::sync
