// A server's own words on their way to the log and to Markdown.
#include "base/untrusted.hpp"
#include "fuzz/input.hpp"
#include "report/markdown_text.hpp"
#include "transfer/refusal.hpp"

void occ::fuzz::run(Bytes bytes) {
  const std::string shown = printable(as_text(bytes));
  if (shown.find("::") != std::string::npos || valid_utf8(shown) != shown) std::abort();
  static_cast<void>(report::markdown_text(as_text(bytes)));
  static_cast<void>(transfer::classify_refusal(as_text(bytes), as_text(bytes), "ok"));
}
