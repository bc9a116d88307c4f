#include "net/loop.hpp"

#include "base/bytes.hpp"
#include "net/http_exchange.hpp"
#include "samples.hpp"
#include "support/canned_server.hpp"
#include "support/socket.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <string>
#include <sys/socket.h>
#include <utility>

namespace occ::net {
namespace {

using std::chrono::milliseconds;

// How long it takes to read the first bytes of an answer that is there and does not go on.
milliseconds time_of_first_read() {
  const test::Listener listener = test::listen_on_loopback();
  Loop loop({});
  const TlsTrust trust;
  Traffic traffic;
  HttpRequest request;
  request.url = "http://127.0.0.1:" + std::to_string(listener.port) + "/";
  HttpExchange exchange(loop, std::move(request), trust, traffic);
  loop.sleep(milliseconds(20));
  const test::Fd client(::accept(listener.socket.get(), nullptr, nullptr));
  test::send_all(client.get(), "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nthe first");
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(as_text(exchange.read()), "the first");
  return std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - start);
}

TEST(Loop, HandsOverWhatHasComeWithoutWaitingForMore) {
  milliseconds shortest{1000};
  for (int attempt = 0; attempt < 5; ++attempt) {
    shortest = std::min(shortest, time_of_first_read());
  }
  EXPECT_LT(shortest, milliseconds(60));
}

// How reading an answer ends that begins, and goes on with a byte every 20 ms.
FailureCode end_of_reading(LoopOptions options, milliseconds longest, milliseconds limit) {
  test::CannedServer server([](const test::CannedRequest&) {
    return test::CannedResponse{.drip = "x", .pace = milliseconds(20)};
  });
  Loop loop(options);
  const TlsTrust trust;
  Traffic traffic;
  HttpRequest request;
  request.url = server.origin();
  request.longest = longest;
  HttpExchange exchange(loop, std::move(request), trust, traffic);
  const Loop::Limit end(loop, limit);
  const auto failed = test::failure_of([&] {
    while (!exchange.read().empty()) {
    }
  });
  return failed.value_or(FailureCode::internal_error);
}

TEST(Loop, EndsAnAnswerThatDripsWithoutEnd) {
  constexpr milliseconds kHour = std::chrono::hours(1);
  EXPECT_EQ(end_of_reading({}, milliseconds(300), kHour), FailureCode::timeout);
  EXPECT_EQ(end_of_reading({}, milliseconds(0), milliseconds(300)), FailureCode::limit_exceeded);
}

TEST(Loop, EndsAWaitInWhichOnlyOtherThingsMove) {
  Loop loop({milliseconds(20), nullptr});
  const auto failed = test::failure_of([&] {
    loop.wait_until(
        [&] {
          loop.note_activity();
          return false;
        },
        "nobody");
  });
  EXPECT_EQ(failed, FailureCode::timeout);
}

TEST(Loop, HearsASignalThoughThereIsAlwaysSomethingToRead) {
  std::atomic<int> signal{0};
  test::CannedServer server([](const test::CannedRequest&) {
    return test::CannedResponse{.body = std::string(5'000'000, 'x')};
  });
  Loop loop({milliseconds(10'000), &signal});
  const TlsTrust trust;
  Traffic traffic;
  HttpRequest request;
  request.url = server.origin();
  HttpExchange exchange(loop, std::move(request), trust, traffic);
  EXPECT_FALSE(exchange.read().empty());
  signal = 15;
  EXPECT_EQ(test::failure_of([&] { static_cast<void>(exchange.read()); }), FailureCode::cancelled);
}

TEST(Loop, LimitsOneInAnotherByTheEarlierEnd) {
  Loop loop({});
  {
    const Loop::Limit outer(loop, milliseconds(0));
    const Loop::Limit inner(loop, std::chrono::hours(1));
    EXPECT_EQ(test::failure_of([&] { loop.sleep(milliseconds(50)); }), FailureCode::limit_exceeded);
  }
  EXPECT_EQ(test::failure_of([&] { loop.sleep(milliseconds(5)); }), std::nullopt);
}

}  // namespace
}  // namespace occ::net
