#include "base/untrusted.hpp"

#include "base/code_point.hpp"

namespace occ {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

}  // namespace

std::string printable(std::string_view untrusted, std::size_t limit) {
  std::string out;
  for (std::size_t i = 0; i < untrusted.size();) {
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
