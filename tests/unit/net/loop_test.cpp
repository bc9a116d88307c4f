#include "net/loop.hpp"

#include "base/bytes.hpp"
#include "net/http_exchange.hpp"
#include "support/socket.hpp"

#include <gtest/gtest.h>

#include <algorithm>
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

}  // namespace
}  // namespace occ::net
