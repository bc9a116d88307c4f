#include "support/ssh_server.hpp"

#include "support/git.hpp"
#include "support/process.hpp"
#include "support/temp_dir.hpp"

#include <array>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <sstream>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace occ::test {

namespace fs = std::filesystem;

namespace {

constexpr const char* kSshd = "/usr/sbin/sshd";  // it insists on being started by its full path

std::string current_user() {
  const passwd* entry = ::getpwuid(::getuid());
  if (entry == nullptr) throw std::runtime_error("the current user has no name");
  return entry->pw_name;
}

void make_key(const fs::path& file) {
  const ProcessResult done = run_process(
      {"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", file.string()});
  if (done.exit_code != 0) throw std::runtime_error("ssh-keygen failed: " + done.err);
}

// What git needs to see behind a login, as one SetEnv line.
std::string login_environment() {
  std::string line = "SetEnv";
  for (const auto& [name, value] : git_environment()) {
    if (name.starts_with("GIT_CONFIG_")) line += " \"" + name + "=" + value + "\"";
  }
  return line;
}

}  // namespace

SshServer::SshServer(fs::path folder, Version version)
    : folder_(std::move(folder)), listener_(listen_on_loopback()) {
  fs::create_directories(folder_);
  for (const char* key : {"host", "user", "other-host", "stranger"}) make_key(folder_ / key);
  fs::copy_file(folder_ / "user.pub", folder_ / "authorized_keys");
  if (::getuid() == 0) fs::create_directories("/run/sshd");  // where root's sshd locks itself in
  std::ostringstream conf;
  conf << "HostKey " << (folder_ / "host").string() << "\n"
       << "AuthorizedKeysFile " << (folder_ / "authorized_keys").string() << "\n"
       << "PidFile none\nUsePAM no\nStrictModes no\nPasswordAuthentication no\n"
       << "KbdInteractiveAuthentication no\nPermitRootLogin yes\nPrintMotd no\n"
       << "PrintLastLog no\n"
       << (version == Version::as_asked ? "AcceptEnv GIT_PROTOCOL\n" : "") << login_environment()
       << "\n";
  write_file(folder_ / "sshd_config", conf.str());
  command_ = {kSshd, "-i", "-e", "-f", (folder_ / "sshd_config").string()};
  thread_ = std::thread([this] { run(); });
}

SshServer::~SshServer() {
  stop_.wake();
  thread_.join();
}

void SshServer::run() {
  std::vector<pid_t> children;
  for (;;) {
    std::array<pollfd, 2> waiting{{{stop_.fd(), POLLIN, 0}, {listener_.socket.get(), POLLIN, 0}}};
    ::poll(waiting.data(), waiting.size(), -1);
    if (waiting[0].revents != 0) break;
    const Fd client(::accept4(listener_.socket.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (client.is_open()) {
      children.push_back(
          spawn_inetd(command_, git_environment(), client.get(), folder_ / "sshd.log"));
    }
  }
  for (const pid_t pid : children) end_server(pid);
}

std::string SshServer::url(const fs::path& repository) const {
  return "ssh://" + current_user() + "@127.0.0.1:" + std::to_string(listener_.port) +
         repository.string();
}

std::string SshServer::private_key() const {
  return file_text(folder_ / "user");
}

std::string SshServer::stranger_key() const {
  return file_text(folder_ / "stranger");
}

std::string SshServer::known_hosts_line(std::string_view key_file) const {
  std::istringstream key(file_text(folder_ / key_file));
  std::string type;
  std::string body;
  key >> type >> body;
  return "[127.0.0.1]:" + std::to_string(listener_.port) + " " + type + " " + body + "\n";
}

std::string SshServer::known_hosts() const {
  return known_hosts_line("host.pub");
}

std::string SshServer::wrong_known_hosts() const {
  return known_hosts_line("other-host.pub");
}

std::string SshServer::log() const {
  return file_text(folder_ / "sshd.log");
}

}  // namespace occ::test
