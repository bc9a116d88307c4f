// Windows has no readiness for pipes, so each pipe has a thread that blocks on it. The threads
// touch the buffers only, under one lock, and wake the loop; all else happens on the loop's thread.
// The program's manifest makes UTF-8 the code page of the narrow functions used here.
#ifndef NOMINMAX
#define NOMINMAX
#endif
#include "base/failure.hpp"
#include "net/child_process.hpp"
#include "net/curl_handles.hpp"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <windows.h>

namespace occ::net {
namespace {

constexpr std::size_t kErrorTextLimit = 4096;
constexpr DWORD kReadSize = 65536;
constexpr DWORD kTimeToEnd = 500;  // milliseconds to end by itself

class Handle {
 public:
  Handle() = default;
  explicit Handle(HANDLE handle) : handle_(handle) {}
  Handle(Handle&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Handle& operator=(Handle&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~Handle() { close(); }

  void close() {
    if (handle_ != nullptr) ::CloseHandle(handle_);
    handle_ = nullptr;
  }
  [[nodiscard]] HANDLE get() const { return handle_; }

 private:
  HANDLE handle_ = nullptr;
};

[[nodiscard]] std::string last_error() {
  return std::system_category().message(static_cast<int>(::GetLastError()));
}

[[noreturn]] void fail(const std::string& what) {
  throw Failure(FailureCode::internal_error, what + ": " + last_error());
}

struct PipeEnds {
  Handle read_end;
  Handle write_end;
};

PipeEnds make_pipe() {
  HANDLE read_end = nullptr;
  HANDLE write_end = nullptr;
  if (!::CreatePipe(&read_end, &write_end, nullptr, kReadSize)) fail("a pipe could not be made");
  return {Handle(read_end), Handle(write_end)};
}

// One argument as CommandLineToArgvW reads it back: backslashes count only before a quote.
std::string quoted(const std::string& argument) {
  if (!argument.empty() && argument.find_first_of(" \t\n\v\"") == std::string::npos) {
    return argument;
  }
  std::string out = "\"";
  std::size_t backslashes = 0;
  for (const char c : argument) {
    if (c == '\\') {
      ++backslashes;
      continue;
    }
    out.append(c == '"' ? 2 * backslashes + 1 : backslashes, '\\');
    backslashes = 0;
    out += c;
  }
  out.append(2 * backslashes, '\\');
  return out + '"';
}

std::string command_line(const std::vector<std::string>& argv) {
  std::string line;
  for (const std::string& argument : argv) {
    if (!line.empty()) line += ' ';
    line += quoted(argument);
  }
  return line;
}

// Sorted without regard to case, as Windows wants it; each entry and the whole end with a NUL.
std::string environment_block(std::vector<std::string> environment) {
  std::ranges::sort(environment, [](const std::string& a, const std::string& b) {
    return ::_stricmp(a.c_str(), b.c_str()) < 0;
  });
  std::string block;
  for (const std::string& entry : environment) block.append(entry).push_back('\0');
  block.push_back('\0');
  return block;
}

// The program's path. Never from the working directory, where a checkout may hold a git.exe.
std::string find_program(const std::string& name) {
  std::string path(32768, '\0');
  path.resize(::GetEnvironmentVariableA("PATH", path.data(), static_cast<DWORD>(path.size())));
  std::string found(32768, '\0');
  found.resize(::SearchPathA(path.c_str(), name.c_str(), ".exe", static_cast<DWORD>(found.size()),
                             found.data(), nullptr));
  if (found.empty()) {
    throw Failure(FailureCode::program_missing,
                  "the program '" + name + "' could not be started: " + "it is not in the PATH");
  }
  return found;
}

// Its processes end with it, whatever they started.
Handle make_job() {
  Handle job(::CreateJobObjectA(nullptr, nullptr));
  JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits{};
  limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE;
  if (job.get() == nullptr ||
      !::SetInformationJobObject(job.get(), JobObjectExtendedLimitInformation, &limits,
                                 sizeof limits)) {
    fail("a job object could not be made");
  }
  return job;
}

// The handles that a new process inherits, and no others: another child must not hold our pipes.
class Inheritance {
 public:
  explicit Inheritance(std::array<HANDLE, 3> handles) : handles_(handles) {
    for (const HANDLE handle : handles_) {
      ::SetHandleInformation(handle, HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT);
    }
    SIZE_T size = 0;
    ::InitializeProcThreadAttributeList(nullptr, 1, 0, &size);
    storage_.resize(size);
    if (!::InitializeProcThreadAttributeList(list(), 1, 0, &size) ||
        !::UpdateProcThreadAttribute(list(), 0, PROC_THREAD_ATTRIBUTE_HANDLE_LIST, handles_.data(),
                                     sizeof handles_, nullptr, nullptr)) {
      fail("a process could not be prepared");
    }
  }
  ~Inheritance() { ::DeleteProcThreadAttributeList(list()); }
  Inheritance(const Inheritance&) = delete;
  Inheritance& operator=(const Inheritance&) = delete;

  [[nodiscard]] LPPROC_THREAD_ATTRIBUTE_LIST list() {
    return reinterpret_cast<LPPROC_THREAD_ATTRIBUTE_LIST>(storage_.data());
  }

 private:
  std::array<HANDLE, 3> handles_;
  std::vector<std::byte> storage_;
};

// Starts the program inside `job`, its standard handles being `in`, `out` and `err`.
Handle start(const ChildCommand& command, HANDLE job, HANDLE in, HANDLE out, HANDLE err) {
  const std::string program = find_program(command.argv.front());
  std::string line = command_line(command.argv);
  std::string environment = environment_block(command.environment);
  Inheritance inheritance({in, out, err});
  STARTUPINFOEXA startup{};
  startup.StartupInfo.cb = sizeof startup;
  startup.StartupInfo.dwFlags = STARTF_USESTDHANDLES;
  startup.StartupInfo.hStdInput = in;
  startup.StartupInfo.hStdOutput = out;
  startup.StartupInfo.hStdError = err;
  startup.lpAttributeList = inheritance.list();
  PROCESS_INFORMATION process{};
  // No console: a Ctrl-C there is ours to handle. Suspended until it is in the job.
  const DWORD flags = CREATE_SUSPENDED | CREATE_NO_WINDOW | EXTENDED_STARTUPINFO_PRESENT;
  if (!::CreateProcessA(program.c_str(), line.data(), nullptr, nullptr, TRUE, flags,
                        environment.data(), nullptr, &startup.StartupInfo, &process)) {
    throw Failure(FailureCode::program_missing, "the program '" + command.argv.front() +
                                                    "' could not be started: " + last_error());
  }
  const Handle thread(process.hThread);
  Handle started(process.hProcess);
  if (!::AssignProcessToJobObject(job, started.get())) {
    ::TerminateProcess(started.get(), 1);
    fail("a process could not be put into a job object");
  }
  ::ResumeThread(thread.get());
  return started;
}

}  // namespace

struct ChildProcess::Pipes {
  Pipes(Loop& its_loop, Traffic& its_traffic) : loop(its_loop), traffic(its_traffic) {}

