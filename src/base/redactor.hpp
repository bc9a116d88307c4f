// Takes secrets out of text that somebody else wrote: servers and hooks may repeat what they were
// sent.
#pragma once

#include "base/secret.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace occ {

class Redactor {
 public:
  // Secrets shorter than this many bytes are not looked for: they would be found everywhere.
  static constexpr std::size_t kShortest = 4;

  void add(const Secret& secret);
  // `text` with every known secret replaced: as it is, percent-encoded in either case, as base64 at
  // any alignment, with the escapes of JSON, or with those of Markdown and HTML: entities, and what
  // parts a command or a mention.
  [[nodiscard]] std::string redacted(std::string text) const;

 private:
  void redact_markup(std::string& text) const;

  std::vector<std::string> forms_;  // longest first
  std::vector<std::string> plain_;  // the secrets themselves, longest first
};

// The three texts of which one is found in the base64 of anything that holds `text`, whatever
// stands before it (RFC 4648 groups three bytes).
[[nodiscard]] std::vector<std::string> base64_alignments(std::string_view text);

}  // namespace occ
