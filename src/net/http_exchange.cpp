#include "net/http_exchange.hpp"

#include "base/agent.hpp"
#include "base/ascii.hpp"
#include "base/failure.hpp"
#include "base/untrusted.hpp"
#include "net/ca_bundle.hpp"
#include "net/curl_failure.hpp"
#include "net/curl_handles.hpp"
#include "net/url.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstring>

namespace occ::net {
namespace {

constexpr long kReceiveBuffer = 64L << 10U;
constexpr long kSendBuffer = 128L << 10U;
constexpr std::size_t kHeaderLimit = 256U << 10U;  // bytes of all; libcurl's own is a bit higher

bool header_is(std::string_view line, std::string_view name) {
  return ascii_starts_with(line, name) && line.substr(name.size()).starts_with(':');
}

std::string header_value(std::string_view line) {
  line.remove_prefix(line.find(':') + 1);
  while (!line.empty() && (line.front() == ' ' || line.front() == '\t')) line.remove_prefix(1);
  while (!line.empty() && std::isspace(static_cast<unsigned char>(line.back())) != 0) {
    line.remove_suffix(1);
  }
  return std::string(line);
}

}  // namespace

struct HttpExchange::Handles {
  std::array<char, CURL_ERROR_SIZE> error{};  // before the handle, which writes to it to its end
  EasyHandle easy{curl_easy_init()};
  HeaderList headers;
  CURLM* multi = nullptr;

  void add_header(const std::string& line) {
    curl_slist* longer = curl_slist_append(headers.get(), line.c_str());
    if (longer == nullptr) throw Failure(FailureCode::internal_error, "out of memory");
    static_cast<void>(headers.release());
    headers.reset(longer);
  }
};

HttpExchange::HttpExchange(Loop& loop, HttpRequest request, const TlsTrust& trust, Traffic& traffic)
    : loop_(loop),
      request_(std::move(request)),
      traffic_(traffic),
      handles_(std::make_unique<Handles>()) {
  CURL* easy = handles_->easy.get();
  if (easy == nullptr) throw Failure(FailureCode::internal_error, "libcurl made no handle");
  curl_easy_setopt(easy, CURLOPT_URL, request_.url.c_str());
  curl_easy_setopt(easy, CURLOPT_PRIVATE, this);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, handles_->error.data());
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);  // a proxy's, not the server's
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2TLS);
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(request_.connect_timeout.count()));
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(request_.longest.count()));
  const bool wait = request_.share_connection && request_.url.starts_with("https:");
  curl_easy_setopt(easy, CURLOPT_PIPEWAIT, wait ? 1L : 0L);
  curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, kReceiveBuffer);
  curl_easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, kSendBuffer);
  curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "");
  curl_easy_setopt(easy, CURLOPT_USERAGENT, std::string(request_.user_agent).c_str());
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &HttpExchange::write_callback);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &HttpExchange::header_callback);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, this);
  configure_trust(trust);
  for (const std::string& header : request_.headers) handles_->add_header(header);
  handles_->add_header("Expect:");  // no waiting for "100 Continue" (SERVERS 17)
  if (!request_.authorization.empty()) {
    handles_->add_header("Authorization: " + request_.authorization.reveal());
  }
  configure_body();
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, handles_->headers.get());

  handles_->multi = static_cast<CURLM*>(loop_.multi());
  if (curl_multi_add_handle(handles_->multi, easy) != CURLM_OK) {
    throw Failure(FailureCode::internal_error, "libcurl did not take the request");
  }
  ++traffic_.requests;
}

HttpExchange::~HttpExchange() {
  curl_multi_remove_handle(handles_->multi, handles_->easy.get());
}

void HttpExchange::configure_body() {
  CURL* easy = handles_->easy.get();
  if (request_.body_kind == HttpRequest::Body::none) {
    writing_finished_ = true;
    if (request_.method != "GET") {
      curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request_.method.c_str());
    }
    return;
  }
  const bool whole = request_.body_kind == HttpRequest::Body::whole;
  if (whole) {
    const Bytes bytes = as_bytes(request_.body);
    outbox_.assign(bytes.begin(), bytes.end());
    request_.length = request_.body.size();
    request_.body = {};
    writing_finished_ = true;
  }
  if (request_.method == "PUT") {
    curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
    if (request_.length) {
      curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(*request_.length));
    }
  } else {
    curl_easy_setopt(easy, CURLOPT_POST, 1L);
    if (request_.method != "POST") {
      curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request_.method.c_str());
    }
    if (request_.length) {
      curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                       static_cast<curl_off_t>(*request_.length));
    }
  }
  if (!request_.length) handles_->add_header("Transfer-Encoding: chunked");
  curl_easy_setopt(easy, CURLOPT_READFUNCTION, &HttpExchange::read_callback);
  curl_easy_setopt(easy, CURLOPT_READDATA, this);
  curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, &HttpExchange::seek_callback);
  curl_easy_setopt(easy, CURLOPT_SEEKDATA, this);
}

