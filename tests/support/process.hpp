// Child processes for tests: start, watch, signal, collect. A child and all that it starts
// end with the test, even when the test is killed. Knows nothing of Git or HTTP.
#pragma once

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <thread>
#include <vector>

namespace occ::test {

using Environment = std::map<std::string, std::string>;

// What a child gets when nothing else is said: PATH and a neutral locale, and nothing of the
// user's own settings.
[[nodiscard]] Environment bare_environment();

enum class Watch : std::uint8_t {
  output_only,
  // Also samples, every few milliseconds, what /proc tells of the child and of everything below
  // it, and looks for what outlives it by more than a second.
  process_tree,
};

struct ProcessOptions {
  Environment env = bare_environment();
  std::filesystem::path cwd = {};
  std::string input = {};  // becomes standard input; empty means /dev/null
  std::chrono::milliseconds timeout = std::chrono::seconds(100);
  Watch watch = Watch::output_only;
};

struct ProcessResult {
  int exit_code = -1;  // 128 + n when signal n ended it
  bool timed_out = false;
  std::string out;
  std::string err;
  std::chrono::milliseconds duration{};
  // Peak resident memory (VmHWM; ru_maxrss would be inherited over fork) by program name.
  std::map<std::string, long> peak_rss_kib;
  std::set<std::string> command_lines;  // of the whole tree, arguments joined by spaces
  std::map<std::string, std::set<std::string>> environments;  // by program name, NAME=value lines
  std::map<std::string, std::set<std::string>> open_files;    // by program name; real files only
  std::vector<std::string> left_running;                      // command lines that outlived it
};

class Process {
 public:
  // Starts argv[0] (searched in PATH) as the leader of a process group of its own.
  Process(const std::vector<std::string>& argv, const ProcessOptions& options);
  ~Process();  // kills the whole group
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  Process(Process&&) = delete;
  Process& operator=(Process&&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }
  void send(int signal) const;  // to the leader alone, as a workflow runner does

  // True once standard output and error together contain `text`; false if it ended without, or
  // after `limit`.
  [[nodiscard]] bool wait_for_output(std::string_view text, std::chrono::milliseconds limit);

  // Waits for the end (the time limit kills the group) and returns everything. Call it once.
  [[nodiscard]] ProcessResult wait();

 private:
  void pump(std::chrono::milliseconds timeout, Watch watch);
  void sample_tree();
  void note_end(int wait_status);
  void drain(int& fd, std::string& into);

  pid_t pid_ = -1;
  int out_fd_ = -1;
  int err_fd_ = -1;
  int pid_fd_ = -1;
  std::chrono::steady_clock::time_point started_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool ended_ = false;
  ProcessResult result_;
  std::thread thread_;
};

[[nodiscard]] ProcessResult run_process(const std::vector<std::string>& argv,
                                        const ProcessOptions& options = {});

// For servers, which nobody waits for: no pump, no result. Both die when the calling thread does.
// `stdin_fd` (borrowed) becomes standard input; `log` grows by standard error, and by standard
// output too unless that is to be a second copy of `stdin_fd`, as inetd does.
[[nodiscard]] pid_t spawn_server(const std::vector<std::string>& argv, const Environment& env,
                                 int stdin_fd, const std::filesystem::path& log);
[[nodiscard]] pid_t spawn_inetd(const std::vector<std::string>& argv, const Environment& env,
                                int socket, const std::filesystem::path& log);
// Asks with SIGTERM, insists with SIGKILL after a second, reaps.
void end_server(pid_t pid);

// The processes below `root`, itself included, as /proc tells now.
[[nodiscard]] std::vector<pid_t> process_tree(pid_t root);

}  // namespace occ::test
