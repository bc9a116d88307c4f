// What nearly every end-to-end test needs: a source repository, a target repository, the way to
// reach them, and a runner for the program.
#pragma once

#include "support/git.hpp"
#include "support/host_server.hpp"
#include "support/http_server.hpp"
#include "support/runner.hpp"
#include "support/ssh_server.hpp"
#include "support/temp_dir.hpp"

#include <memory>
#include <optional>
#include <ostream>
#include <string>

namespace occ::test {

enum class Transport : std::uint8_t {
  http,         // Basic auth, protocol v2, no filter: git-http-backend as installed
  http_filter,  // the same, and the source offers filter
  http_github,  // both sides offer filter and refuse all but github.com's, and say that they are it
  http_v0,      // servers that know no protocol v2
  path,
  ssh,
  ssh_v0,  // a server that does not let the asked version through
};

[[nodiscard]] const char* name_of(Transport transport);
[[nodiscard]] constexpr bool offers_filter(Transport transport) {
  return transport == Transport::http_filter || transport == Transport::http_github;
}
void PrintTo(Transport transport, std::ostream* out);

struct WorldOptions {
  Transport transport = Transport::http;
  InitOptions source = {};
  InitOptions target = {};
  HttpServerOptions source_server = {};  // credentials are filled in if absent
  HttpServerOptions target_server = {};
  // That side as such a host would have it; the options of its server do not count then.
  std::optional<Host> source_host = std::nullopt;
  std::optional<Host> target_host = std::nullopt;
};

class World {
 public:
  explicit World(const WorldOptions& options = {});
  explicit World(Transport transport) : World(WorldOptions{.transport = transport}) {}

  [[nodiscard]] const TempDir& folder() const { return folder_; }
  [[nodiscard]] Runner& runner() { return *runner_; }
  // Only with one of the http transports, and of hosts only those that are git.
  [[nodiscard]] HttpServer& source_server() { return git_server(source_server_, source_host_); }
  [[nodiscard]] HttpServer& target_server() { return git_server(target_server_, target_host_); }
  // Only with a host on that side.
  [[nodiscard]] HostServer& source_host() { return *source_host_; }
  [[nodiscard]] HostServer& target_host() { return *target_host_; }
  // Only with ssh.
  [[nodiscard]] SshServer& ssh_server() { return *ssh_server_; }

  // Gives the target all that the source has now.
  void mirror() { target.take_all_from(source); }

  // The inputs that reach both repositories, for all branches (and, by default, tags); `more` adds
  // to them or replaces them.
  [[nodiscard]] Inputs inputs(const Inputs& more = {}) const;
  [[nodiscard]] StepRun sync(const Inputs& more = {}) { return runner_->run(inputs(more)); }

  // Deliberately different on the two sides, and full of letters that encodings change.
  static constexpr const char* kSourceToken = "s0urce+t/ken=?&%7eA~b\"c|8LkQz";
  static constexpr const char* kTargetToken = "t4rget t/ken=#&%2fB+d'e^9WxYv";

 private:
  static HttpServer& git_server(const std::unique_ptr<HttpServer>& plain,
                                const std::unique_ptr<HostServer>& host) {
    return plain ? *plain : host->git_server();
  }

  // Destroyed from the last to the first: servers end before their folder goes.
  TempDir folder_;
  std::unique_ptr<HttpServer> source_server_;
  std::unique_ptr<HttpServer> target_server_;
  std::unique_ptr<HostServer> source_host_;
  std::unique_ptr<HostServer> target_host_;
  std::unique_ptr<SshServer> ssh_server_;
  std::unique_ptr<Runner> runner_;
  Inputs inputs_;

 public:
  GitRepo source;
  GitRepo target;
};

}  // namespace occ::test
