#include "support/tcp_proxy.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <poll.h>
#include <sys/socket.h>
#include <utility>
#include <vector>

namespace occ::test {

namespace {

constexpr std::size_t kPiece = 65536;
using Clock = std::chrono::steady_clock;

// How much may pass now, given that `passed` bytes have since `start`.
std::uint64_t allowance(std::uint64_t rate, std::uint64_t passed, Clock::time_point start) {
  if (rate == 0) return kPiece;
  const auto elapsed = std::chrono::duration<double>(Clock::now() - start).count();
  const auto budget = static_cast<std::uint64_t>(elapsed * static_cast<double>(rate));
  return budget > passed ? std::min<std::uint64_t>(budget - passed, kPiece) : 0;
}

// Whether `text`, a response from its beginning, has come to its end.
bool is_whole_response(const std::string& text) {
  const auto end_of_head = text.find("\r\n\r\n");
  if (end_of_head == std::string::npos) return false;
  const std::string head = text.substr(0, end_of_head);
  const auto length = head.find("Content-Length: ");
  if (length == std::string::npos) return text.ends_with("\r\n0\r\n\r\n");
  return text.size() - end_of_head - 4 >= std::stoul(head.substr(length + 16));
}

}  // namespace

struct TcpProxy::Link {
  Fd client;
  Fd server;
  Clock::time_point start = Clock::now();
  std::uint64_t up = 0;
  std::uint64_t down = 0;
  std::string head;  // the client's last bytes, to find a request line across two reads
  bool push_sent = false;
  std::string withheld;  // of the answer to a push
  bool client_done = false;
  bool is_answered_here = false;
  Clock::time_point last_up{};
  std::string end;  // of an answer, held back until end_at
  Clock::time_point end_at{};
  int trip = 0;  // of the request that is under way; 0: none is
};

TcpProxy::TcpProxy(std::uint16_t server_port, ProxyOptions options)
    : options_(std::move(options)), server_port_(server_port), listener_(listen_on_loopback()) {
  thread_ = std::thread([this] { run(); });
}

TcpProxy::~TcpProxy() {
  stopping_ = true;
  stop_.wake();
  thread_.join();
}

std::string TcpProxy::url(std::string_view repository) const {
  return "http://127.0.0.1:" + std::to_string(port()) + "/" + std::string(repository);
}

void TcpProxy::run() {
  while (!stopping_) {
    std::vector<pollfd> waiting{{stop_.fd(), POLLIN, 0}, {listener_.socket.get(), POLLIN, 0}};
    bool throttled = false;
    for (const Link& link : links_) {
      const bool up = !link.client_done && allowance(options_.upload_rate, link.up, link.start) > 0;
      const bool down = !is_on_its_way(link) && link.down < options_.stall_download_after &&
                        allowance(options_.download_rate, link.down, link.start) > 0;
      throttled = throttled || !up || !down || !link.end.empty();
      waiting.push_back({up ? link.client.get() : -1, POLLIN, 0});
      waiting.push_back({down ? link.server.get() : -1, POLLIN, 0});
    }
    ::poll(waiting.data(), waiting.size(), throttled ? 5 : -1);
    std::size_t at = 2;
    for (auto link = links_.begin(); link != links_.end(); at += 2) {
      const bool goes_on = (waiting[at].revents == 0 || move_up(*link)) && pass_end(*link) &&
                           (waiting[at + 1].revents == 0 || move_down(*link));
      link = goes_on ? std::next(link) : links_.erase(link);
    }
    if ((waiting[1].revents & POLLIN) != 0) accept_client();
  }
}

void TcpProxy::accept_client() {
  Link link;
  link.client.reset(::accept4(listener_.socket.get(), nullptr, nullptr, SOCK_CLOEXEC));
  if (!link.client.is_open()) return;
  ++connections_;
  link.server = connect_to_loopback(server_port_);
  links_.push_back(std::move(link));
}

bool TcpProxy::is_on_its_way(const Link& link) const {
  return options_.delay.count() > 0 && Clock::now() < link.last_up + options_.delay;
}

void TcpProxy::count_request(Link& link) const {
  link.last_up = Clock::now();
  if (options_.round_trips && link.trip == 0) link.trip = options_.round_trips->serial + 1;
}

void TcpProxy::count_answer(Link& link) const {
  if (link.trip == 0) return;
  auto& serial = options_.round_trips->serial;
  for (int longest = serial; longest < link.trip;) {
    if (serial.compare_exchange_weak(longest, link.trip)) break;
  }
  link.trip = 0;
}

bool TcpProxy::answer_instead(Link& link, std::string_view text) {
  link.head.append(text);
  if (!link.is_answered_here) ++answers_given_;
  link.is_answered_here = true;
  if (options_.answer.empty() || link.head.find("\r\n\r\n") == std::string::npos) return true;
  send_all(link.client.get(), options_.answer);
  ::shutdown(link.client.get(), SHUT_WR);
  return false;
}

bool TcpProxy::cut_now(Link& link) {
  if (cuts_ >= options_.times) return false;
  ++cuts_;
  reset_on_close(link.client.get());
  return true;
}

bool TcpProxy::move_up(Link& link) {
  std::array<char, kPiece> piece;
  const auto most = allowance(options_.upload_rate, link.up, link.start);
  if (most == 0) return true;
  const ssize_t n = ::recv(link.client.get(), piece.data(), most, 0);
  if (n == 0) {
    link.client_done = true;
    ::shutdown(link.server.get(), SHUT_WR);
    return true;
  }
  if (n < 0) return false;
  const std::string_view text(piece.data(), static_cast<std::size_t>(n));
  if (link.is_answered_here ||
      (link.up == 0 && answers_given_ < options_.answers && text.starts_with(options_.answered))) {
    return answer_instead(link, text);
  }
  count_request(link);
  link.up += text.size();
  bytes_up_ += text.size();
  link.head.append(text);
  const auto request = link.head.find("POST ");
  if (request != std::string::npos &&
      link.head.substr(request, 400).find("/git-receive-pack HTTP/") != std::string::npos) {
    link.push_sent = true;
  }
  if (link.head.size() > 1000) link.head.erase(0, link.head.size() - 500);
  if (options_.cut == CutAt::upload && link.up >= options_.after_bytes && cut_now(link)) {
    return false;
  }
  return send_all(link.server.get(), text);
}

bool TcpProxy::move_down(Link& link) {
  std::array<char, kPiece> piece;
  const auto most = std::min(allowance(options_.download_rate, link.down, link.start),
                             options_.stall_download_after - link.down);
  if (most == 0) return true;
  const ssize_t n = ::recv(link.server.get(), piece.data(), most, 0);
  if (n <= 0) return false;
  const std::string_view text(piece.data(), static_cast<std::size_t>(n));
  if (options_.cut == CutAt::push_response && link.push_sent && cuts_ < options_.times) {
    link.withheld.append(text);
    return !is_whole_response(link.withheld) || !cut_now(link);
  }
  count_answer(link);
  for (std::size_t i = 0; options_.flip_every != 0 && i < text.size(); ++i) {
    if ((bytes_down_ + i + 1) % options_.flip_every == 0) piece[i] ^= 1;
  }
  link.down += text.size();
  bytes_down_ += text.size();
  if (options_.cut == CutAt::download && link.down >= options_.after_bytes && cut_now(link)) {
    return false;
  }
  return pass_down(link, text);
}

bool TcpProxy::pass_down(Link& link, std::string_view text) const {
  constexpr std::string_view kEnd = "0\r\n\r\n";
  if (options_.end_delay.count() > 0 && text.ends_with(kEnd)) {
    link.end = kEnd;
    link.end_at = Clock::now() + options_.end_delay;
    text.remove_suffix(kEnd.size());
  }
  return send_all(link.client.get(), text);
}

bool TcpProxy::pass_end(Link& link) {
  if (link.end.empty() || Clock::now() < link.end_at) return true;
  return send_all(link.client.get(), std::exchange(link.end, {}));
}

}  // namespace occ::test
