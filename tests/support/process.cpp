#include "support/process.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sstream>
#include <stdexcept>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

namespace occ::test {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

namespace {

constexpr auto kSampleEvery = 8ms;
constexpr auto kPipesStayOpenFor = 5s;  // as long as a workflow runner waits for them

struct Pipe {
  int read_end = -1;
  int write_end = -1;
};

Pipe open_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe2 failed");
  return {ends[0], ends[1]};
}

void close_fd(int& fd) {
  if (fd >= 0) ::close(fd);
  fd = -1;
}

// An unlinked file that holds `input`, so that no child can block on reading or writing it.
int open_input(const std::string& input) {
  if (input.empty()) return ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  std::string name = (fs::temp_directory_path() / "sync-input.XXXXXX").string();
  const int fd = ::mkostemp(name.data(), O_CLOEXEC);
  if (fd < 0) throw std::runtime_error("no temporary file for standard input");
  ::unlink(name.c_str());
  for (std::size_t done = 0; done < input.size();) {
    const ssize_t n = ::write(fd, input.data() + done, input.size() - done);
    if (n < 0) throw std::runtime_error("cannot write standard input");
    done += static_cast<std::size_t>(n);
  }
  ::lseek(fd, 0, SEEK_SET);
  return fd;
}

int open_log(const fs::path& log) {
  const int fd = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (fd < 0) throw std::runtime_error("cannot write '" + log.string() + "'");
  return fd;
}

struct Streams {
  int in;
  int out;
  int err;
};

// Everything that allocates happens before the fork: other threads may hold the allocator.
pid_t fork_and_exec(const std::vector<std::string>& argv, const Environment& env,
                    const fs::path& cwd, Streams streams) {
  std::vector<char*> arguments;
  arguments.reserve(argv.size() + 1);
  for (const auto& arg : argv) arguments.push_back(const_cast<char*>(arg.c_str()));
  arguments.push_back(nullptr);
  std::vector<std::string> pairs;
  pairs.reserve(env.size());
  for (const auto& [name, value] : env) {
    pairs.push_back(name);
    pairs.back().append("=").append(value);
  }
  std::vector<char*> environment;
  environment.reserve(env.size() + 1);
  for (auto& pair : pairs) environment.push_back(pair.data());
  environment.push_back(nullptr);
  const std::string folder = cwd.string();
  const pid_t parent = ::getpid();

  const pid_t pid = ::fork();
  if (pid < 0) throw std::runtime_error("fork failed");
  if (pid > 0) return pid;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(127);  // the test ended before prctl
  ::setpgid(0, 0);
  // What started the tests may ignore them, as nohup does.
  for (const int number : {SIGHUP, SIGINT, SIGQUIT, SIGTERM}) ::signal(number, SIG_DFL);
  ::dup2(streams.in, 0);
  ::dup2(streams.out, 1);
  ::dup2(streams.err, 2);
  if (!folder.empty() && ::chdir(folder.c_str()) != 0) ::_exit(126);
  ::execvpe(arguments[0], arguments.data(), environment.data());
  ::_exit(127);
}

// Empty when the process is gone: then a read fails, and a stream would throw.
std::string proc_text(const std::string& file) {
  int fd = ::open(("/proc/" + file).c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return {};
  std::string text;
  std::array<char, 4096> piece;
  for (ssize_t n = 0; (n = ::read(fd, piece.data(), piece.size())) > 0;) {
    text.append(piece.data(), static_cast<std::size_t>(n));
  }
  close_fd(fd);
  return text;
}

std::string proc_text(pid_t pid, std::string_view name) {
  return proc_text(std::to_string(pid) + "/" + std::string(name));
}

std::set<std::string> open_files_of(pid_t pid) {
  std::set<std::string> files;
  std::error_code gone;
  const std::string folder = "/proc/" + std::to_string(pid) + "/fd";
  for (fs::directory_iterator fd(folder, gone), end; !gone && fd != end; fd.increment(gone)) {
    std::error_code closed;
    const std::string file = fs::read_symlink(fd->path(), closed).string();
    if (file.starts_with('/') && !file.starts_with("/dev/") && !file.starts_with("/proc/")) {
      files.insert(file);
    }
  }
  return files;
}

std::string command_line(pid_t pid) {
  std::string text = proc_text(pid, "cmdline");
  std::replace(text.begin(), text.end(), '\0', ' ');
  return text;
}

// The value of a "Name:\tvalue" line of /proc/<pid>/status; empty if there is none.
std::string status_field(const std::string& status, std::string_view name) {
  std::istringstream lines(status);
  for (std::string line; std::getline(lines, line);) {
    if (line.rfind(std::string(name) + ":", 0) != 0) continue;
    const auto start = line.find_first_not_of(" \t", name.size() + 1);
    return start == std::string::npos ? std::string() : line.substr(start);
  }
  return {};
}

int exit_code_of(int wait_status) {
  return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

std::vector<std::string> members_of_group(pid_t group) {
  std::vector<std::string> lines;
  std::error_code gone;
  for (fs::directory_iterator entry("/proc", gone), end; !gone && entry != end;
       entry.increment(gone)) {
    const std::string name = entry->path().filename().string();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    const pid_t pid = static_cast<pid_t>(std::stol(name));
    const std::string stat = proc_text(pid, "stat");
    const auto comm_end = stat.rfind(')');
    if (comm_end == std::string::npos) continue;
    std::istringstream fields(stat.substr(comm_end + 1));
    std::string state;
    pid_t ppid = 0;
    pid_t pgrp = 0;
    fields >> state >> ppid >> pgrp;
    if (pgrp == group && state != "Z") lines.push_back(command_line(pid));
  }
  return lines;
}

}  // namespace

Environment bare_environment() {
  Environment env{{"LANG", "C.UTF-8"}, {"TZ", "UTC"}};
  // Switches of the sanitizers go through; nothing else of the user does.
  for (const char* name : {"PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"}) {
    if (const char* value = std::getenv(name)) env[name] = value;
  }
  return env;
}

Process::Process(const std::vector<std::string>& argv, const ProcessOptions& options)
    : started_(std::chrono::steady_clock::now()) {
  Pipe out = open_pipe();
  Pipe err = open_pipe();
  int in = open_input(options.input);
  pid_ = fork_and_exec(argv, options.env, options.cwd, {in, out.write_end, err.write_end});
  ::setpgid(pid_, pid_);  // both sides set it, so that neither has to wait for the other
  close_fd(in);
  close_fd(out.write_end);
  close_fd(err.write_end);
  out_fd_ = out.read_end;
  err_fd_ = err.read_end;
  pid_fd_ = static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0));
  thread_ = std::thread(
      [this, timeout = options.timeout, watch = options.watch] { pump(timeout, watch); });
}

