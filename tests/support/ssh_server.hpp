// An OpenSSH server on 127.0.0.1 with a host key and one authorized key of its own. It runs as
// the current user: one `sshd -i` for each connection.
#pragma once

#include "support/socket.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <thread>
#include <vector>

namespace occ::test {

class SshServer {
 public:
  // Whether the version that a client asks for reaches git; if not, git speaks version 0.
  enum class Version : std::uint8_t { as_asked, oldest };

  // Keeps its keys and its log in `folder`.
  explicit SshServer(std::filesystem::path folder, Version version = Version::as_asked);
  ~SshServer();
  SshServer(const SshServer&) = delete;
  SshServer& operator=(const SshServer&) = delete;
  SshServer(SshServer&&) = delete;
  SshServer& operator=(SshServer&&) = delete;

  [[nodiscard]] std::string url(const std::filesystem::path& repository) const;
  // The text of the private key that is let in.
  [[nodiscard]] std::string private_key() const;
  // A known_hosts line with this server's key, and one with a key that is not its own.
  [[nodiscard]] std::string known_hosts() const;
  [[nodiscard]] std::string wrong_known_hosts() const;
  // A key that is not let in.
  [[nodiscard]] std::string stranger_key() const;
  [[nodiscard]] std::string log() const;

 private:
  void run();
  [[nodiscard]] std::string known_hosts_line(std::string_view key_file) const;

  std::filesystem::path folder_;
  Listener listener_;
  WakeUp stop_;
  std::vector<std::string> command_;
  std::thread thread_;
};

}  // namespace occ::test
