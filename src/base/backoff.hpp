// How long to wait before another try: exponential with jitter. Pure; the caller sleeps.
#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>
#include <random>

namespace occ {

struct Backoff {
  std::chrono::milliseconds first{1000};
  std::chrono::milliseconds longest{30'000};

  // For try number `attempt` (0 is the first repetition): a random time in [half, whole] of
  // first · 2^attempt, at most `longest`.
  template <typename Random>
  [[nodiscard]] std::chrono::milliseconds wait(int attempt, Random& random) const {
    const double whole = std::min(static_cast<double>(longest.count()),
                                  static_cast<double>(first.count()) * std::pow(2.0, attempt));
    std::uniform_real_distribution<double> spread(whole / 2, whole);
    return std::chrono::milliseconds(static_cast<std::int64_t>(spread(random)));
  }
};

}  // namespace occ
