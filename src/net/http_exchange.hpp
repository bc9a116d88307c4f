// One HTTP request and its answer, streaming both ways. Knows libcurl and HTTP's form; what a
// status means is told by the caller.
#pragma once

#include "base/agent.hpp"
#include "base/secret.hpp"
#include "net/loop.hpp"
#include "net/stream.hpp"

#include <chrono>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace occ::net {

// Where the roots of trust come from; empty paths are not used. Verification is never off.
struct TlsTrust {
  std::string ca_file;        // SSL_CERT_FILE: instead of the system's roots
  std::string extra_ca_file;  // NODE_EXTRA_CA_CERTS: beside them
  std::string fallback_file;  // the launcher's roots, if the system has none
};

struct HttpRequest {
  enum class Body { none, whole, streamed };

  std::string method = "GET";
  std::string url;  // never with credentials in it
  std::vector<std::string> headers;
  std::string_view user_agent = kAgent;  // borrowed for the constructor's time
  Secret authorization;                  // the value of the header; empty: none
  Body body_kind = Body::none;
  std::string body;                     // if whole
  std::optional<std::uint64_t> length;  // of a streamed body; without it, chunked
  // Over TLS, rather waits whether a connection to the same server that is being opened will carry
  // this request too (HTTP/2) than opens another one.
  bool share_connection = false;
  // Never sent again by the HTTP library when a connection dies: the caller finds out what
  // happened.
  bool send_once = false;
  std::chrono::milliseconds connect_timeout{30'000};
  std::chrono::milliseconds longest{0};  // for all of it, however much moves; 0: no end
};

struct HttpHead {
  long status = 0;
  std::string content_type;  // lower case, without parameters
  std::string location;
  std::string link;                         // raw (RFC 8288)
  std::string retry_after;                  // raw
  std::string rate_limit_remaining;         // GitHub's x-ratelimit-remaining, raw
  std::string rate_limit_reset;             // GitHub's x-ratelimit-reset, raw
  std::optional<std::string> oauth_scopes;  // GitHub's x-oauth-scopes, raw; may be there and empty
  std::string request_id;                   // GitHub's x-github-request-id, raw
  std::string storage_error;                // Azure's x-ms-error-code, raw
};

class HttpExchange final : public Stream {
 public:
  // Starts at once. `loop`, `trust` and `traffic` are borrowed and must outlive the exchange.
  HttpExchange(Loop& loop, HttpRequest request, const TlsTrust& trust, Traffic& traffic);
  ~HttpExchange() override;
  HttpExchange(const HttpExchange&) = delete;
  HttpExchange& operator=(const HttpExchange&) = delete;

  // Waits for the answer's status and headers. Throws Failure if there is no answer.
  [[nodiscard]] const HttpHead& head();
  // Everything that is left of the answer, at most `limit` bytes of it.
  [[nodiscard]] std::string read_all(std::size_t limit);

  // The answer is whole, whether or not the request is.
  [[nodiscard]] bool has_ended() const { return done_; }
  // The connection has taken the whole request.
  [[nodiscard]] bool has_left() const {
    return writing_finished_ && sent_ > 0 && outbox_used_ == outbox_.size();
  }

  Bytes read() override;
  void write(Bytes bytes) override;
  void finish_writing() override;

  // For the loop: the transfer ended with this CURLcode.
  void on_done(int curl_code);

 private:
  struct Handles;

  void configure_body();
  void configure_trust(const TlsTrust& trust);
  void resume();
  void throw_if_failed();
  std::size_t on_received(Bytes bytes);
  std::size_t on_send(char* buffer, std::size_t room);
  [[nodiscard]] bool on_header(std::string_view line);  // false: no more of this
  [[nodiscard]] bool are_headers_too_large(int curl_code) const;
  [[nodiscard]] std::string host() const;

  static std::size_t write_callback(char* data, std::size_t size, std::size_t count,
                                    void* self) noexcept;
  static std::size_t read_callback(char* buffer, std::size_t size, std::size_t count,
                                   void* self) noexcept;
  static std::size_t header_callback(char* data, std::size_t size, std::size_t count,
                                     void* self) noexcept;
  static int seek_callback(void* self, std::int64_t offset, int origin) noexcept;

  Loop& loop_;
  HttpRequest request_;
  Traffic& traffic_;
  std::unique_ptr<Handles> handles_;
  HttpHead head_;
  std::size_t header_bytes_ = 0;
  bool headers_ended_ = false;  // the empty line behind them came
  bool head_complete_ = false;
  bool done_ = false;
  int curl_code_ = 0;
  std::string trust_blob_;

  std::vector<std::byte> inbox_;    // received, not yet read
  std::vector<std::byte> reading_;  // lent to the reader
  bool receive_paused_ = false;

  std::vector<std::byte> outbox_;  // to be sent, from outbox_used_ on
  std::size_t outbox_used_ = 0;
  std::uint64_t sent_ = 0;
  bool writing_finished_ = false;
  bool send_paused_ = false;
};

}  // namespace occ::net
