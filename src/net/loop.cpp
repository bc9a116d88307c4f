#include "net/loop.hpp"

#include "base/failure.hpp"
#include "base/limits.hpp"
#include "net/curl_handles.hpp"
#include "net/http_exchange.hpp"

#include <algorithm>
#include <string>

namespace occ::net {
namespace {

constexpr std::chrono::milliseconds kLongestTurn{100};  // so that a cancel is seen soon

// libcurl wants one global start before any handle and has no use for an end.
void start_curl_once() {
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (started != CURLE_OK) throw Failure(FailureCode::internal_error, "libcurl could not start");
}

}  // namespace

struct Loop::Multi {
  Multi() {
    start_curl_once();
    handle = curl_multi_init();
    if (handle == nullptr) throw Failure(FailureCode::internal_error, "libcurl could not start");
  }
  ~Multi() { curl_multi_cleanup(handle); }
  Multi(const Multi&) = delete;
  Multi& operator=(const Multi&) = delete;

  CURLM* handle = nullptr;
};

Loop::Loop(LoopOptions options) : options_(options), multi_(std::make_unique<Multi>()) {}
Loop::~Loop() = default;

void* Loop::multi() const {
  return multi_->handle;
}

void Loop::add(Pollable* pollable) {
  pollables_.push_back(pollable);
}
void Loop::remove(Pollable* pollable) {
  std::erase(pollables_, pollable);
}

void Loop::check() const {
  const bool in_grace = std::chrono::steady_clock::now() <= grace_end_;
  Watch(in_grace ? nullptr : options_.stop_signal, end_).check();
}

Watch Loop::watch_for(std::chrono::milliseconds duration) const {
  const auto end = std::chrono::steady_clock::now() + duration;
  return Watch(options_.stop_signal, end_ ? std::min(*end_, end) : end);
}

Loop::Limit::Limit(Loop& loop, std::chrono::milliseconds duration)
    : loop_(loop), before_(loop.end_) {
  const auto end = std::chrono::steady_clock::now() + duration;
  loop.end_ = before_ ? std::min(*before_, end) : end;
}

void Loop::begin_grace(std::chrono::milliseconds grace) {
  grace_end_ = std::chrono::steady_clock::now() + grace;
}

void Loop::wait_until(const std::function<bool()>& done, std::string_view whom) {
  note_activity();
  const auto start = last_activity_;
  const auto patience = options_.stall_timeout * limits::kTimesPatient;
  const auto fail = [&](const char* what, std::chrono::milliseconds duration) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(duration).count();
    throw Failure(FailureCode::timeout, what + std::to_string(seconds) + " s while waiting for '" +
                                            std::string(whom) + "'");
  };
  while (!done()) {
    check();
    turn(kLongestTurn);
    const auto now = std::chrono::steady_clock::now();
    if (now - last_activity_ > options_.stall_timeout) {
      fail("nothing moved for ", options_.stall_timeout);
    }
    if (now - start > patience) fail("nothing of use came for ", patience);
  }
}

void Loop::wait_at_most(std::chrono::milliseconds longest, const std::function<bool()>& done) {
  const auto end = std::chrono::steady_clock::now() + longest;
  for (auto now = std::chrono::steady_clock::now(); now < end && !done();
       now = std::chrono::steady_clock::now()) {
    check();
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - now);
    turn(std::min(kLongestTurn, left + std::chrono::milliseconds(1)));
  }
}

void Loop::sleep(std::chrono::milliseconds duration) {
  wait_at_most(duration, [] { return false; });
}

void Loop::turn(std::chrono::milliseconds longest) {
  CURLM* multi = multi_->handle;
  moved_ = false;
  int running = 0;
  curl_multi_perform(multi, &running);
  int queued = 0;
  bool ended = false;
  while (const CURLMsg* message = curl_multi_info_read(multi, &queued)) {
    if (message->msg != CURLMSG_DONE) continue;
    char* owner = nullptr;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &owner);
    reinterpret_cast<HttpExchange*>(owner)->on_done(static_cast<int>(message->data.result));
    note_activity();
    ended = true;
  }
  if (ended) return;

  std::vector<curl_waitfd> waits;
  std::vector<Pollable*> waiting;
  for (Pollable* pollable : pollables_) {
    const int events = (pollable->wants_to_read() ? CURL_WAIT_POLLIN : 0) |
                       (pollable->wants_to_write() ? CURL_WAIT_POLLOUT : 0);
    if (events == 0 || pollable->descriptor() < 0) continue;
    waits.push_back(
        {static_cast<curl_socket_t>(pollable->descriptor()), static_cast<short>(events), 0});
    waiting.push_back(pollable);
  }
  // What has come may be all that the caller waits for, and a stream that is paused wakes nobody.
  const auto wait = moved_ ? std::chrono::milliseconds(0) : longest;
  curl_multi_poll(multi, waits.data(), static_cast<unsigned>(waits.size()),
                  static_cast<int>(wait.count()), nullptr);
  for (std::size_t i = 0; i < waits.size(); ++i) {
    if (waits[i].revents != 0) waiting[i]->on_ready();
  }
}

}  // namespace occ::net
