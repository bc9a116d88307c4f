// The event loop: every transfer of a run, HTTP and pipes, moves whenever anyone waits here. One
// thread; nothing blocks inside a callback.
#pragma once

#include "base/trace.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
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
  // timeout, Failure{cancelled} when the stop signal is set.
  void wait_until(const std::function<bool()>& done, std::string_view whom);
  // Turns until `done` holds, or for `longest`. Throws Failure{cancelled}.
  void wait_at_most(std::chrono::milliseconds longest, const std::function<bool()>& done);
  // Lets time pass while everything else moves. Throws Failure{cancelled}.
  void sleep(std::chrono::milliseconds duration);
  // Throws Failure{cancelled} if the stop signal is set.
  void throw_if_cancelled() const;
  // After a cancel: a last `grace` in which waiting is possible again, to look where things stand.
  void begin_grace(std::chrono::milliseconds grace);

  // Something moved: bytes came or went.
  void note_activity() {
    last_activity_ = std::chrono::steady_clock::now();
    moved_ = true;
  }
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
  bool moved_ = false;                                 // in this turn
  std::chrono::steady_clock::time_point grace_end_{};  // the epoch: no grace
};

}  // namespace occ::net
