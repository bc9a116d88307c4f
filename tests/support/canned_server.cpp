#include "support/canned_server.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <optional>
#include <poll.h>
#include <sstream>
#include <sys/socket.h>

namespace occ::test {

namespace {

constexpr int kPatienceMs = 3000;

// False when the client has gone or says nothing for too long.
bool read_more(int socket, std::string& into) {
  pollfd ready{socket, POLLIN, 0};
  if (::poll(&ready, 1, kPatienceMs) <= 0) return false;
  std::array<char, 16384> piece;
  const ssize_t n = ::recv(socket, piece.data(), piece.size(), 0);
  if (n <= 0) return false;
  into.append(piece.data(), static_cast<std::size_t>(n));
  return true;
}

CannedRequest parse_head(const std::string& head) {
  CannedRequest request;
  std::istringstream lines(head);
  lines >> request.method >> request.target;
  std::string line;
  std::getline(lines, line);
  while (std::getline(lines, line) && line.size() > 1) {
    const auto colon = line.find(':');
    if (colon == std::string::npos) continue;
    std::string name = line.substr(0, colon);
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    std::string value = line.substr(colon + 1);
    value.erase(0, value.find_first_not_of(' '));
    while (!value.empty() && (value.back() == '\r' || value.back() == ' ')) value.pop_back();
    request.headers[name] = value;
  }
  return request;
}

bool is_whole(const CannedRequest& request) {
  if (request.headers.contains("transfer-encoding")) {
    return request.body.ends_with("0\r\n\r\n");
  }
  const auto length = request.headers.find("content-length");
  return length == request.headers.end() || request.body.size() >= std::stoul(length->second);
}

std::optional<CannedRequest> read_request(int socket) {
  std::string text;
  while (text.find("\r\n\r\n") == std::string::npos) {
    if (!read_more(socket, text)) return std::nullopt;
  }
  const auto end = text.find("\r\n\r\n") + 4;
  CannedRequest request = parse_head(text.substr(0, end));
  request.body = text.substr(end);
  while (!is_whole(request)) {
    if (!read_more(socket, request.body)) return std::nullopt;
  }
  return request;
}

}  // namespace

CannedServer::CannedServer(Handler handler)
    : handler_(std::move(handler)), listener_(listen_on_loopback()) {
  thread_ = std::thread([this] { run(); });
}

CannedServer::~CannedServer() {
  stop_.wake();
  thread_.join();
}

std::string CannedServer::origin() const {
  return "http://127.0.0.1:" + std::to_string(port());
}

std::vector<CannedRequest> CannedServer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

void CannedServer::run() {
  for (;;) {
    std::array<pollfd, 2> waiting{{{stop_.fd(), POLLIN, 0}, {listener_.socket.get(), POLLIN, 0}}};
    ::poll(waiting.data(), waiting.size(), -1);
    if (waiting[0].revents != 0) return;
    const Fd client(::accept4(listener_.socket.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (client.is_open()) serve(client.get());
  }
}

void CannedServer::serve(int socket) {
  const auto request = read_request(socket);
  if (!request) return;
  {
    const std::lock_guard lock(mutex_);
    requests_.push_back(*request);
  }
  const CannedResponse response = handler_(*request);
  std::ostringstream text;
  text << "HTTP/1.1 " << response.status << " So be it\r\n";
  for (const auto& [name, value] : response.headers) text << name << ": " << value << "\r\n";
  if (response.drip.empty()) text << "Content-Length: " << response.body.size() << "\r\n";
  text << "Connection: close\r\n\r\n" << response.body;
  bool is_heard = send_all(socket, text.str());
  while (is_heard && !response.drip.empty()) {
    pollfd stop{stop_.fd(), POLLIN, 0};
    if (::poll(&stop, 1, static_cast<int>(response.pace.count())) != 0) return;
    is_heard = send_all(socket, response.drip);
  }
}

CannedServer::Handler redirect_to(std::string origin) {
  return [origin = std::move(origin)](const CannedRequest& request) {
    return CannedResponse{.status = 301, .headers = {{"Location", origin + request.target}}};
  };
}

std::string packet(std::string_view payload) {
  std::array<char, 5> length;
  std::snprintf(length.data(), length.size(), "%04zx", payload.size() + 4);
  return length.data() + std::string(payload);
}

}  // namespace occ::test