void HttpExchange::configure_trust(const TlsTrust& trust) {
  CURL* easy = handles_->easy.get();
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
  curl_easy_setopt(easy, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
  if (!request_.url.starts_with("https:")) return;
  if (trust.extra_ca_file.empty()) {
    const std::string bundle = system_bundle(trust);
    if (!bundle.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, bundle.c_str());
    return;
  }
  trust_blob_ = all_certificates(trust);
  curl_blob blob{trust_blob_.data(), trust_blob_.size(), CURL_BLOB_NOCOPY};
  curl_easy_setopt(easy, CURLOPT_CAINFO_BLOB, &blob);
}

std::string HttpExchange::host() const {
  const std::string host = host_of(request_.url);
  return host.empty() ? "the server" : host;
}

void HttpExchange::on_done(int curl_code) {
  done_ = true;
  curl_code_ = curl_code;
  head_complete_ = true;
  curl_easy_getinfo(handles_->easy.get(), CURLINFO_RESPONSE_CODE, &head_.status);
}

// Of a single line libcurl tells in one of two ways, by its version.
bool HttpExchange::are_headers_too_large(int curl_code) const {
  constexpr int kTooLarge = 100;  // CURLE_TOO_LARGE, since 8.6
  return !headers_ended_ && (header_bytes_ > kHeaderLimit || curl_code == kTooLarge ||
                             curl_code == CURLE_OUT_OF_MEMORY);
}

void HttpExchange::throw_if_failed() {
  if (!done_ || curl_code_ == CURLE_OK) return;
  const auto code = static_cast<CURLcode>(curl_code_);
  if (are_headers_too_large(code)) {
    throw Failure(FailureCode::limit_exceeded,
                  "'" + host() + "' sent headers that are too large to be read");
  }
  long proxy_status = 0;
  curl_easy_getinfo(handles_->easy.get(), CURLINFO_HTTP_CONNECTCODE, &proxy_status);
  const Failure failure = failure_of_curl(
      {curl_code_, handles_->error.data(), head_.status != 0, proxy_status}, request_.url);
  const bool while_sending = !writing_finished_ || outbox_used_ < outbox_.size();
  if (while_sending && failure.code() == FailureCode::connection_lost) {
    throw failure.reworded("'" + host() + "' closed the connection while we were sending");
  }
  throw Failure(failure);
}

const HttpHead& HttpExchange::head() {
  loop_.wait_until([this] { return head_complete_; }, host());
  if (!headers_ended_) throw_if_failed();
  return head_;
}

Bytes HttpExchange::read() {
  reading_.clear();
  loop_.check();
  if (inbox_.empty() && !done_) {
    resume();
    loop_.wait_until([this] { return !inbox_.empty() || done_; }, host());
  }
  if (inbox_.empty()) {
    throw_if_failed();
    return {};
  }
  reading_.swap(inbox_);
  resume();
  return reading_;
}

std::string HttpExchange::read_all(std::size_t limit) {
  std::string all;
  for (Bytes bytes = read(); !bytes.empty(); bytes = read()) {
    all += as_text(bytes.first(std::min(bytes.size(), limit - all.size())));
    if (all.size() == limit) break;
  }
  return all;
}

void HttpExchange::write(Bytes bytes) {
  if (done_) {  // the answer came before the request was whole: nobody reads the rest
    throw_if_failed();
    return;
  }
  if (outbox_used_ == outbox_.size()) {
    outbox_.clear();
    outbox_used_ = 0;
  } else if (outbox_used_ > kOutboxLimit) {
    outbox_.erase(outbox_.begin(), outbox_.begin() + static_cast<std::ptrdiff_t>(outbox_used_));
    outbox_used_ = 0;
  }
  outbox_.insert(outbox_.end(), bytes.begin(), bytes.end());
  resume();
  if (outbox_.size() - outbox_used_ <= kOutboxLimit) return;
  loop_.wait_until([this] { return done_ || outbox_.size() - outbox_used_ <= kOutboxLimit / 2; },
                   host());
  throw_if_failed();
}

void HttpExchange::finish_writing() {
  writing_finished_ = true;
  resume();
}

void HttpExchange::resume() {
  const bool can_send = send_paused_ && (writing_finished_ || outbox_used_ < outbox_.size());
  const bool can_receive = receive_paused_ && inbox_.size() < kInboxLimit;
  if (done_ || (!can_send && !can_receive)) return;
  if (can_send) send_paused_ = false;
  if (can_receive) receive_paused_ = false;
  const int still = (send_paused_ ? CURLPAUSE_SEND : 0) | (receive_paused_ ? CURLPAUSE_RECV : 0);
  curl_easy_pause(handles_->easy.get(), still);
}

std::size_t HttpExchange::on_received(Bytes bytes) {
  if (!head_complete_) {
    curl_easy_getinfo(handles_->easy.get(), CURLINFO_RESPONSE_CODE, &head_.status);
    head_complete_ = true;
  }
  if (inbox_.size() >= kInboxLimit) {
    receive_paused_ = true;
    return CURL_WRITEFUNC_PAUSE;
  }
  inbox_.insert(inbox_.end(), bytes.begin(), bytes.end());
  traffic_.received += bytes.size();
  loop_.note_activity();
  return bytes.size();
}

std::size_t HttpExchange::on_send(char* buffer, std::size_t room) {
  const std::size_t ready = outbox_.size() - outbox_used_;
  if (ready == 0) {
    if (writing_finished_) return 0;
    send_paused_ = true;
    return CURL_READFUNC_PAUSE;
  }
  const std::size_t count = std::min(room, ready);
  std::memcpy(buffer, outbox_.data() + outbox_used_, count);
  outbox_used_ += count;
  sent_ += count;
  traffic_.sent += count;
  loop_.note_activity();
  return count;
}

bool HttpExchange::on_header(std::string_view line) {
  loop_.note_activity();
  header_bytes_ += line.size();
  if (header_bytes_ > kHeaderLimit) return false;
  if (line.starts_with("HTTP/")) {
    head_ = {};
    headers_ended_ = false;
    return true;
  }
  headers_ended_ = headers_ended_ || line == "\r\n" || line == "\n";
  if (header_is(line, "content-type")) {
    std::string type = header_value(line);
    type.resize(std::min(type.size(), type.find(';')));
    head_.content_type = ascii_lower(type);
  } else if (header_is(line, "location")) {
    head_.location = header_value(line);
  } else if (header_is(line, "retry-after")) {
    head_.retry_after = header_value(line);
  } else if (header_is(line, "x-ratelimit-remaining")) {
    head_.rate_limit_remaining = header_value(line);
  } else if (header_is(line, "x-ratelimit-reset")) {
    head_.rate_limit_reset = header_value(line);
  } else if (header_is(line, "link")) {
    head_.link = header_value(line);
  } else if (header_is(line, "x-oauth-scopes")) {
    head_.oauth_scopes = header_value(line);
  } else if (header_is(line, "x-github-request-id")) {
    head_.request_id = header_value(line);
  } else if (header_is(line, "x-ms-error-code")) {
    head_.storage_error = header_value(line);
  }
  return true;
}

std::size_t HttpExchange::write_callback(char* data, std::size_t size, std::size_t count,
                                         void* self) noexcept {
  return static_cast<HttpExchange*>(self)->on_received(as_bytes({data, size * count}));
}

std::size_t HttpExchange::read_callback(char* buffer, std::size_t size, std::size_t count,
                                        void* self) noexcept {
  return static_cast<HttpExchange*>(self)->on_send(buffer, size * count);
}

std::size_t HttpExchange::header_callback(char* data, std::size_t size, std::size_t count,
                                          void* self) noexcept {
  const bool goes_on = static_cast<HttpExchange*>(self)->on_header({data, size * count});
  return goes_on ? size * count : 0;
}

// libcurl rewinds a body when a reused connection turns out dead before the request was read.
int HttpExchange::seek_callback(void* self, std::int64_t offset, int origin) noexcept {
  auto* exchange = static_cast<HttpExchange*>(self);
  // Only what is still in the outbox can be sent again.
  if (exchange->request_.send_once || origin != SEEK_SET || offset != 0 ||
      exchange->sent_ != exchange->outbox_used_) {
    return CURL_SEEKFUNC_CANTSEEK;
  }
  exchange->outbox_used_ = 0;
  exchange->sent_ = 0;
  return CURL_SEEKFUNC_OK;
}

}  // namespace occ::net
