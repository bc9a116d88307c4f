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
  // any alignment, or with the escapes of JSON or of Markdown.
  [[nodiscard]] std::string redacted(std::string text) const;

 private:
  std::vector<std::string> forms_;  // longest first
};

// The three texts of which one is found in the base64 of anything that holds `text`, whatever
// stands before it (RFC 4648 groups three bytes).
[[nodiscard]] std::vector<std::string> base64_alignments(std::string_view text);

}  // namespace occ
