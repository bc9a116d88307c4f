#include "sync/patience.hpp"

#include "base/backoff.hpp"
#include "transfer/refusal.hpp"

#include <chrono>

namespace occ::sync {
namespace {

using transfer::Step;
using transfer::tells_of_rewritten_ref;

constexpr int kMostReplans = 3;   // after a lost lease, of either side
constexpr int kMostPushes = 200;  // of parts of one plan, and after refusals: see lessons.hpp
constexpr int kMostLeftOut = 32;  // times that refs are left out, each after two refusals
constexpr std::chrono::minutes kLongestRetryAfter{10};

}  // namespace

bool Patience::allows_after(Step step) {
  if (step == Step::finished) return false;
  if (step == Step::plan_again_at_once) return ++pushes_ <= kMostPushes;
  return allows_replan("the target moved while we pushed");
}

bool Patience::has_seen_enough_of(const Failure& failure) {
  if (!tells_of_rewritten_ref(failure.what())) {
    return left_out_ < kMostLeftOut && !allows_retry(failure);
  }
  is_listed_anew_ = refused_before_ == failure.what();
  refused_before_ = failure.what();
  return left_out_ < kMostLeftOut && is_listed_anew_;
}

void Patience::begin_without(const Failure& failure) {
  ++left_out_;
  replans_ = 0;
  trace_.notice(failure.what() + std::string("; going on without what is to blame"));
}

bool Patience::allows_after(const Failure& failure) {
  const std::string what = failure.what();
  if (tells_of_rewritten_ref(what)) {
    return allows_replan(what + (is_listed_anew_ ? ": it is listed there all the same"
                                                 : ": it was rewritten since it was listed"));
  }
  if (!allows_retry(failure)) return false;
  const auto wait = failure.retry_after() ? std::chrono::milliseconds(*failure.retry_after())
                                          : Backoff{}.wait(failures_, random_);
  ++failures_;
  trace_.notice(what + "; trying again in " + std::to_string(wait.count() / 1000 + 1) + " s (" +
                std::to_string(failures_) + " of " + std::to_string(retries_) + ")");
  loop_.sleep(wait);
  return true;
}

void Patience::give_up(const Failure& failure) const {
  if (!tells_of_rewritten_ref(failure.what())) throw Failure(failure);
  if (is_listed_anew_) {
    Failure damaged(FailureCode::repository_damaged,
                    failure.what() + std::string(": it is listed there each time all the same"));
    if (failure.peer()) damaged.with_peer(*failure.peer());
    throw Failure(damaged);
  }
  throw Failure(FailureCode::lease_lost,
                failure.what() + std::string(": it was rewritten each time after it was listed"));
}

bool Patience::allows_retry(const Failure& failure) const {
  const auto asked = failure.retry_after();
  return failure.retry_may_help() && failures_ < retries_ &&
         (!asked || *asked <= kLongestRetryAfter);
}

bool Patience::allows_replan(const std::string& why) {
  if (replans_ == kMostReplans) return false;
  ++replans_;
  trace_.notice(why + "; planning again (" + std::to_string(replans_) + " of " +
                std::to_string(kMostReplans) + ")");
  loop_.sleep(Backoff{std::chrono::milliseconds(300)}.wait(replans_, random_));
  return true;
}

}  // namespace occ::sync
