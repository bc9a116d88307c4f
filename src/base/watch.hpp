// When work on foreign data has to end: at a signal, or when its time is up. Whoever works through
// what a stranger sent asks every now and then, whether or not anything is waited for.
#pragma once

#include "base/failure.hpp"

#include <atomic>
#include <chrono>
#include <optional>

namespace occ {

class Watch {
 public:
  using Clock = std::chrono::steady_clock;

  Watch() = default;  // never ends anything
  // `stop_signal` is borrowed, may be null; nonzero: the run is cancelled.
  explicit Watch(const std::atomic<int>* stop_signal,
                 std::optional<Clock::time_point> end = std::nullopt)
      : stop_signal_(stop_signal), end_(end) {}

  // Throws Failure{cancelled}, or Failure{limit_exceeded} when the time is up.
  void check() const {
    if (stop_signal_ != nullptr && stop_signal_->load() != 0) {
      throw Failure(FailureCode::cancelled, "a signal asked the run to stop");
    }
    if (end_ && Clock::now() > *end_) {
      throw Failure(FailureCode::limit_exceeded, "it takes longer than it may");
    }
  }

 private:
  const std::atomic<int>* stop_signal_ = nullptr;
  std::optional<Clock::time_point> end_;
};

}  // namespace occ
