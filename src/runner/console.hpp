// Everything that is printed goes through here: plain lines on a terminal, workflow commands in a
// job's log (actions/runner, ActionCommand). Foreign text is made printable on its way.
#pragma once

#include "base/redactor.hpp"
#include "base/secret.hpp"
#include "base/trace.hpp"
#include "base/untrusted.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>

namespace spdlog {
class logger;
}

namespace occ::runner {

class Console final : public Trace {
 public:
  enum class Style { terminal, workflow };
  enum class Severity { error, warning, notice };

  // `debug`: whether debug lines are shown.
  Console(Style style, bool debug);
  ~Console() override;

  void info(std::string_view text);
  // An annotation in a workflow, a line on a terminal.
  void annotate(Severity severity, std::string_view title, std::string_view message);
  void begin_group(std::string_view title);
  void end_group();
  // Hides the secret, and the forms in which it travels, in all that follows: here, and by the
  // runner's own masks. First of all calls.
  void mask(const Secret& secret, std::string_view username);
  [[nodiscard]] const Redactor& redactor() const { return redactor_; }

  void debug(std::string_view text) override;
  void notice(std::string_view text) override;
  void remote(std::string_view side, std::string_view text) override;
  void progress(std::uint64_t pack_bytes) override;
  // Ends a progress line that is rewritten in place.
  void end_progress();

 private:
  // Foreign text as it may be printed: redacted first, cut last.
  [[nodiscard]] std::string shown(std::string_view text, std::size_t limit = kUntrustedLimit) const;
  void line(std::string_view text);
  void command(std::string_view name, std::string_view properties, std::string_view message);
  void remote_lines(std::string_view side, const std::string& text);

  Style style_;
  bool debug_;
  bool is_terminal_;
  Redactor redactor_;
  std::set<std::string, std::less<>> masked_;
  std::shared_ptr<spdlog::logger> out_;
  std::map<std::string, std::string, std::less<>> partial_remote_;  // by side: a line not whole yet
  std::size_t remote_words_ = 0;                                    // bytes
  std::uint64_t progress_bytes_ = 0;                                // at the last progress line
  bool progress_line_open_ = false;
  std::chrono::steady_clock::time_point progress_start_{};
  std::chrono::steady_clock::time_point progress_shown_{};
};

}  // namespace occ::runner
