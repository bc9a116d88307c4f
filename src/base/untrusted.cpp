#include "base/untrusted.hpp"

#include "base/code_point.hpp"

#include <algorithm>

namespace occ {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
constexpr std::string_view kOfAddresses = "0123456789abcdefABCDEF:.";  // IPv6 (RFC 4291, 2.2)

bool ends_an_address(std::string_view rest) {
  constexpr std::string_view kAfter = " \t\r\n]/'\",;%)";
  return rest.empty() || kAfter.find(rest.front()) != std::string_view::npos;
}

// How many bytes of an IPv6 address with a `::` begin `text`; 0: none.
std::size_t address_length(std::string_view text) {
  constexpr std::size_t kLongest = 45;
  const std::size_t length = std::min(text.find_first_not_of(kOfAddresses), text.size());
  const std::string_view word = text.substr(0, length);
  const std::size_t at = word.find("::");
  if (at == std::string_view::npos || length > kLongest || word.size() == 2) return 0;
  const bool once = word.find("::", at + 1) == std::string_view::npos;
  return once && ends_an_address(text.substr(length)) ? length : 0;
}

// What may stand before one. A line's beginning may not: a command could stand there.
bool may_precede_address(std::string_view before) {
  if (before.find_first_not_of(" \xEF\xBF\xBD") == std::string_view::npos) return false;
  constexpr std::string_view kBefore = " [/'\",;(@=";
  return kBefore.find(before.back()) != std::string_view::npos && !before.ends_with("##[") &&
         !before.ends_with("## [");
}

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\0';
}

}  // namespace

std::string printable(std::string_view untrusted, std::size_t limit) {
  std::string out;
  for (std::size_t i = 0; i < untrusted.size();) {
    if (may_precede_address(out)) {
      const std::size_t length = address_length(untrusted.substr(i));
      if (length > 0 && out.size() + length <= limit) {
        out += untrusted.substr(i, length);
        i += length;
        continue;
      }
    }
    const CodePoint point = decode_code_point(untrusted.substr(i));
    const std::string_view raw = untrusted.substr(i, point.length);
    i += point.length;
    if (point.valid && (point.value == '\t' || point.value == '\n' || point.value == '\r')) {
      out += ' ';
    } else if (!point.valid || is_invisible(point.value)) {
      out += kReplacement;
    } else {
      out += raw;
    }
    // A workflow command needs two colons in a row, its old form `##[`.
    for (const std::string_view command : {"::", "##["}) {
      if (!out.ends_with(command)) continue;
      const char last = out.back();
      out.back() = ' ';
      out += last;
    }
    if (out.size() > limit) {
      out += "…";
      break;
    }
  }
  return out;
}

std::string quotable(std::string_view untrusted, std::size_t limit) {
  // A little more than is shown: blanks may be left out of it.
  const std::string_view looked_at = untrusted.substr(0, 4 * limit);
  std::string words;
  for (const char c : looked_at) {
    if (!is_blank(c)) {
      words += c;
    } else if (!words.empty() && words.back() != ' ') {
      words += ' ';
    }
  }
  if (looked_at.size() < untrusted.size()) return printable(words, limit);
  while (words.ends_with(' ')) words.pop_back();
  if (words.ends_with('.') && !words.ends_with("..")) words.pop_back();
  return printable(words, limit);
}

std::string as_sentence(std::string_view text) {
  while (text.ends_with(' ')) text.remove_suffix(1);
  std::string sentence(text);
  const bool ended = sentence.ends_with('.') || sentence.ends_with('!') ||
                     sentence.ends_with('?') || sentence.ends_with("…");
  if (!sentence.empty() && !ended) sentence += '.';
  return sentence;
}

std::string valid_utf8(std::string_view untrusted) {
  std::string out;
  out.reserve(untrusted.size());
  for (std::size_t i = 0; i < untrusted.size();) {
    const CodePoint point = decode_code_point(untrusted.substr(i));
    out += point.valid ? untrusted.substr(i, point.length) : kReplacement;
    i += point.length;
  }
  return out;
}

}  // namespace occ
