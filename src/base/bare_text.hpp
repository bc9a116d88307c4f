// Text without what writers put around its characters: the escapes of URLs, JSON, HTML, Markdown
// and git's quotes, and whatever no reader sees. Each character knows where it came from, so what
// is found in the bare text can be taken out of the text itself.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace occ {

struct BareText {
  std::string chars;
  std::vector<std::uint32_t> begin;  // of each char in the text, in bytes
  std::vector<std::uint32_t> end;

  // Whether the char at `i` stands right behind the one before it.
  [[nodiscard]] bool follows(std::size_t i) const { return i > 0 && end[i - 1] == begin[i]; }
};

// `text`, of less than 4 GiB, without blanks, control and unseen characters and invalid UTF-8: a
// log or a page replaces or parts these in ways of its own.
[[nodiscard]] BareText bare_text(std::string_view text);

// One layer of escapes taken off, and bared again; false if there was none, and nothing changed.
[[nodiscard]] bool unescape(BareText& text);

// `text` as it is, then after each layer that was taken off, up to kMostLayers. Two texts that are
// the same but for escapes end in the same last view.
inline constexpr int kMostLayers = 6;

template <typename Look>
void for_each_view(std::string_view text, Look look) {
  BareText view = bare_text(text);
  look(view);
  for (int layer = 0; layer < kMostLayers && unescape(view); ++layer) look(view);
}

}  // namespace occ
