// The event loop: every transfer of a run, HTTP and pipes, moves whenever anyone waits here. One
// thread; nothing blocks inside a callback.
#pragma once

#include "base/trace.hpp"
#include "base/watch.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace occ::net {

struct LoopOptions {
  std::chrono::milliseconds stall_timeout{300'000};  // nothing moved at all for so long
  const std::atomic<int>* stop_signal = nullptr;     // borrowed; nonzero: the run is cancelled
};

// A file descriptor that wants to hear of its readiness.
class Pollable {
 public:
  virtual ~Pollable() = default;
  [[nodiscard]] virtual int descriptor() const = 0;  // -1: not now
  [[nodiscard]] virtual bool wants_to_read() const = 0;
  [[nodiscard]] virtual bool wants_to_write() const = 0;
  virtual void on_ready() = 0;
};

class Loop {
 public:
  explicit Loop(LoopOptions options);
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  // Turns until `done` holds. Throws Failure{timeout} naming `whom` if nothing moved for the stall
  // timeout, or something did without end (limits::kTimesPatient), Failure{cancelled} when the stop
  // signal is set, and Failure{limit_exceeded} at the end of a Limit.
  void wait_until(const std::function<bool()>& done, std::string_view whom);
  // Turns until `done` holds, or for `longest`. Throws Failure{cancelled}.
  void wait_at_most(std::chrono::milliseconds longest, const std::function<bool()>& done);
  // Lets time pass while everything else moves. Throws Failure{cancelled}.
  void sleep(std::chrono::milliseconds duration);
  // Throws Failure{cancelled} if the stop signal is set, Failure{limit_exceeded} at the end of a
  // Limit. For whoever is busy without waiting.
  void check() const;
  // For work of at most `duration` from now on that does not come by here.
  [[nodiscard]] Watch watch_for(std::chrono::milliseconds duration) const;
  // After a cancel: a last `grace` in which waiting is possible again, to look where things stand.
  void begin_grace(std::chrono::milliseconds grace);

  // Something moved: bytes came or went.
  void note_activity() {
    last_activity_ = std::chrono::steady_clock::now();
    moved_ = true;
  }

  // While it lives, all that goes on here ends after `duration`: waits throw.
  class Limit {
   public:
    Limit(Loop& loop, std::chrono::milliseconds duration);
    ~Limit() { loop_.end_ = before_; }
    Limit(const Limit&) = delete;
    Limit& operator=(const Limit&) = delete;

   private:
    Loop& loop_;
    std::optional<std::chrono::steady_clock::time_point> before_;
  };

  void add(Pollable* pollable);  // borrowed until remove()
  void remove(Pollable* pollable);

  // The libcurl multi handle, for the files of this room that include <curl/curl.h>.
  [[nodiscard]] void* multi() const;

 private:
  struct Multi;

  // Waits up to `longest` for something to move, unless it already did.
  void turn(std::chrono::milliseconds longest);

  LoopOptions options_;
  std::unique_ptr<Multi> multi_;
  std::vector<Pollable*> pollables_;
  std::chrono::steady_clock::time_point last_activity_ = std::chrono::steady_clock::now();
  bool moved_ = false;                                        // in this turn
  std::optional<std::chrono::steady_clock::time_point> end_;  // of a Limit
  std::chrono::steady_clock::time_point grace_end_{};         // the epoch: no grace
};

}  // namespace occ::net