Process::~Process() {
  {
    const std::lock_guard lock(mutex_);
    if (!ended_) ::kill(-pid_, SIGKILL);
  }
  if (thread_.joinable()) thread_.join();
  ::kill(-pid_, SIGKILL);
  close_fd(out_fd_);
  close_fd(err_fd_);
  close_fd(pid_fd_);
}

void Process::send(int signal) const {
  ::kill(pid_, signal);
}

bool Process::wait_for_output(std::string_view text, std::chrono::milliseconds limit) {
  std::unique_lock lock(mutex_);
  const auto seen = [&] {
    return result_.out.find(text) != std::string::npos ||
           result_.err.find(text) != std::string::npos;
  };
  changed_.wait_for(lock, limit, [&] { return seen() || ended_; });
  return seen();
}

ProcessResult Process::wait() {
  thread_.join();
  return std::move(result_);
}

void Process::drain(int& fd, std::string& into) {
  std::array<char, 65536> buffer;
  const ssize_t n = ::read(fd, buffer.data(), buffer.size());
  if (n < 0 && errno == EINTR) return;
  if (n <= 0) {
    close_fd(fd);
    return;
  }
  const std::lock_guard lock(mutex_);
  into.append(buffer.data(), static_cast<std::size_t>(n));
  changed_.notify_all();
}

