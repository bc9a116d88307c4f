#include "runner/console.hpp"

#include "base/encode.hpp"
#include "base/limits.hpp"
#include "base/shown_bytes.hpp"
#include "base/untrusted.hpp"

#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <algorithm>
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
constexpr std::size_t kMostHeld = 8U << 10U;  // bytes of a server's line that has not ended yet

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
  // What others wrote was redacted already, and a short secret may be a word of the line.
  out_->info("{}", redactor_.redacted_document(std::string(text)));
}

void Console::command(std::string_view name, std::string_view properties,
                      std::string_view message) {
  line(fmt::format("::{}{}{}::{}", name, properties.empty() ? "" : " ", properties,
                   escaped_message(message)));
}

std::string Console::shown(std::string_view text, std::size_t limit) const {
  return printable(redactor_.redacted(std::string(text)), limit);
}

void Console::info(std::string_view text) {
  line(shown(text));
}

void Console::annotate(Severity severity, std::string_view title, std::string_view message) {
  const std::string redacted = redactor_.redacted(std::string(message));
  message = redacted;
  // A message may have several lines; each is made printable by itself.
  std::string clean;
  while (!message.empty()) {
    const std::size_t end = message.find('\n');
    if (!clean.empty()) clean += '\n';
    clean += printable(message.substr(0, end));
    message.remove_prefix(end == std::string_view::npos ? message.size() : end + 1);
  }
  if (style_ == Style::workflow) {
    command(name_of(severity), "title=" + escaped_property(shown(title)), clean);
  } else {
    // A title that the message begins with would only be said twice.
    const std::string name = shown(title);
    const bool told = clean.starts_with(name);
    const std::string start = fmt::format("{}: ", name_of(severity));
    const std::string text = fmt::format("{}{}{}", told ? "" : name, told ? "" : ": ", clean);
    line(text.starts_with(start) ? text : start + text);
  }
}

void Console::begin_group(std::string_view title) {
  if (style_ == Style::workflow) {
    command("group", "", shown(title));
  } else {
    line(fmt::format("\n{}", shown(title)));
  }
}

void Console::end_group() {
  if (style_ == Style::workflow) command("endgroup", "", "");
}

void Console::mask(const Secret& secret, std::string_view username) {
  const std::string& text = secret.reveal();
  if (text.size() < Redactor::kShortest) return;
  redactor_.add(secret);
  // With the name before it, as it travels: what echoes the header gives neither's edges away.
  redactor_.add(Secret(base64(std::string(username) + ':' + text)));
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
    command("debug", "", shown(text));
  } else {
    line("debug: " + shown(text));
  }
}

void Console::notice(std::string_view text) {
  line("note: " + shown(text));
}

void Console::remote(std::string_view side, std::string_view text) {
  if (remote_words_ > limits::kRemoteWords) return;
  std::string& held = partial_remote_[std::string(side)];
  if (held.size() > kMostHeld) {
    // Only the end of a line that progress rewrites is ever shown.
    const std::size_t rewritten = held.rfind('\r');
    if (rewritten != std::string::npos) held.erase(0, rewritten);
    if (held.size() > kMostHeld) {
      held.resize(kMostHeld);
      held += "…";  // the redactor knows that a secret may end here
    }
  }
  const std::size_t whole = text.rfind('\n') + 1;  // 0: no line ends here
  held += text.substr(0, whole);
  if (whole > 0) {
    remote_lines(side, held);
    held.clear();
  }
  held += text.substr(whole);
}

// Looked for secrets in one piece: one may run over the ends of lines.
void Console::remote_lines(std::string_view side, const std::string& text) {
  const std::string redacted = redactor_.redacted(text);
  std::string_view rest = redacted;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    std::string_view words = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    while (words.ends_with('\r')) words.remove_suffix(1);
    words.remove_prefix(words.rfind('\r') + 1);  // what it replaced
    const std::string clean = printable(words, kRemoteLineLimit);
    if (clean.find_first_not_of(' ') == std::string::npos) continue;
    if (remote_words_ > limits::kRemoteWords) return;
    remote_words_ += clean.size();
    if (remote_words_ > limits::kRemoteWords) {
      line("the servers say more, which is left out");
      return;
    }
    line(fmt::format("{} says: {}", side, clean));
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
