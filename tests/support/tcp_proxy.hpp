// A TCP relay in front of a server, for what a network does to people: it counts, slows down,
// stalls, cuts, and answers in the server's place. It reads HTTP only as far as finding a POST.
#pragma once

#include "support/socket.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <limits>
#include <list>
#include <memory>
#include <string>
#include <thread>

namespace occ::test {

// Where a connection breaks. Each applies to the first `times` connections that get there.
enum class CutAt : std::uint8_t {
  never,
  // The client has sent a whole push and the server has answered it in full: the client learns
  // nothing of that.
  push_response,
  // The client has sent `after_bytes` of the connection's bytes.
  upload,
  // The server has sent `after_bytes`.
  download,
};

// The longest chain of requests (HTTP/1.1, no TLS) of which each was sent when the one before had
// begun to be answered. Exact if `delay` is longer than the client takes to send what it can.
struct RoundTrips {
  std::atomic<int> serial = 0;
};

struct ProxyOptions {
  CutAt cut = CutAt::never;
  std::uint64_t after_bytes = 0;
  int times = std::numeric_limits<int>::max();
  // Bytes a second, for the sum of all connections in one direction; 0 is unlimited.
  std::uint64_t upload_rate = 0;
  std::uint64_t download_rate = 0;
  // After this many bytes from the server nothing passes any more, and nothing closes.
  std::uint64_t stall_download_after = std::numeric_limits<std::uint64_t>::max();
  // Each byte from the server whose number, counted over all connections, is a multiple of this
  // arrives with one bit flipped; 0 for none.
  std::uint64_t flip_every = 0;
  // The first `answers` requests get this whole HTTP response and never reach the server; an empty
  // one: they get none, and nothing closes. Only those that open a connection with `answered`.
  std::string answer = {};
  int answers = 0;
  std::string answered = {};  // how they begin: "POST "
  // An answer passes at the earliest so long after the end of its request, as over a long way.
  std::chrono::milliseconds delay{0};
  // The last chunk of an answer, which is empty, passes so much later than what comes before it.
  std::chrono::milliseconds end_delay{0};
  std::shared_ptr<RoundTrips> round_trips = {};  // where to count; may be shared by proxies
};

class TcpProxy {
 public:
  explicit TcpProxy(std::uint16_t server_port, ProxyOptions options = {});
  ~TcpProxy();
  TcpProxy(const TcpProxy&) = delete;
  TcpProxy& operator=(const TcpProxy&) = delete;
  TcpProxy(TcpProxy&&) = delete;
  TcpProxy& operator=(TcpProxy&&) = delete;

  [[nodiscard]] std::uint16_t port() const { return listener_.port; }
  [[nodiscard]] std::string url(std::string_view repository) const;  // http://127.0.0.1:…/…
  [[nodiscard]] std::uint64_t bytes_up() const { return bytes_up_; }
  [[nodiscard]] std::uint64_t bytes_down() const { return bytes_down_; }
  [[nodiscard]] int connections() const { return connections_; }
  [[nodiscard]] int cuts() const { return cuts_; }
  [[nodiscard]] int answers_given() const { return answers_given_; }

 private:
  struct Link;
  void run();
  void accept_client();
  // False when the link is over.
  bool move_up(Link& link);
  bool move_down(Link& link);
  bool answer_instead(Link& link, std::string_view text);
  void count_request(Link& link) const;
  void count_answer(Link& link) const;
  bool pass_down(Link& link, std::string_view text) const;
  static bool pass_end(Link& link);
  [[nodiscard]] bool is_on_its_way(const Link& link) const;
  bool cut_now(Link& link);

  ProxyOptions options_;
  std::uint16_t server_port_;
  Listener listener_;
  WakeUp stop_;
  std::atomic<std::uint64_t> bytes_up_ = 0;
  std::atomic<std::uint64_t> bytes_down_ = 0;
  std::atomic<int> connections_ = 0;
  std::atomic<int> cuts_ = 0;
  std::atomic<int> answers_given_ = 0;
  std::atomic<bool> stopping_ = false;
  std::list<Link> links_;
  std::thread thread_;
};

}  // namespace occ::test
