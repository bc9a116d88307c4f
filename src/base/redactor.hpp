// Takes secrets out of text that somebody else wrote: servers and hooks may repeat what they were
// sent. What was cut, split, cleaned or escaped on its way here is found all the same, so it does
// not matter where on the way it is looked at; the order is still redact first, then cut.
#pragma once

#include "base/secret.hpp"

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace occ {

struct BareText;

class Redactor {
 public:
  // Secrets shorter than this many bytes are not looked for: they would be found everywhere.
  static constexpr std::size_t kShortest = 4;
  // A piece of a secret that is as long as this is a secret itself.
  static constexpr std::size_t kPiece = 8;

  void add(const Secret& secret);
  // `text` with "***" in place of every known secret, of each piece of one with kPiece bytes or
  // more, and of whatever looks like a token of a well-known host. Found as they are, as base64 at
  // any alignment, and through escapes (of URLs, JSON, HTML, Markdown), line breaks, blanks,
  // control and unseen characters that stand between their characters; beside an ellipsis, where
  // somebody cut the text, shorter pieces too. Takes time linear in the text.
  [[nodiscard]] std::string redacted(std::string text) const;
  // Likewise, but a secret of less than kPiece bytes stays: for a whole document of ours, whose own
  // words ("true", "main") may be the same, and whose foreign sentences were redacted before.
  [[nodiscard]] std::string redacted_document(std::string text) const;

 private:
  struct Range {
    std::size_t begin;
    std::size_t end;
  };
  // Texts of one length, up to kPiece bytes, each as a number: whether a window on a text is one of
  // them.
  struct Pieces {
    std::unordered_set<std::uint64_t> all;
    std::bitset<1U << 16U> filter;  // of hashes: says no quickly

    void add(std::uint64_t piece);
    [[nodiscard]] bool has(std::uint64_t piece) const;
  };

  static void note(Range range, std::vector<Range>& found);
  void add_form(const BareText& form, bool has_gaps);
  [[nodiscard]] std::string without_secrets(std::string text, std::size_t shortest) const;
  void find_pieces(const BareText& view, std::size_t offset, std::size_t shortest,
                   std::vector<Range>& found) const;
  void find_cut_pieces(const BareText& view, std::size_t offset, std::vector<Range>& found) const;
  static void find_tokens(const BareText& view, std::size_t offset, std::vector<Range>& found);

  std::array<Pieces, kPiece + 1> pieces_;  // by length; those shorter than kPiece are whole secrets
  // What a secret of kPiece bytes or more begins and ends with, by length: see find_cut_pieces().
  std::array<std::unordered_set<std::uint64_t>, kPiece> starts_;
  std::array<std::unordered_set<std::uint64_t>, kPiece> ends_;
  std::unordered_set<std::uint64_t> with_gaps_;  // of the short ones, what blanks may stand in
};

// The three texts of which one is found in the base64 of anything that holds `text`, whatever
// stands before it (RFC 4648 groups three bytes).
[[nodiscard]] std::vector<std::string> base64_alignments(std::string_view text);

}  // namespace occ
