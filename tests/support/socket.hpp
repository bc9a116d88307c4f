// Loopback sockets on ports that the system picks, so that tests can run side by side.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace occ::test {

// Owns a file descriptor.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  ~Fd() { reset(); }
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    if (this != &other) reset(std::exchange(other.fd_, -1));
    return *this;
  }
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;

  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] bool is_open() const { return fd_ >= 0; }
  void reset(int fd = -1);

 private:
  int fd_ = -1;
};

struct Listener {
  Fd socket;
  std::uint16_t port = 0;
};

// Bound to 127.0.0.1 and listening: from here on a client can connect and waits in the queue.
[[nodiscard]] Listener listen_on_loopback();
[[nodiscard]] Fd connect_to_loopback(std::uint16_t port);
// A port on 127.0.0.1 where nobody listens.
[[nodiscard]] std::uint16_t closed_port();

// Sends the whole text; false when the other side is gone.
bool send_all(int socket, std::string_view text);
[[nodiscard]] std::string read_to_end(int socket);
// Makes the next close() a reset instead of an orderly end.
void reset_on_close(int socket);

// A way to wake a thread that sits in poll().
class WakeUp {
 public:
  WakeUp();
  void wake() const;
  [[nodiscard]] int fd() const { return event_.get(); }

 private:
  Fd event_;
};

}  // namespace occ::test
