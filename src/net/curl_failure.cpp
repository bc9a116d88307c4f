#include "net/curl_failure.hpp"

#include "base/untrusted.hpp"
#include "net/curl_handles.hpp"
#include "net/url.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace occ::net {
namespace {

FailureCode failure_code_of(CURLcode code) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
    case CURLE_PROXY:
      return FailureCode::host_unreachable;
    case CURLE_OPERATION_TIMEDOUT:
      return FailureCode::timeout;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CIPHER:
    case CURLE_USE_SSL_FAILED:
      return FailureCode::tls_refused;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_ISSUER_ERROR:
      return FailureCode::tls_failure;
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_GOT_NOTHING:
    case CURLE_PARTIAL_FILE:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
    case CURLE_SEND_FAIL_REWIND:
      return FailureCode::connection_lost;
    default:
      return FailureCode::protocol_error;
  }
}

bool has_one_of(std::string_view words, std::span<const std::string_view> known) {
  return std::any_of(known.begin(), known.end(), [&](std::string_view each) {
    return words.find(each) != std::string_view::npos;
  });
}

// What libcurl's TLS libraries say of bytes that are no TLS, such as an answer in plain HTTP.
bool tells_of_no_tls(std::string_view words) {
  constexpr std::array<std::string_view, 6> kWords{
      "wrong version number",  "packet length too long",    // OpenSSL
      "invalid SSL record",    "-0x7200",                   // mbedTLS
      "unexpected TLS packet", "unsupported TLS version"};  // GnuTLS; Schannel has codes alone
  return has_one_of(words, kWords);
}

// Of a connection that ended in the handshake, with no word of TLS: it may have been the network.
bool tells_of_lost_connection(std::string_view words) {
  constexpr std::array<std::string_view, 12> kWords{"reset by peer",
                                                    "Connection reset",
                                                    "Broken pipe",
                                                    "SSL_ERROR_SYSCALL",
                                                    "unexpected eof",
                                                    "SSL_ERROR_ZERO_RETURN",  // OpenSSL
                                                    "-0x7280",
                                                    "-0x7880",
                                                    "-0x0050",
                                                    "-0x004C",
                                                    "-0x004E",  // mbedTLS: end, closed, socket
                                                    "non-properly terminated"};  // GnuTLS
  return has_one_of(words, kWords);
}

// "example.com:8443" in "https://example.com:8443/r.git"
std::string authority_of(std::string_view url) {
  url.remove_prefix(std::min(url.find("://") + 3, url.size()));
  return std::string(url.substr(0, url.find('/')));
}

// The other scheme would do, or another port: no certificate does.
bool is_wrong_scheme(CURLcode code, bool https, std::string_view words) {
  if (https) return code == CURLE_SSL_CONNECT_ERROR && tells_of_no_tls(words);
  return code == CURLE_UNSUPPORTED_PROTOCOL || code == CURLE_WEIRD_SERVER_REPLY;
}

}  // namespace

Failure failure_of_curl(const CurlEnd& end, const std::string& url) {
  const auto curl_code = static_cast<CURLcode>(end.code);
  const bool https = url.starts_with("https:");
  const std::string where = "'" + printable(authority_of(url)) + "'";
  if (is_wrong_scheme(curl_code, https, end.words)) {
    return {FailureCode::wrong_scheme,
            https ? where + " does not speak TLS, and the address says https"
                  : where + " answers in no HTTP, as a port of https does, or of another service"};
  }
  if (end.proxy_status >= 300) return failure_of_proxy(end.proxy_status, authority_of(url));
  FailureCode code = failure_code_of(curl_code);
  if (code == FailureCode::tls_refused && tells_of_lost_connection(end.words)) {
    code = FailureCode::connection_lost;
  }
  if (!https && !end.was_answered && code == FailureCode::connection_lost) {
    return {code, where + " hung up on plain http without an answer, as a port of https may"};
  }
  const std::string host = host_of(url);
  const bool of_tls = curl_code != CURLE_OK && https && !end.was_answered;
  const bool told =
      !end.words.empty() && (code == FailureCode::tls_failure || code == FailureCode::tls_refused ||
                             (of_tls && code == FailureCode::connection_lost));
  return {code, "'" + (host.empty() ? "the server" : host) +
                    "': " + (told ? quotable(end.words, 200) : curl_easy_strerror(curl_code))};
}

Failure failure_of_proxy(long status, std::string_view where) {
  Failure failure(FailureCode::proxy_refused, "the proxy answered HTTP " + std::to_string(status) +
                                                  " to a request to '" + printable(where) + "'" +
                                                  (status == 407 ? ": it wants a login" : ""));
  if (status < 500) failure.with_no_retry();
  return failure;
}

}  // namespace occ::net
