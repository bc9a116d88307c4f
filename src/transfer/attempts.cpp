#include "transfer/attempts.hpp"

#include "base/backoff.hpp"
#include "base/failure.hpp"
#include "transfer/refusal.hpp"

#include <chrono>
#include <random>
#include <string>

namespace occ::transfer {
namespace {

constexpr int kMostReplans = 3;   // after a lost lease, of either side
constexpr int kMostPushes = 200;  // of parts of one plan, and after refusals: see lessons.hpp
constexpr int kMostLeftOut = 32;  // times that refs are left out, each after two refusals
constexpr std::chrono::minutes kLongestRetryAfter{10};

class Patience {
 public:
  Patience(const Attempt& attempt, int retries, net::Loop& loop, Trace& trace)
      : attempt_(attempt),
        retries_(retries),
        loop_(loop),
        trace_(trace),
        random_(std::random_device()()) {}

  // The same id was refused twice, though the refs were listed in between: nobody rewrote anything.
  // A server of several that are not yet alike may say so too, and is asked again.
  [[nodiscard]] bool is_listed_anew() const { return is_listed_anew_; }

  // Whether to go on after `step`; pauses if that helps.
  bool allows_after(Step step) {
    if (step == Step::finished) return false;
    if (step == Step::plan_again_at_once) return ++pushes_ <= kMostPushes;
    return allows_replan("the target moved while we pushed");
  }

  bool allows_after(const Failure& failure) {
    if (tells_of_rewritten_ref(failure.what())) {
      is_listed_anew_ = refused_before_ == failure.what();
      refused_before_ = failure.what();
      if (is_listed_anew_ && leaves_out(failure)) return true;
      return allows_replan(failure.what() +
                           std::string(is_listed_anew_ ? ": it is listed there all the same"
                                                       : ": it was rewritten since it was listed"));
    }
    const auto asked = failure.retry_after();
    if (!failure.retry_may_help() || failures_ >= retries_ ||
        (asked && *asked > kLongestRetryAfter)) {
      return leaves_out(failure);
    }
    const auto wait =
        asked ? std::chrono::milliseconds(*asked) : Backoff{}.wait(failures_, random_);
    ++failures_;
    trace_.notice(std::string(failure.what()) + "; trying again in " +
                  std::to_string(wait.count() / 1000 + 1) + " s (" + std::to_string(failures_) +
                  " of " + std::to_string(retries_) + ")");
    loop_.sleep(wait);
    return true;
  }

 private:
  // The run has been patient with this one; with the others it begins anew.
  bool leaves_out(const Failure& failure) {
    if (!attempt_.leave_out || left_out_ == kMostLeftOut || !attempt_.leave_out(failure)) {
      return false;
    }
    ++left_out_;
    replans_ = 0;
    trace_.notice(failure.what() + std::string("; going on without what is to blame"));
    return true;
  }

  bool allows_replan(const std::string& why) {
    if (replans_ == kMostReplans) return false;
    ++replans_;
    trace_.notice(why + "; planning again (" + std::to_string(replans_) + " of " +
                  std::to_string(kMostReplans) + ")");
    loop_.sleep(Backoff{std::chrono::milliseconds(300)}.wait(replans_, random_));
    return true;
  }

  const Attempt& attempt_;
  int retries_;
  net::Loop& loop_;
  Trace& trace_;
  std::mt19937 random_;
  int replans_ = 0;
  int pushes_ = 0;
  int failures_ = 0;
  int left_out_ = 0;
  std::string refused_before_;  // the words about a ref that seemed to be rewritten
  bool is_listed_anew_ = false;
};

[[noreturn]] void throw_last(const Failure& failure, bool is_listed_anew) {
  if (!tells_of_rewritten_ref(failure.what())) throw Failure(failure);
  if (is_listed_anew) {
    Failure damaged(FailureCode::repository_damaged,
                    failure.what() + std::string(": it is listed there each time all the same"));
    if (failure.peer()) damaged.with_peer(*failure.peer());
    throw Failure(damaged);
  }
  throw Failure(FailureCode::lease_lost,
                std::string(failure.what()) + ": it was rewritten each time after it was listed");
}

}  // namespace

void attempt_until_finished(const Attempt& attempt, int retries, net::Loop& loop, Trace& trace) {
  Patience patience(attempt, retries, loop, trace);
  bool listed = false;
  while (true) {
    try {
      if (!listed) attempt.list();
      listed = true;
      if (!patience.allows_after(attempt.once())) return;
    } catch (const Failure& failure) {
      if (!patience.allows_after(failure)) throw_last(failure, patience.is_listed_anew());
      listed = false;
    }
  }
}

}  // namespace occ::transfer
