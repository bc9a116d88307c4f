#include "support/socket.hpp"

#include <arpa/inet.h>
#include <array>
#include <netinet/in.h>
#include <stdexcept>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

namespace occ::test {

namespace {

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

Fd tcp_socket() {
  Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd.is_open()) throw std::runtime_error("no socket");
  return fd;
}

}  // namespace

void Fd::reset(int fd) {
  if (fd_ >= 0) ::close(fd_);
  fd_ = fd;
}

Listener listen_on_loopback() {
  Listener listener{tcp_socket(), 0};
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  auto* raw = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener.socket.get(), raw, size) != 0 || ::listen(listener.socket.get(), 64) != 0 ||
      ::getsockname(listener.socket.get(), raw, &size) != 0) {
    throw std::runtime_error("cannot listen on 127.0.0.1");
  }
  listener.port = ntohs(address.sin_port);
  return listener;
}

Fd connect_to_loopback(std::uint16_t port) {
  Fd fd = tcp_socket();
  const sockaddr_in address = loopback(port);
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    throw std::runtime_error("nothing answers on port " + std::to_string(port));
  }
  return fd;
}

std::uint16_t closed_port() {
  return listen_on_loopback().port;
}

bool send_all(int socket, std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = ::send(socket, text.data(), text.size(), MSG_NOSIGNAL);
    if (n <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

std::string read_to_end(int socket) {
  std::string text;
  std::array<char, 4096> piece;
  for (ssize_t n = 0; (n = ::recv(socket, piece.data(), piece.size(), 0)) > 0;) {
    text.append(piece.data(), static_cast<std::size_t>(n));
  }
  return text;
}

void reset_on_close(int socket) {
  const linger abort{1, 0};
  ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &abort, sizeof abort);
}

WakeUp::WakeUp() : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!event_.is_open()) throw std::runtime_error("no eventfd");
}

void WakeUp::wake() const {
  ::eventfd_write(event_.get(), 1);
}

}  // namespace occ::test
