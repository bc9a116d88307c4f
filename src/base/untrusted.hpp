// The one gate for text that a stranger wrote (server messages, ref names, commit subjects, file
// names) on its way to a log line. Markdown and HTML have their own escapes on top, in report/.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace occ {

inline constexpr std::size_t kUntrustedLimit = 1000;  // bytes of one printed text

// One line of printable UTF-8: control characters (CR and LF too), bidirectional marks and invalid
// bytes become U+FFFD or a space, `::` and `##[` lose their power as workflow commands
// (actions/runner ActionCommand; only an IPv6 address that begins no line keeps its `::`), and what
// passes `limit` bytes is cut with an ellipsis.
[[nodiscard]] std::string printable(std::string_view untrusted,
                                    std::size_t limit = kUntrustedLimit);

// Likewise, for a server's words within a message of ours: without the blanks, line ends and zero
// bytes around them, with one blank for several, and without the full stop at their end.
[[nodiscard]] std::string quotable(std::string_view untrusted, std::size_t limit = kUntrustedLimit);

// With a full stop at its end, unless it ends as a sentence does.
[[nodiscard]] std::string as_sentence(std::string_view text);

// Invalid UTF-8 becomes U+FFFD; nothing else changes. For JSON.
[[nodiscard]] std::string valid_utf8(std::string_view untrusted);

}  // namespace occ
