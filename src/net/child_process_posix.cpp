#include "base/failure.hpp"
#include "net/child_process.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <functional>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace occ::net {
namespace {

constexpr std::size_t kErrorTextLimit = 4096;
constexpr std::size_t kReadSize = 65536;

[[noreturn]] void fail(const std::string& what) {
  throw Failure(FailureCode::internal_error, what + ": " + std::strerror(errno));
}

struct PipeEnds {
  int read_end = -1;
  int write_end = -1;
};

PipeEnds make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) fail("a pipe could not be made");
  for (const int end : ends) ::fcntl(end, F_SETFD, FD_CLOEXEC);
  return {ends[0], ends[1]};
}

void set_nonblocking(int descriptor) {
  ::fcntl(descriptor, F_SETFL, ::fcntl(descriptor, F_GETFL) | O_NONBLOCK);
}

void close_end(int& descriptor) {
  if (descriptor >= 0) ::close(descriptor);
  descriptor = -1;
}

std::vector<char*> pointers(std::vector<std::string>& strings) {
  std::vector<char*> all;
  all.reserve(strings.size() + 1);
  for (std::string& each : strings) all.push_back(each.data());
  all.push_back(nullptr);
  return all;
}

// One end of a pipe, as the loop sees it: calls back when it can move.
class PipeEnd final : public Pollable {
 public:
  enum class Direction { read, write };

  PipeEnd(Loop& loop, int fd, Direction direction, std::function<void()> ready)
      : loop_(loop), fd_(fd), direction_(direction), ready_(std::move(ready)) {
    set_nonblocking(fd_);
    loop_.add(this);
  }
  ~PipeEnd() override { close(); }
  PipeEnd(const PipeEnd&) = delete;
  PipeEnd& operator=(const PipeEnd&) = delete;

  void close() {
    if (fd_ < 0) return;
    loop_.remove(this);
    close_end(fd_);
  }
  [[nodiscard]] bool is_open() const { return fd_ >= 0; }
  void set_interested(bool interested) { interested_ = interested; }

  int descriptor() const override { return fd_; }
  bool wants_to_read() const override { return direction_ == Direction::read && interested_; }
  bool wants_to_write() const override { return direction_ == Direction::write && interested_; }
  void on_ready() override { ready_(); }

 private:
  Loop& loop_;
  int fd_;
  Direction direction_;
  bool interested_ = true;
  std::function<void()> ready_;
};

}  // namespace

struct ChildProcess::Pipes {
  Pipes(Loop& the_loop, Traffic& the_traffic) : loop(the_loop), traffic(the_traffic) {}

  void on_output() {
    const std::size_t old = inbox.size();
    inbox.resize(old + kReadSize);
    const ssize_t got = ::read(output->descriptor(), inbox.data() + old, kReadSize);
    inbox.resize(old + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (got > 0) {
      traffic.received += static_cast<std::uint64_t>(got);
      loop.note_activity();
    } else if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
      output->close();
    }
    output->set_interested(inbox.size() < kInboxLimit);
  }

  void on_errors() {
    std::array<char, 2048> buffer{};
    const ssize_t got = ::read(errors->descriptor(), buffer.data(), buffer.size());
    if (got > 0) {
      error_text.append(buffer.data(), static_cast<std::size_t>(got));
      if (error_text.size() > kErrorTextLimit) {
        error_text.replace(0, error_text.size() - kErrorTextLimit, "…");
      }
    } else if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
      errors->close();
    }
  }

  void on_input() {
    if (outbox_used < outbox.size()) {
      const ssize_t put =
          ::write(input->descriptor(), outbox.data() + outbox_used, outbox.size() - outbox_used);
      if (put > 0) {
        outbox_used += static_cast<std::size_t>(put);
        traffic.sent += static_cast<std::uint64_t>(put);
        loop.note_activity();
      } else if (put < 0 && errno != EAGAIN && errno != EINTR) {
        broken = true;
        input->close();
        return;
      }
    }
    const bool empty = outbox_used == outbox.size();
    if (empty) {
      outbox.clear();
      outbox_used = 0;
    }
    if (empty && writing_finished) {
      input->close();
    } else {
      input->set_interested(!empty);
    }
  }

  Loop& loop;
  Traffic& traffic;
  pid_t pid = -1;
  int exit_status = -1;
  std::unique_ptr<PipeEnd> input;
  std::unique_ptr<PipeEnd> output;
  std::unique_ptr<PipeEnd> errors;
  std::vector<std::byte> inbox;
  std::vector<std::byte> reading;
  std::vector<std::byte> outbox;
  std::size_t outbox_used = 0;
  bool writing_finished = false;
  bool broken = false;  // the child closed its standard input
  std::string error_text;
};

