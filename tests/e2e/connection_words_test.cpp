// What is said where no answer of the server came to be: of TLS that ended early, and of proxies.
#include "e2e/expect.hpp"
#include "support/canned_server.hpp"
#include "support/socket.hpp"

#include <gmock/gmock.h>

#include <array>
#include <atomic>
#include <poll.h>
#include <string>
#include <sys/socket.h>
#include <thread>

namespace occ::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

// Reads what comes first on each connection, says `words`, and hangs up.
class Abrupt {
 public:
  explicit Abrupt(std::string words) : words_(std::move(words)), listener_(listen_on_loopback()) {
    thread_ = std::thread([this] { run(); });
  }
  ~Abrupt() {
    stop_.wake();
    thread_.join();
  }
  Abrupt(const Abrupt&) = delete;
  Abrupt& operator=(const Abrupt&) = delete;
  Abrupt(Abrupt&&) = delete;
  Abrupt& operator=(Abrupt&&) = delete;

  [[nodiscard]] std::string https() const {
    return "https://127.0.0.1:" + std::to_string(listener_.port) + "/a/b.git";
  }
  [[nodiscard]] int connections() const { return connections_; }

 private:
  void run() {
    for (;;) {
      std::array<pollfd, 2> waiting{{{stop_.fd(), POLLIN, 0}, {listener_.socket.get(), POLLIN, 0}}};
      ::poll(waiting.data(), waiting.size(), -1);
      if (waiting[0].revents != 0) return;
      const Fd client(::accept4(listener_.socket.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (!client.is_open()) continue;
      ++connections_;
      std::array<char, 4096> hello{};
      static_cast<void>(::recv(client.get(), hello.data(), hello.size(), 0));
      send_all(client.get(), words_);
      if (words_.empty()) reset_on_close(client.get());
    }
  }

  std::string words_;
  Listener listener_;
  WakeUp stop_;
  std::atomic<int> connections_ = 0;
  std::thread thread_;
};

TEST(ATlsHandshake, ThatIsCutOffIsALostConnectionAndIsTriedAgain) {
  World world;
  world.source.commits("main", 1);
  const Abrupt server("");
  const StepRun run = world.sync({{"source_repo", server.https()}, {"retries", "1"}});
  EXPECT_EQ(run.error(), "connection_lost") << run.story();
  EXPECT_THAT(run.log(), Not(HasSubstr("SSL_CERT_FILE")));
  EXPECT_GE(server.connections(), 2);
}

TEST(ATlsHandshake, ThatTheServerEndsIsNoMatterOfCertificates) {
  World world;
  world.source.commits("main", 1);
  // A fatal alert, protocol_version (RFC 8446 section 6).
  const Abrupt server(std::string("\x15\x03\x01\x00\x02\x02\x46", 7));
  const StepRun run = world.sync({{"source_repo", server.https()}});
  EXPECT_EQ(run.exit_code(), 3) << run.story();
  EXPECT_EQ(run.error(), "tls_refused") << run.story();
  EXPECT_THAT(run.log(), AllOf(HasSubstr("ended the TLS handshake"), Not(HasSubstr("SSL_CERT"))));
  EXPECT_EQ(server.connections(), 1);
}

TEST(ACaFile, ThatIsAFolderIsNamed) {
  World world;
  world.source.commits("main", 1);
  world.runner().set_env("NODE_EXTRA_CA_CERTS", world.folder().path().string());
  const Abrupt server("");
  const StepRun run = world.sync({{"source_repo", server.https()}, {"retries", "0"}});
  EXPECT_EQ(run.error(), "tls_failure") << run.story();
  EXPECT_THAT(run.log(), HasSubstr("NODE_EXTRA_CA_CERTS '" + world.folder().path().string()));
}

class AProxy : public testing::TestWithParam<int> {
 protected:
  World world{Transport::path};
  CannedServer proxy{
      [](const CannedRequest&) { return CannedResponse{.status = GetParam(), .body = "go away"}; }};

  void SetUp() override { world.source.commits("main", 1); }
};

INSTANTIATE_TEST_SUITE_P(Answers, AProxy, testing::Values(407, 403, 502),
                         [](const auto& status) { return "Http" + std::to_string(status.param); });

TEST_P(AProxy, ThatRefusesToConnectIsNamed) {
  world.runner().set_env("https_proxy", "http://u:passw0rd@" + proxy.origin().substr(7));
  const StepRun run =
      world.sync({{"source_repo", "https://example.invalid/a/b.git"}, {"retries", "0"}});
  EXPECT_EQ(run.exit_code(), 3) << run.story();
  EXPECT_EQ(run.error(), "proxy_refused") << run.story();
  EXPECT_THAT(run.log(), AllOf(HasSubstr("the proxy answered HTTP " + std::to_string(GetParam())),
                               HasSubstr("user and the password in https_proxy")));
}

TEST(AProxyOfPlainHttp, ThatWantsALoginIsNamed) {
  World world(Transport::path);
  const CannedServer proxy([](const CannedRequest&) { return CannedResponse{.status = 407}; });
  world.runner().set_env("http_proxy", proxy.origin());
  const StepRun run = world.sync({{"source_repo", "http://example.invalid/a/b.git"}});
  EXPECT_EQ(run.error(), "proxy_refused") << run.story();
  EXPECT_THAT(run.log(), HasSubstr("it wants a login"));
}

TEST(A401WithoutAToken, IsTold) {
  World world;
  world.source.commits("main", 1);
  const CannedServer server([](const CannedRequest&) {
    return CannedResponse{
        .status = 401, .headers = {{"Content-Type", "text/plain"}}, .body = "refused:"};
  });
  const StepRun run = world.sync(
      {{"source_repo", server.origin() + "/a/b.git"}, {"source_token", ""}, {"retries", "0"}});
  EXPECT_THAT(run.log(), HasSubstr("answered HTTP 401, and no token was given for it: refused:"))
      << run.story();
}

TEST(AMissingTemporaryFolder, IsNotToldToBeFull) {
  World world;
  world.source.commits("main", 1);
  world.runner().set_env("RUNNER_TEMP", "/dev/null/absent");
  const StepRun run = world.sync({{"report", "full"}, {"on_divergence", "merge"}});
  EXPECT_THAT(run.log(), Not(HasSubstr("Free space"))) << run.story();
}

}  // namespace
}  // namespace occ::test
