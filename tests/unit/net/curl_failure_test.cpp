#include "net/curl_failure.hpp"

#include "samples.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace occ::net {
namespace {

using enum FailureCode;

// Of CURLcode.
constexpr int kSslConnectError = 35;
constexpr int kReceiveError = 56;
constexpr int kPeerFailedVerification = 60;

FailureCode code_of(int curl_code, std::string_view words) {
  return failure_of_curl({.code = curl_code, .words = words}, "https://h.example/r").code();
}

TEST(CurlFailure, OfATlsHandshakeIsWhatTheLibrariesSay) {
  // OpenSSL
  EXPECT_EQ(code_of(kSslConnectError, "Recv failure: Connection reset by peer"), connection_lost);
  EXPECT_EQ(code_of(kSslConnectError, "OpenSSL SSL_connect: SSL_ERROR_SYSCALL in connection to h"),
            connection_lost);
  EXPECT_EQ(code_of(kSslConnectError, "error:0A000126:SSL routines::unexpected eof while reading"),
            connection_lost);
  EXPECT_EQ(code_of(kSslConnectError, "error:0A00042E:SSL routines::tlsv1 alert protocol version"),
            tls_refused);
  EXPECT_EQ(code_of(kSslConnectError, "error:0A00010B:SSL routines::wrong version number"),
            wrong_scheme);
  EXPECT_EQ(code_of(kPeerFailedVerification, "SSL certificate problem: self-signed certificate"),
            tls_failure);
  // mbedTLS
  EXPECT_EQ(code_of(kSslConnectError,
                    "ssl_handshake returned: (-0x7280) SSL - The connection "
                    "indicated an EOF"),
            connection_lost);
  EXPECT_EQ(code_of(kSslConnectError,
                    "ssl_handshake returned: (-0x7780) SSL - A fatal alert "
                    "message was received from our peer"),
            tls_refused);
  EXPECT_EQ(code_of(kSslConnectError,
                    "ssl_handshake returned: (-0x0050) NET - Connection was "
                    "reset by peer"),
            connection_lost);
}

TEST(CurlFailure, OfAProxyIsTriedAgainOnlyWhereItIsOutOfOrder) {
  for (const long status : {407L, 403L, 502L, 504L}) {
    const Failure failure = failure_of_curl(
        {.code = kReceiveError, .words = "CONNECT tunnel failed", .proxy_status = status},
        "https://h.example/r");
    EXPECT_EQ(failure.code(), proxy_refused) << status;
    EXPECT_EQ(failure.retry_may_help(), status >= 500) << status;
    EXPECT_NE(std::string_view(failure.what()).find(std::to_string(status)),
              std::string_view::npos);
  }
  EXPECT_EQ(failure_of_curl({.code = kReceiveError, .words = "", .proxy_status = 200},
                            "https://h.example/r")
                .code(),
            connection_lost)
      << "the proxy let us through";
}

}  // namespace
}  // namespace occ::net