ChildProcess::ChildProcess(ChildCommand command, Loop& loop, Traffic& traffic)
    : name_(command.argv.front()), loop_(loop), pipes_(std::make_unique<Pipes>(loop, traffic)) {
  PipeEnds in = make_pipe();
  PipeEnds out = make_pipe();
  PipeEnds err = make_pipe();
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in.read_end, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out.write_end, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err.write_end, STDERR_FILENO);
  // A group of its own: a Ctrl-C at the terminal is ours to handle. SIGPIPE and SIGXFSZ, which we
  // ignore, are given back their meaning.
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t defaults;
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGPIPE);
  sigaddset(&defaults, SIGXFSZ);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes,
                           static_cast<short>(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF));
  const auto argv = pointers(command.argv);
  const auto environment = pointers(command.environment);
  const int error = ::posix_spawnp(&pipes_->pid, command.argv.front().c_str(), &actions,
                                   &attributes, argv.data(), environment.data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  close_end(in.read_end);
  close_end(out.write_end);
  close_end(err.write_end);
  if (error != 0) {
    close_end(in.write_end);
    close_end(out.read_end);
    close_end(err.read_end);
    throw Failure(FailureCode::program_missing,
                  "the program '" + name_ + "' could not be started: " + std::strerror(error));
  }
  Pipes* pipes = pipes_.get();
  using Direction = PipeEnd::Direction;
  pipes->input = std::make_unique<PipeEnd>(loop, in.write_end, Direction::write,
                                           [pipes] { pipes->on_input(); });
  pipes->output = std::make_unique<PipeEnd>(loop, out.read_end, Direction::read,
                                            [pipes] { pipes->on_output(); });
  pipes->errors = std::make_unique<PipeEnd>(loop, err.read_end, Direction::read,
                                            [pipes] { pipes->on_errors(); });
  pipes->input->set_interested(false);
  ++traffic.requests;
}

ChildProcess::~ChildProcess() {
  pipes_->input->close();
  pipes_->output->close();
  pipes_->errors->close();
  if (pipes_->pid <= 0) return;
  if (pipes_->exit_status < 0) {
    ::kill(-pipes_->pid, SIGTERM);
    int status = 0;
    for (int tries = 0; tries < 50; ++tries) {  // half a second to end by itself
      if (::waitpid(pipes_->pid, &status, WNOHANG) != 0) return;
      ::usleep(10'000);
    }
    ::kill(-pipes_->pid, SIGKILL);
    ::waitpid(pipes_->pid, &status, 0);
  }
}

Bytes ChildProcess::read() {
  Pipes& pipes = *pipes_;
  pipes.reading.clear();
  loop_.check();
  if (pipes.inbox.empty()) {
    pipes.output->set_interested(true);
    loop_.wait_until([&] { return !pipes.inbox.empty() || !pipes.output->is_open(); }, name_);
  }
  pipes.reading.swap(pipes.inbox);
  pipes.output->set_interested(true);
  return pipes.reading;
}

void ChildProcess::write(Bytes bytes) {
  Pipes& pipes = *pipes_;
  if (!pipes.input->is_open()) return;  // what it says on its output tells why
  if (pipes.outbox_used > kOutboxLimit / 2) {
    pipes.outbox.erase(pipes.outbox.begin(),
                       pipes.outbox.begin() + static_cast<std::ptrdiff_t>(pipes.outbox_used));
    pipes.outbox_used = 0;
  }
  pipes.outbox.insert(pipes.outbox.end(), bytes.begin(), bytes.end());
  pipes.input->set_interested(true);
  if (pipes.outbox.size() - pipes.outbox_used <= kOutboxLimit) return;
  loop_.wait_until(
      [&] {
        return !pipes.input->is_open() ||
               pipes.outbox.size() - pipes.outbox_used <= kOutboxLimit / 2;
      },
      name_);
}

void ChildProcess::finish_writing() {
  pipes_->writing_finished = true;
  if (!pipes_->input->is_open()) return;
  if (pipes_->outbox_used == pipes_->outbox.size()) {
    pipes_->input->close();
  } else {
    pipes_->input->set_interested(true);
  }
}

int ChildProcess::wait_for_exit() {
  Pipes& pipes = *pipes_;
  pipes.input->close();
  int status = 0;
  // Standard error is read to its end, so that the message is whole.
  loop_.wait_until(
      [&] {
        if (pipes.exit_status >= 0) return !pipes.errors->is_open();
        if (::waitpid(pipes.pid, &status, WNOHANG) <= 0) return false;
        pipes.exit_status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        return !pipes.errors->is_open();
      },
      name_);
  return pipes.exit_status;
}

const std::string& ChildProcess::error_text() const {
  return pipes_->error_text;
}

}  // namespace occ::net
