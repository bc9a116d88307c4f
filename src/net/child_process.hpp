// A child process and the three pipes to it, moved by the event loop. The only place that starts
// processes.
#pragma once

#include "net/loop.hpp"
#include "net/stream.hpp"

#include <memory>
#include <string>
#include <vector>

namespace occ::net {

struct ChildCommand {
  std::vector<std::string> argv;         // argv[0] is looked up in PATH
  std::vector<std::string> environment;  // whole: NAME=value each. No secret belongs here
};

// Reads its standard output, writes its standard input; the last lines of its standard error are
// kept for messages. The end of a ChildProcess ends the process.
class ChildProcess final : public Stream {
 public:
  // `loop` and `traffic` are borrowed. Throws Failure{internal_error} if it cannot be started.
  ChildProcess(ChildCommand command, Loop& loop, Traffic& traffic);
  ~ChildProcess() override;
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  Bytes read() override;  // empty: standard output was closed
  void write(Bytes bytes) override;
  void finish_writing() override;

  // Waits for its end, after its output was closed: the exit status, or 128 + signal.
  [[nodiscard]] int wait_for_exit();
  // What it wrote to standard error, at most its last 4 KiB.
  [[nodiscard]] const std::string& error_text() const;

 private:
  struct Pipes;

  std::string name_;
  Loop& loop_;
  std::unique_ptr<Pipes> pipes_;
};

}  // namespace occ::net
