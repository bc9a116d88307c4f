// A server that behaves as a public host does (host_profile.hpp): the real git behind a web server,
// host_gate.py and, for some, nginx; or a program that is no git at all.
#pragma once

#include "support/host_profile.hpp"
#include "support/http_server.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace occ::test {

// Those whose programs this machine has, as CMake found them.
[[nodiscard]] std::vector<Host> hosts_here();

class HostServer {
 public:
  // Serves `<folder>/repos`. A program that is no git asks for no credentials.
  HostServer(std::filesystem::path folder, Host host, const Credentials& required);
  ~HostServer();
  HostServer(const HostServer&) = delete;
  HostServer& operator=(const HostServer&) = delete;
  HostServer(HostServer&&) = delete;
  HostServer& operator=(HostServer&&) = delete;

  [[nodiscard]] std::string origin() const;
  // The address of the repository of this name, as its owner would copy it.
  [[nodiscard]] std::string url(std::string_view repository) const;
  // The web server in front of git; not for programs that are no git.
  [[nodiscard]] HttpServer& git_server() { return *git_server_; }

 private:
  void start_git(const Credentials& required);
  void start_nginx();
  void start_program(const std::vector<std::string>& command);

  std::filesystem::path folder_;
  Host host_;
  std::unique_ptr<HttpServer> git_server_;
  std::uint16_t port_ = 0;  // where clients knock
  pid_t pid_ = -1;          // of what is in front of git_server_, or instead of it
};

}  // namespace occ::test