  void wake() const { curl_multi_wakeup(static_cast<CURLM*>(loop.multi())); }

  // Thread of standard output.
  void read_output() {
    std::vector<std::byte> buffer(kReadSize);
    DWORD got = 0;
    while (::ReadFile(output.get(), buffer.data(), kReadSize, &got, nullptr) && got > 0) {
      std::unique_lock guard(lock);
      inbox.insert(inbox.end(), buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(got));
      arrived += got;
      wake();
      changed.wait(guard, [this] { return inbox.size() < kInboxLimit || ending; });
      if (ending) break;
    }
    const std::lock_guard guard(lock);
    output_closed = true;
    wake();
  }

  // Thread of standard error.
  void read_errors() {
    std::array<char, 2048> buffer{};
    DWORD got = 0;
    while (
        ::ReadFile(errors.get(), buffer.data(), static_cast<DWORD>(buffer.size()), &got, nullptr) &&
        got > 0) {
      const std::lock_guard guard(lock);
      error_text.append(buffer.data(), got);
      if (error_text.size() > kErrorTextLimit) {
        error_text.replace(0, error_text.size() - kErrorTextLimit, "…");
      }
    }
    const std::lock_guard guard(lock);
    errors_closed = true;
    wake();
  }

  // Thread of standard input. The pipe is closed here, so never under a write.
  void write_input() {
    std::unique_lock guard(lock);
    while (true) {
      changed.wait(guard, [this] { return !outbox.empty() || writing_finished || ending; });
      if (outbox.empty() || ending) break;
      const std::vector<std::byte> batch = std::exchange(outbox, {});
      in_flight = batch.size();
      guard.unlock();
      const bool written = write_all(batch);
      guard.lock();
      in_flight = 0;
      wake();
      if (!written) break;
      departed += batch.size();
    }
    input_closed = true;
    input.close();
    wake();
  }

  bool write_all(Bytes bytes) const {
    while (!bytes.empty()) {
      const auto size = static_cast<DWORD>(std::min<std::size_t>(bytes.size(), kReadSize));
      DWORD put = 0;
      if (!::WriteFile(input.get(), bytes.data(), size, &put, nullptr)) return false;
      bytes = bytes.subspan(put);
    }
    return true;
  }

