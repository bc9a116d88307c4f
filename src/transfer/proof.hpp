// Asks the target what stands there now: after a push, that is the proof of what landed.
#pragma once

#include "net/loop.hpp"
#include "transfer/relay.hpp"
#include "transfer/remote.hpp"

#include <chrono>
#include <functional>

namespace occ::transfer {

class Proof {
 public:
  // Borrowed.
  Proof(Remote& target, net::Loop& loop) : target_(target), loop_(loop) {}

  // Throws Failure, like those below.
  [[nodiscard]] RefListing list() const;
  // After a push that ended with `result`. A cancelled run has a moment left for it; an answer that
  // makes no sense is not the last word where the target told what it did, and `lags`, whether the
  // listing is behind that, is given time once.
  [[nodiscard]] RefListing list_after(const RelayResult& result,
                                      const std::function<bool(const RefListing&)>& lags) const;

 private:
  [[nodiscard]] RefListing list_in_grace() const;
  [[nodiscard]] RefListing list_patiently(const RelayResult& result) const;

  Remote& target_;
  net::Loop& loop_;
};

// How long a cancelled run may still take to tell where things stand.
inline constexpr std::chrono::milliseconds kGraceAfterCancel{1200};

}  // namespace occ::transfer
