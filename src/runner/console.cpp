#include "runner/console.hpp"

#include "base/encode.hpp"
#include "base/limits.hpp"
#include "base/shown_bytes.hpp"
#include "base/untrusted.hpp"

#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <cstdio>

#ifdef _WIN32
#include <io.h>
#define SYNC_ACTION_ISATTY _isatty(_fileno(stdout))
#else
#include <unistd.h>
#define SYNC_ACTION_ISATTY ::isatty(STDOUT_FILENO)
#endif

namespace occ::runner {
namespace {

constexpr std::chrono::seconds kProgressInLog{5};
constexpr std::chrono::milliseconds kProgressOnTerminal{200};
constexpr std::size_t kRemoteLineLimit = 2000;

// actions/runner, ActionCommandManager: the escapes of a message and of a property.
std::string escaped_message(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '%':
        out += "%25";
        break;
      case '\r':
        out += "%0D";
        break;
      case '\n':
        out += "%0A";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string escaped_property(std::string_view text) {
  std::string out;
  for (const char c : escaped_message(text)) {
    if (c == ':') {
      out += "%3A";
    } else if (c == ',') {
      out += "%2C";
    } else {
      out += c;
    }
  }
  return out;
}

std::string_view name_of(Console::Severity severity) {
  switch (severity) {
    case Console::Severity::error:
      return "error";
    case Console::Severity::warning:
      return "warning";
    case Console::Severity::notice:
      return "notice";
  }
  return "";
}

}  // namespace

Console::Console(Style style, bool debug)
    : style_(style),
      debug_(debug),
      is_terminal_(style == Style::terminal && SYNC_ACTION_ISATTY != 0),
      out_(std::make_shared<spdlog::logger>("sync-action",
                                            std::make_shared<spdlog::sinks::stdout_sink_st>())) {
  out_->set_pattern("%v");
  out_->set_level(spdlog::level::trace);
  out_->flush_on(spdlog::level::trace);
}

Console::~Console() = default;

void Console::line(std::string_view text) {
  end_progress();
  out_->info("{}", redactor_.redacted(std::string(text)));
}

void Console::command(std::string_view name, std::string_view properties,
                      std::string_view message) {
  line(fmt::format("::{}{}{}::{}", name, properties.empty() ? "" : " ", properties,
                   escaped_message(message)));
}

void Console::info(std::string_view text) {
  line(printable(text));
}

void Console::annotate(Severity severity, std::string_view title, std::string_view message) {
  // A message may have several lines; each is made printable by itself.
  std::string clean;
  while (!message.empty()) {
    const std::size_t end = message.find('\n');
    if (!clean.empty()) clean += '\n';
    clean += printable(message.substr(0, end));
    message.remove_prefix(end == std::string_view::npos ? message.size() : end + 1);
  }
  if (style_ == Style::workflow) {
    command(name_of(severity), "title=" + escaped_property(printable(title)), clean);
  } else {
    // A title that the message begins with would only be said twice.
    const std::string shown = printable(title);
    const bool told = clean.starts_with(shown);
    line(fmt::format("{}: {}{}{}", name_of(severity), told ? "" : shown, told ? "" : ": ", clean));
  }
}

void Console::begin_group(std::string_view title) {
  if (style_ == Style::workflow) {
    command("group", "", printable(title));
  } else {
    line(fmt::format("\n{}", printable(title)));
  }
}

void Console::end_group() {
  if (style_ == Style::workflow) command("endgroup", "", "");
}

void Console::mask(const Secret& secret, std::string_view username) {
  const std::string& text = secret.reveal();
  if (text.size() < Redactor::kShortest) return;
  redactor_.add(secret);
  if (style_ != Style::workflow) return;
  for (const std::string& form :
       {text, percent_encode(text), base64(text), base64(std::string(username) + ':' + text)}) {
    // Past the redactor: this is how the runner learns what to hide.
    if (masked_.insert(form).second) out_->info("::add-mask::{}", escaped_message(form));
  }
}

void Console::debug(std::string_view text) {
  if (!debug_) return;
  if (style_ == Style::workflow) {
    command("debug", "", printable(text));
  } else {
    line("debug: " + printable(text));
  }
}

void Console::notice(std::string_view text) {
  line("note: " + printable(text));
}

void Console::remote(std::string_view side, std::string_view text) {
  std::string& partial = partial_remote_[std::string(side)];
  for (const char c : text) {
    if (c == '\n') {
      remote_line(side, partial);
      partial.clear();
    } else if (c == '\r') {
      partial.clear();  // a progress line that the next one replaces
    } else if (partial.size() < kRemoteLineLimit) {
      partial += c;
    }
  }
}

void Console::remote_line(std::string_view side, std::string_view text) {
  const std::string shown = printable(text, kRemoteLineLimit);
  if (shown.find_first_not_of(' ') == std::string::npos) return;
  if (remote_words_ > limits::kRemoteWords) return;
  remote_words_ += shown.size();
  if (remote_words_ > limits::kRemoteWords) {
    line("the servers say more, which is left out");
  } else {
    line(fmt::format("{} says: {}", side, shown));
  }
}

void Console::progress(std::uint64_t pack_bytes) {
  const auto now = std::chrono::steady_clock::now();
  if (progress_start_ == std::chrono::steady_clock::time_point{} || pack_bytes < progress_bytes_) {
    progress_start_ = progress_shown_ = now;
    progress_bytes_ = pack_bytes;
  }
  const std::chrono::nanoseconds pause = is_terminal_
                                             ? std::chrono::nanoseconds(kProgressOnTerminal)
                                             : std::chrono::nanoseconds(kProgressInLog);
  if (now - progress_shown_ < pause) return;
  const double seconds = std::chrono::duration<double>(now - progress_shown_).count();
  const auto rate =
      static_cast<std::uint64_t>(static_cast<double>(pack_bytes - progress_bytes_) / seconds);
  const std::string text =
      fmt::format("relayed {} ({}/s)", shown_bytes(pack_bytes), shown_bytes(rate));
  progress_shown_ = now;
  progress_bytes_ = pack_bytes;
  if (!is_terminal_) {
    line(text);
    return;
  }
  std::fprintf(stdout, "\r%-60s", text.c_str());
  std::fflush(stdout);
  progress_line_open_ = true;
}

void Console::end_progress() {
  if (!progress_line_open_) return;
  progress_line_open_ = false;
  std::fputc('\n', stdout);
}

}  // namespace occ::runner