  // On the loop's thread, under the lock: tells the loop and the totals what has moved.
  void count() {
    if (arrived == 0 && departed == 0) return;
    traffic.received += std::exchange(arrived, 0);
    traffic.sent += std::exchange(departed, 0);
    loop.note_activity();
  }

  [[nodiscard]] bool has_exited() const {
    return ::WaitForSingleObject(process.get(), 0) == WAIT_OBJECT_0;
  }

  Loop& loop;
  Traffic& traffic;
  Handle job;
  Handle process;
  Handle input;
  Handle output;
  Handle errors;
  std::vector<std::byte> reading;
  std::string error_copy;  // handed out by reference

  std::mutex lock;  // for all that follows
  std::condition_variable changed;
  std::vector<std::byte> inbox;
  std::vector<std::byte> outbox;
  std::size_t in_flight = 0;  // bytes that left the outbox and are being written
  std::string error_text;
  std::uint64_t arrived = 0;  // since the last count()
  std::uint64_t departed = 0;
  bool output_closed = false;
  bool errors_closed = false;
  bool input_closed = false;
  bool writing_finished = false;
  bool ending = false;

  std::array<std::thread, 3> threads;
};

ChildProcess::ChildProcess(ChildCommand command, Loop& loop, Traffic& traffic)
    : name_(command.argv.front()), loop_(loop), pipes_(std::make_unique<Pipes>(loop, traffic)) {
  PipeEnds in = make_pipe();
  PipeEnds out = make_pipe();
  PipeEnds err = make_pipe();
  Pipes* pipes = pipes_.get();
  pipes->job = make_job();
  pipes->process =
      start(command, pipes->job.get(), in.read_end.get(), out.write_end.get(), err.write_end.get());
  pipes->input = std::move(in.write_end);
  pipes->output = std::move(out.read_end);
  pipes->errors = std::move(err.read_end);
  pipes->threads = {std::thread([pipes] { pipes->read_output(); }),
                    std::thread([pipes] { pipes->read_errors(); }),
                    std::thread([pipes] { pipes->write_input(); })};
  ++traffic.requests;
}

ChildProcess::~ChildProcess() {
  {
    const std::lock_guard guard(pipes_->lock);
    pipes_->ending = true;
  }
  pipes_->changed.notify_all();
  // Whatever still runs then is ended, which breaks the pipes and so ends the threads.
  ::WaitForSingleObject(pipes_->process.get(), kTimeToEnd);
  ::TerminateJobObject(pipes_->job.get(), 1);
  for (std::thread& thread : pipes_->threads) thread.join();
}

Bytes ChildProcess::read() {
  Pipes& pipes = *pipes_;
  pipes.reading.clear();
  loop_.wait_until(
      [&] {
        const std::lock_guard guard(pipes.lock);
        pipes.count();
        pipes.reading.swap(pipes.inbox);
        return !pipes.reading.empty() || pipes.output_closed;
      },
      name_);
  pipes.changed.notify_all();
  return pipes.reading;
}

void ChildProcess::write(Bytes bytes) {
  Pipes& pipes = *pipes_;
  {
    const std::lock_guard guard(pipes.lock);
    if (pipes.input_closed) return;  // what it says on its output tells why
    pipes.outbox.insert(pipes.outbox.end(), bytes.begin(), bytes.end());
    pipes.count();
  }
  pipes.changed.notify_all();
  loop_.wait_until(
      [&] {
        const std::lock_guard guard(pipes.lock);
        pipes.count();
        return pipes.input_closed || pipes.outbox.size() + pipes.in_flight <= kOutboxLimit;
      },
      name_);
}

void ChildProcess::finish_writing() {
  {
    const std::lock_guard guard(pipes_->lock);
    pipes_->writing_finished = true;
  }
  pipes_->changed.notify_all();
}

int ChildProcess::wait_for_exit() {
  finish_writing();
  // Standard error is read to its end, so that the message is whole.
  loop_.wait_until(
      [this] {
        const std::lock_guard guard(pipes_->lock);
        pipes_->count();
        return pipes_->errors_closed && pipes_->has_exited();
      },
      name_);
  DWORD status = 0;
  ::GetExitCodeProcess(pipes_->process.get(), &status);
  return static_cast<int>(status);
}

const std::string& ChildProcess::error_text() const {
  const std::lock_guard guard(pipes_->lock);
  pipes_->error_copy = pipes_->error_text;
  return pipes_->error_copy;
}

}  // namespace occ::net