void Process::pump(std::chrono::milliseconds timeout, Watch watch) {
  auto deadline = started_ + timeout;
  bool running = true;
  while (running || out_fd_ >= 0 || err_fd_ >= 0) {
    std::array<pollfd, 3> waiting{{{out_fd_, POLLIN, 0}, {err_fd_, POLLIN, 0}, {-1, POLLIN, 0}}};
    if (running) waiting[2].fd = pid_fd_;
    ::poll(waiting.data(), waiting.size(), static_cast<int>(kSampleEvery.count()));
    if (running && watch == Watch::process_tree) sample_tree();
    if (waiting[0].revents != 0) drain(out_fd_, result_.out);
    if (waiting[1].revents != 0) drain(err_fd_, result_.err);
    int status = 0;
    if (running && ::waitpid(pid_, &status, WNOHANG) == pid_) {
      running = false;
      note_end(status);
      deadline = std::chrono::steady_clock::now() + kPipesStayOpenFor;
    }
    if (std::chrono::steady_clock::now() < deadline) continue;
    if (!running) break;  // something below it still holds a pipe: see left_running
    result_.timed_out = true;
    ::kill(-pid_, SIGKILL);
    deadline += 10s;
  }
  if (watch == Watch::process_tree) {
    const auto patience = std::chrono::steady_clock::now() + 1s;
    do {
      result_.left_running = members_of_group(pid_);
    } while (!result_.left_running.empty() && std::chrono::steady_clock::now() < patience);
  }
  const std::lock_guard lock(mutex_);
  ended_ = true;
  changed_.notify_all();
}

void Process::note_end(int wait_status) {
  const std::lock_guard lock(mutex_);
  result_.exit_code = exit_code_of(wait_status);
  result_.duration = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - started_);
}

void Process::sample_tree() {
  for (const pid_t pid : process_tree(pid_)) {
    const std::string status = proc_text(pid, "status");
    const std::string peak = status_field(status, "VmHWM");
    if (peak.empty()) continue;
    const std::string name = status_field(status, "Name");
    long& known = result_.peak_rss_kib[name];
    known = std::max(known, std::strtol(peak.c_str(), nullptr, 10));
    result_.open_files[name].merge(open_files_of(pid));
    std::string environment = proc_text(pid, "environ");
    std::replace(environment.begin(), environment.end(), '\0', '\n');
    // It may have become another program meanwhile.
    if (status_field(proc_text(pid, "status"), "Name") != name) continue;
    result_.environments[name].insert(std::move(environment));
    result_.command_lines.insert(command_line(pid));
  }
}

ProcessResult run_process(const std::vector<std::string>& argv, const ProcessOptions& options) {
  return Process(argv, options).wait();
}

pid_t spawn_server(const std::vector<std::string>& argv, const Environment& env, int stdin_fd,
                   const fs::path& log) {
  int out = open_log(log);
  const pid_t pid = fork_and_exec(argv, env, {}, {stdin_fd, out, out});
  close_fd(out);
  return pid;
}

pid_t spawn_inetd(const std::vector<std::string>& argv, const Environment& env, int socket,
                  const fs::path& log) {
  int err = open_log(log);
  const pid_t pid = fork_and_exec(argv, env, {}, {socket, socket, err});
  close_fd(err);
  return pid;
}

void end_server(pid_t pid) {
  if (pid <= 0) return;
  ::kill(pid, SIGTERM);
  for (int i = 0; i < 200; ++i) {
    if (::waitpid(pid, nullptr, WNOHANG) == pid) break;
    if (i == 199) {
      ::kill(pid, SIGKILL);
      ::waitpid(pid, nullptr, 0);
      break;
    }
    std::this_thread::sleep_for(5ms);
  }
  ::kill(-pid, SIGKILL);  // what it had started
}

std::vector<pid_t> process_tree(pid_t root) {
  std::vector<pid_t> tree{root};
  for (std::size_t i = 0; i < tree.size(); ++i) {
    const std::string folder = std::to_string(tree[i]) + "/task/";
    std::error_code gone;
    for (fs::directory_iterator task("/proc/" + folder, gone), end; !gone && task != end;
         task.increment(gone)) {
      std::istringstream children(
          proc_text(folder + task->path().filename().string() + "/children"));
      for (pid_t child = 0; children >> child;) tree.push_back(child);
    }
  }
  return tree;
}

}  // namespace occ::test
