// An HTTP server that says what a test tells it to, for answers that no real Git server would
// give, and for seeing exactly what a client sends. One request a connection, one after the other.
#pragma once

#include "support/socket.hpp"

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace occ::test {

struct CannedRequest {
  std::string method;
  std::string target;                          // path and query
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;                            // as sent; chunked framing not removed
};

struct CannedResponse {
  int status = 200;
  std::map<std::string, std::string> headers = {};
  std::string body = {};
  // Comes after the body again and again, at this pace, until the client leaves; then the answer
  // has no length.
  std::string drip = {};
  std::chrono::milliseconds pace{100};
};

class CannedServer {
 public:
  using Handler = std::function<CannedResponse(const CannedRequest&)>;
  explicit CannedServer(Handler handler);
  ~CannedServer();
  CannedServer(const CannedServer&) = delete;
  CannedServer& operator=(const CannedServer&) = delete;
  CannedServer(CannedServer&&) = delete;
  CannedServer& operator=(CannedServer&&) = delete;

  [[nodiscard]] std::uint16_t port() const { return listener_.port; }
  [[nodiscard]] std::string origin() const;
  [[nodiscard]] std::vector<CannedRequest> requests() const;

 private:
  void run();
  void serve(int socket);

  Handler handler_;
  Listener listener_;
  WakeUp stop_;
  mutable std::mutex mutex_;
  std::vector<CannedRequest> requests_;
  std::thread thread_;
};

// Sends everybody on to `origin`, path and query kept.
[[nodiscard]] CannedServer::Handler redirect_to(std::string origin);

// One pkt-line (gitprotocol-common).
[[nodiscard]] std::string packet(std::string_view payload);

}  // namespace occ::test
