// The patience of a run: how often it plans again after a lost lease, or after the source rewrote
// what it had listed, and tries again after a failure of the network.
#pragma once

#include "base/failure.hpp"
#include "base/trace.hpp"
#include "net/loop.hpp"

#include <cstdint>
#include <functional>

namespace occ::transfer {

enum class Step : std::uint8_t {
  finished,
  plan_again,         // somebody else moved a ref: after a pause
  plan_again_at_once  // the target refused a part, or takes only a part at a time
};

struct Attempt {
  std::function<void()> list;  // both sides, anew
  std::function<Step()> once;  // from the plan to the confirmation
  // After a failure that another try does not help: from now on without the refs that name what a
  // side lists and does not hand out. Whether there are any. Empty: nothing is fetched.
  std::function<bool(const Failure&)> leave_out = {};
};

// Until a step is finished, or patience ends. Throws the last Failure. `retries`: after failures
// that another try can help.
void attempt_until_finished(const Attempt& attempt, int retries, net::Loop& loop, Trace& trace);

}  // namespace occ::transfer
