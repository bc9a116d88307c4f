#include "net/http_repository.hpp"

#include "base/ascii.hpp"
#include "base/encode.hpp"
#include "base/failure.hpp"
#include "base/host_words.hpp"
#include "base/untrusted.hpp"
#include "net/curl_failure.hpp"
#include "net/url.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <utility>
#include <vector>

namespace occ::net {
namespace {

constexpr int kMostRedirects = 5;
constexpr std::size_t kErrorBodyLimit = 64U << 10U;  // bytes of an error page that are looked at
constexpr std::size_t kShownBodyLimit = 200;         // bytes, of plain text
// How long a call waits for the end of an answer that was read, rather than open a connection.
constexpr std::chrono::milliseconds kPatienceForAnEnd{250};

using EndingExchanges = std::vector<std::unique_ptr<HttpExchange>>;

std::string result_type(Service service) {
  return "application/x-" + std::string(name_of(service)) + "-result";
}

bool is_redirect(long status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

// How Azure DevOps and others answer who may not come in.
bool is_sign_in_page(const std::string& url) {
  const std::string lower = ascii_lower(url.substr(0, url.find('?')));
  return lower.ends_with("/_signin") || lower.ends_with("/signin") || lower.ends_with("/sign_in") ||
         lower.ends_with("/login");
}

// What is known of a call before its answer.
struct CallFacts {
  std::string whom;
  bool with_credentials = false;
  bool chunked = false;       // the body's length was not told
  bool is_elsewhere = false;  // on a host that a redirect chose
};

// An answer whose status was checked; the exchange's owner sees only its bytes. `ending` is
// borrowed and takes the exchange when only its end is missing.
class CheckedStream final : public Stream {
 public:
  CheckedStream(std::unique_ptr<HttpExchange> exchange, std::string expected_type, CallFacts call,
                EndingExchanges& ending)
      : ending_(ending),
        exchange_(std::move(exchange)),
        expected_type_(std::move(expected_type)),
        call_(std::move(call)) {}

  Bytes read() override {
    if (!checked_) check();
    return exchange_->read();
  }
  void write(Bytes bytes) override {
    exchange_->write(bytes);
    // A refusal in the middle of a large body is told at once.
    if (!checked_ && exchange_->has_ended()) check();
  }
  void finish_writing() override { exchange_->finish_writing(); }
  void let_end() override {
    if (!exchange_->has_ended()) ending_.push_back(std::move(exchange_));
  }

 private:
  void check() {
    const HttpHead head = exchange_->head();
    checked_ = true;
    if (head.status != 200) {
      // No server has us read aloud what another one says to us.
      const std::string body =
          call_.is_elsewhere ? std::string() : exchange_->read_all(kErrorBodyLimit);
      const Failure failure = failure_of_status(head, body, call_.whom, call_.with_credentials);
      // How some old proxies say 411.
      if (call_.chunked && head.status == 400) {
        throw Failure(FailureCode::length_required, failure.what());
      }
      throw Failure(failure);
    }
    // Hugging Face names no type; what is not Git's protocol is found out by its first packet.
    if (!head.content_type.empty() && head.content_type != expected_type_) {
      throw Failure(FailureCode::protocol_error, "'" + call_.whom + "' answered with '" +
                                                     printable(head.content_type, 80) +
                                                     "' instead of Git's protocol");
    }
  }

  EndingExchanges& ending_;
  std::unique_ptr<HttpExchange> exchange_;
  std::string expected_type_;
  CallFacts call_;
  bool checked_ = false;
};

// An advertisement whose redirects are followed while it is waited for.
class HttpRepository;
class AdvertisementStream final : public Stream {
 public:
  AdvertisementStream(HttpRepository& repository, Service service);

  Bytes read() override;
  void write(Bytes /*bytes*/) override {}
  void finish_writing() override {}
  void let_end() override {
    if (checked_) checked_->let_end();
  }

 private:
  void settle();

  HttpRepository& repository_;
  Service service_;
  std::unique_ptr<HttpExchange> exchange_;
  std::unique_ptr<Stream> checked_;
};

class HttpRepository final : public Repository {
 public:
  HttpRepository(HttpAccess access, Loop& loop, Trace& trace)
      : access_(std::move(access)), loop_(loop), trace_(trace) {
    while (access_.url.ends_with('/')) access_.url.pop_back();
    name_ = access_.url;
  }

  std::unique_ptr<Stream> advertise(Service service) override {
    return std::make_unique<AdvertisementStream>(*this, service);
  }

  std::unique_ptr<Stream> call(Service service, std::string request) override {
    HttpRequest http = post(service);
    http.body_kind = HttpRequest::Body::whole;
    http.body = std::move(request);
    return start_call(service, std::move(http));
  }

  std::unique_ptr<Stream> call_streaming(Service service,
                                         std::optional<std::uint64_t> size) override {
    HttpRequest http = post(service);
    http.body_kind = HttpRequest::Body::streamed;
    http.length = size;
    http.send_once = true;
    return start_call(service, std::move(http));
  }

  std::unique_ptr<EarlyCall> call_early(Service service, std::string request) override;

  bool is_stateless() const override { return true; }
  void hang_up(Service /*service*/) override {}
  std::string display_name() const override { return name_; }
  Traffic traffic() const override { return traffic_; }

  const std::string& url() const { return access_.url; }

  std::unique_ptr<HttpExchange> start_discovery(Service service) {
    free_connections();
    HttpRequest http;
    http.user_agent = kGitUserAgent;
    http.url = access_.url + suffix(service);
    http.authorization = authorization();
    if (service == Service::upload_pack) http.headers.emplace_back("Git-Protocol: version=2");
    http.headers.emplace_back("Pragma: no-cache");
    http.connect_timeout = access_.connect_timeout;
    trace_.debug("GET " + printable(http.url));
    return std::make_unique<HttpExchange>(loop_, std::move(http), access_.trust, traffic_);
  }

  // A repository that was renamed: from here on it is asked under its new address.
  void follow(Service service, const std::string& location) {
    const std::string from = access_.url + suffix(service);
    const auto target = resolved(from, location);
    if (location.empty() || !target) {
      throw Failure(FailureCode::protocol_error,
                    "'" + name_ + "' redirects, but not to an address");
    }
    std::string to = *target;
    if (scheme_of(from) == "https" && scheme_of(to) != "https") {
      throw Failure(FailureCode::tls_failure,
                    "'" + name_ + "' redirects from https to an unprotected address");
    }
    if (is_sign_in_page(to)) {
      throw Failure(access_.password.empty() ? FailureCode::repository_not_found
                                             : FailureCode::authentication_failed,
                    "'" + name_ + "' sends us to a page to sign in");
    }
    if (!leads_to_repository(to, service)) {
      throw Failure(FailureCode::protocol_error, "'" + name_ + "' redirects to '" +
                                                     printable(address_without_query(to), 200) +
                                                     "', which is not a Git repository");
    }
    to.resize(to.size() - suffix(service).size());
    is_elsewhere_ = is_elsewhere_ || origin_of(from) != origin_of(to);
    if (is_elsewhere_ && !access_.password.empty()) {
      access_.password = Secret();
      trace_.notice("'" + name_ + "' redirects to another host, which is not given the token");
    }
    access_.url = to;
    trace_.notice("'" + name_ + "' has moved to '" + printable(to) + "'");
  }

  std::unique_ptr<Stream> check(std::unique_ptr<HttpExchange> exchange, std::string type,
                                bool chunked = false) {
    return std::make_unique<CheckedStream>(
        std::move(exchange), std::move(type),
        CallFacts{name_, !access_.password.empty(), chunked, is_elsewhere_}, ending_);
  }

 private:
  // The suffix is all of the query, and no part of another one.
  static bool leads_to_repository(const std::string& url, Service service) {
    const std::string end = suffix(service);
    return url.starts_with("http") && url.ends_with(end) &&
           url.find('?') == url.size() - end.size() + end.find('?');
  }

  static std::string suffix(Service service) {
    return "/info/refs?service=" + std::string(name_of(service));
  }

  Secret authorization() const {
    if (access_.password.empty()) return Secret();
    return Secret("Basic " + base64(access_.username + ':' + access_.password.reveal()));
  }

  HttpRequest post(Service service) const {
    const std::string name(name_of(service));
    HttpRequest http;
    http.user_agent = kGitUserAgent;
    http.method = "POST";
    http.url = access_.url + '/' + name;
    http.authorization = authorization();
    http.headers.push_back("Content-Type: application/x-" + name + "-request");
    http.headers.push_back("Accept: application/x-" + name + "-result");
    if (service == Service::upload_pack) http.headers.emplace_back("Git-Protocol: version=2");
    http.connect_timeout = access_.connect_timeout;
    return http;
  }

  // HTTP/1.1 has a connection for one exchange at a time.
  void free_connections() {
    loop_.wait_at_most(kPatienceForAnEnd, [this] {
      return std::all_of(ending_.begin(), ending_.end(),
                         [](const auto& exchange) { return exchange->has_ended(); });
    });
    ending_.clear();
  }

  std::unique_ptr<Stream> start_call(Service service, HttpRequest http) {
    free_connections();
    trace_.debug("POST " + printable(http.url));
    const bool chunked = http.body_kind == HttpRequest::Body::streamed && !http.length;
    return check(std::make_unique<HttpExchange>(loop_, std::move(http), access_.trust, traffic_),
                 result_type(service), chunked);
  }

  HttpAccess access_;
  Loop& loop_;
  Trace& trace_;
  std::string name_;
  Traffic traffic_;
  EndingExchanges ending_;
  bool is_elsewhere_ = false;  // a redirect led to another host
};

class HttpEarlyCall final : public EarlyCall {
 public:
  HttpEarlyCall(HttpRepository& repository, Service service, std::unique_ptr<HttpExchange> exchange)
      : repository_(repository),
        service_(service),
        url_(repository.url()),
        exchange_(std::move(exchange)) {}

  std::unique_ptr<Stream> answer() override {
    if (repository_.url() != url_ || !exchange_->has_left()) return nullptr;
    return repository_.check(std::move(exchange_), result_type(service_));
  }

 private:
  HttpRepository& repository_;
  Service service_;
  std::string url_;  // it was sent there; a redirect may have led elsewhere since
  std::unique_ptr<HttpExchange> exchange_;
};

std::unique_ptr<EarlyCall> HttpRepository::call_early(Service service, std::string request) {
  if (!access_.speaks_v2) return nullptr;
  HttpRequest http = post(service);
  http.body_kind = HttpRequest::Body::whole;
  http.body = std::move(request);
  http.share_connection = true;
  trace_.debug("POST " + printable(http.url) + " beside the GET");
  return std::make_unique<HttpEarlyCall>(
      *this, service,
      std::make_unique<HttpExchange>(loop_, std::move(http), access_.trust, traffic_));
}

AdvertisementStream::AdvertisementStream(HttpRepository& repository, Service service)
    : repository_(repository), service_(service), exchange_(repository.start_discovery(service)) {}

Bytes AdvertisementStream::read() {
  if (!checked_) settle();
  return checked_->read();
}

void AdvertisementStream::settle() {
  for (int hops = 0;; ++hops) {
    const HttpHead head = exchange_->head();
    if (!is_redirect(head.status)) break;
    if (hops == kMostRedirects) {
      throw Failure(FailureCode::protocol_error,
                    "'" + repository_.display_name() + "' redirects more than five times");
    }
    repository_.follow(service_, head.location);
    exchange_ = repository_.start_discovery(service_);
  }
  checked_ = repository_.check(
      std::move(exchange_), "application/x-" + std::string(name_of(service_)) + "-advertisement");
}

std::optional<std::chrono::seconds> parse_retry_after(const std::string& text) {
  int seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc() || end != text.data() + text.size() || seconds < 0) return std::nullopt;
  return std::chrono::seconds(seconds);
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// How Apache, nginx and Go's servers answer plain HTTP at a port of TLS.
bool tells_of_tls(std::string_view body) {
  return contains(body, "plain HTTP") || contains(body, "HTTP request to an HTTPS server");
}

}  // namespace

Failure failure_of_status(const HttpHead& head, std::string_view body, std::string_view whom,
                          bool with_credentials) {
  const long status = head.status;
  if (status == 407) return failure_of_proxy(status, whom);
  const bool limited =
      !head.retry_after.empty() || head.rate_limit_remaining == "0" || contains(body, "rate limit");
  FailureCode code = FailureCode::protocol_error;
  if (status == 401 || status == 203) {  // 203: Azure DevOps, with its page to sign in
    code =
        with_credentials ? FailureCode::authentication_failed : FailureCode::repository_not_found;
  } else if (status == 429 || ((status == 403 || status == 503) && limited)) {
    code = FailureCode::rate_limited;
  } else if (status == 403) {
    const bool read_only = code_of_host_words(body) == FailureCode::read_only;
    code = read_only ? FailureCode::read_only : FailureCode::no_permission;
  } else if (status == 404 || status == 410) {
    code = FailureCode::repository_not_found;
  } else if (status == 400 && tells_of_tls(body)) {
    code = FailureCode::wrong_scheme;
  } else if (status == 411) {
    code = FailureCode::length_required;
  } else if (status == 413) {
    code = FailureCode::pack_too_large;
  } else if (status == 408 || status >= 500) {
    code = FailureCode::server_error;
  }
  std::string detail = "'" + std::string(whom) + "' answered HTTP " + std::to_string(status);
  if (code == FailureCode::wrong_scheme) detail += ": its port speaks https, and the address http";
  if (status == 401 && !with_credentials) detail += ", and no token was given for it";
  // A page of HTML says nothing to the reader of a log.
  if (!body.empty() && head.content_type.starts_with("text/plain")) {
    detail += ": " + quotable(body, kShownBodyLimit);
  }
  Failure failure(code, detail);
  failure.with_retry_after(parse_retry_after(head.retry_after));
  return failure;
}

std::unique_ptr<Repository> open_http_repository(HttpAccess access, Loop& loop, Trace& trace) {
  return std::make_unique<HttpRepository>(std::move(access), loop, trace);
}

}  // namespace occ::net
