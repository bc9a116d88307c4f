// The patience of a run: how often it plans again after a lost lease, or after the source rewrote
// what it had listed, and tries again after a failure of the network.
#pragma once

#include "base/failure.hpp"
#include "base/trace.hpp"
#include "net/loop.hpp"
#include "transfer/delivery.hpp"

#include <random>
#include <string>

namespace occ::sync {

class Patience {
 public:
  // Borrowed. `retries`: after failures that another try can help.
  Patience(int retries, net::Loop& loop, Trace& trace)
      : retries_(retries), loop_(loop), trace_(trace), random_(std::random_device()()) {}

  // Whether to go on after `step`; pauses if that helps.
  [[nodiscard]] bool allows_after(transfer::Step step);
  // Takes note of a failure. Whether what it blames is to be left out, if anything can be; asked
  // before allows_after().
  [[nodiscard]] bool has_seen_enough_of(const Failure& failure);
  // Goes on without it, as with a run that begins.
  void begin_without(const Failure& failure);
  // Whether to go on after a failure, with both sides listed anew; pauses if that helps.
  [[nodiscard]] bool allows_after(const Failure& failure);

  // The failure, by what is known of it in the end: that a ref was rewritten each time, or that
  // what is listed is not there.
  [[noreturn]] void give_up(const Failure& failure) const;

 private:
  [[nodiscard]] bool allows_replan(const std::string& why);
  [[nodiscard]] bool allows_retry(const Failure& failure) const;

  int retries_;
  net::Loop& loop_;
  Trace& trace_;
  std::mt19937 random_;
  int replans_ = 0;
  int pushes_ = 0;
  int failures_ = 0;
  int left_out_ = 0;
  std::string refused_before_;  // the words about a ref that seemed to be rewritten
  // The same id was refused twice, though the refs were listed in between: nobody rewrote anything.
  // A server of several that are not yet alike may say so too, and is asked again.
  bool is_listed_anew_ = false;
};

}  // namespace occ::sync
