#include "base/redactor.hpp"

#include "base/bare_text.hpp"
#include "base/encode.hpp"
#include "base/token_forms.hpp"

#include <algorithm>
#include <utility>

namespace occ {
namespace {

constexpr std::string_view kReplacement = "***";
// Bytes that are looked at together, to bound the memory that it takes, and how many of those
// before them are looked at again for what crosses the border.
constexpr std::size_t kChunk = 64U << 10U;
constexpr std::size_t kOverlap = 4U << 10U;

std::size_t filter_place(std::uint64_t piece) {
  return static_cast<std::size_t>((piece * 0x9E3779B97F4A7C15ULL) >> 48U);
}

std::uint64_t lowest_bytes(std::uint64_t window, std::size_t count) {
  return count >= 8 ? window : window & ((1ULL << (8U * count)) - 1U);
}

std::uint64_t with_byte(std::uint64_t window, char c) {
  return window << 8U | static_cast<unsigned char>(c);
}

constexpr std::string_view kEllipsis = "\xE2\x80\xA6";  // what printable() cuts with
constexpr std::size_t kShortestCut = 3;                 // of a piece beside one

// How much of an escape that was cut off stands at the end of `text`: "%4", "&#x6", "\\u00".
std::size_t cut_escape_length(std::string_view text) {
  constexpr std::size_t kLongest = 8;
  const std::size_t from = text.size() - std::min(text.size(), kLongest);
  const std::size_t at = text.substr(from).find_last_of("%&\\");
  if (at == std::string_view::npos) return 0;
  const std::string_view tail = text.substr(from + at);
  const bool plain =
      tail.find_first_not_of("0123456789abcdefABCDEFuxX#", 1) == std::string_view::npos;
  const std::size_t most = tail.front() == '%' ? 2 : tail.front() == '&' ? kLongest : 5;
  return plain && tail.size() <= most ? tail.size() : 0;
}

std::uint64_t number_of(std::string_view piece) {
  std::uint64_t number = 0;
  for (const char c : piece) number = with_byte(number, c);
  return number;
}

// How many characters at the front of `text` may be the rest of an escape that was cut off.
std::size_t rest_of_escape_length(std::string_view text) {
  constexpr std::size_t kLongest = 8;
  return std::min(text.substr(0, kLongest).find_first_not_of("0123456789abcdefABCDEFuxX#;%&\\"),
                  std::min(text.size(), kLongest));
}

// A key file's first and last line are the same in all of them, and in texts about them.
std::string without_armor(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    const std::string_view line = text.substr(0, end);
    if (!line.starts_with("-----BEGIN ") && !line.starts_with("-----END ")) out += line;
    text.remove_prefix(end);
  }
  return out;
}

// Up to here `text` may be cut from `at` on without leaving half of a character.
std::size_t character_border(std::string_view text, std::size_t at, int step) {
  constexpr int kMost = 3;  // bytes behind the first one
  for (int i = 0; i < kMost && at > 0 && at < text.size(); ++i) {
    if ((static_cast<unsigned char>(text[at]) & 0xC0U) != 0x80U) break;
    at += static_cast<std::size_t>(step);
  }
  return at;
}

}  // namespace

std::vector<std::string> base64_alignments(std::string_view text) {
  std::vector<std::string> all;
  for (std::size_t before = 0; before < 3; ++before) {
    const std::string whole = std::string(before, '\0') + std::string(text);
    std::string encoded = base64(whole.substr(0, whole.size() / 3 * 3));
    // The first characters hold bits of what stands before.
    encoded.erase(0, before == 0 ? 0 : before + 1);
    all.push_back(std::move(encoded));
  }
  return all;
}

void Redactor::Pieces::add(std::uint64_t piece) {
  all.insert(piece);
  filter.set(filter_place(piece));
}

bool Redactor::Pieces::has(std::uint64_t piece) const {
  return filter.test(filter_place(piece)) && all.contains(piece);
}

void Redactor::add_form(const BareText& form, bool has_gaps) {
  const std::string& chars = form.chars;
  if (chars.size() < kShortest) return;
  const std::size_t length = std::min(chars.size(), kPiece);
  // Pieces within what all tokens of a kind begin with tell nothing.
  const std::size_t prefix = token_prefix_length(chars);
  for (std::size_t cut = kShortestCut; chars.size() >= kPiece && cut < kPiece; ++cut) {
    const std::string_view all = chars;
    if (cut > prefix) starts_[cut].insert(number_of(all.substr(0, cut)));
    ends_[cut].insert(number_of(all.substr(all.size() - cut)));
  }
  std::uint64_t window = 0;
  for (std::size_t i = 0; i < chars.size(); ++i) {
    window = with_byte(window, chars[i]);
    if (i + 1 < length || i < prefix) continue;
    const std::uint64_t piece = lowest_bytes(window, length);
    pieces_[length].add(piece);
    if (has_gaps && length < kPiece) with_gaps_.insert(piece);
  }
}

void Redactor::add(const Secret& secret) {
  const std::string text = without_armor(secret.reveal());
  if (text.size() < kShortest) return;
  for_each_view(text,
                [&](const BareText& view) { add_form(view, view.chars.size() < text.size()); });
  std::string trimmed = text;  // a key is sent without the line ends that a form adds
  while (!trimmed.empty() && trimmed.back() == '\n') trimmed.pop_back();
  for (const std::string& aligned : base64_alignments(trimmed)) {
    add_form(bare_text(aligned), false);
  }
  // Where nothing stands behind it, its last bytes are in a group that is filled up.
  for (std::size_t before = 0; before < 3; ++before) {
    std::string encoded = base64(std::string(before, '\0') + trimmed);
    encoded.erase(0, before == 0 ? 0 : before + 1);
    add_form(bare_text(encoded), false);
  }
}

void Redactor::note(Range range, std::vector<Range>& found) {
  const bool longer =
      !found.empty() && range.begin >= found.back().begin && range.begin <= found.back().end;
  if (longer) {
    found.back().end = std::max(found.back().end, range.end);
  } else {
    found.push_back(range);
  }
}

void Redactor::find_pieces(const BareText& view, std::size_t offset, std::size_t shortest,
                           std::vector<Range>& found) const {
  std::uint64_t window = 0;
  std::size_t together = 0;  // chars that stand without a gap between them, up to here
  for (std::size_t i = 0; i < view.chars.size(); ++i) {
    window = with_byte(window, view.chars[i]);
    together = view.follows(i) ? together + 1 : 1;
    for (std::size_t length = shortest; length <= kPiece; ++length) {
      const Pieces& known = pieces_[length];
      const std::uint64_t piece = lowest_bytes(window, length);
      if (i + 1 < length || known.all.empty() || !known.has(piece)) continue;
      if (length < kPiece && together < length && !with_gaps_.contains(piece)) continue;
      note({offset + view.begin[i + 1 - length], offset + view.end[i]}, found);
    }
  }
}

// Whoever cut a text may have left less than a piece of a secret: its start before the cut, or its
// end behind one.
void Redactor::find_cut_pieces(const BareText& view, std::size_t offset,
                               std::vector<Range>& found) const {
  const std::string_view chars = view.chars;
  for (std::size_t cut = chars.find(kEllipsis); cut != std::string_view::npos;
       cut = chars.find(kEllipsis, cut + 1)) {
    const std::size_t behind = cut + kEllipsis.size();
    const std::size_t before = cut - cut_escape_length(chars.substr(0, cut));
    const std::size_t most_skipped = rest_of_escape_length(chars.substr(behind));
    for (std::size_t length = kShortestCut; length < kPiece; ++length) {
      if (before >= length &&
          starts_[length].contains(number_of(chars.substr(before - length, length)))) {
        note({offset + view.begin[before - length], offset + view.end[cut - 1]}, found);
      }
      for (std::size_t skipped = 0; skipped <= most_skipped; ++skipped) {
        const std::size_t from = behind + skipped;
        if (from + length > chars.size()) break;
        if (!ends_[length].contains(number_of(chars.substr(from, length)))) continue;
        note({offset + view.begin[behind], offset + view.end[from + length - 1]}, found);
      }
    }
  }
}

void Redactor::find_tokens(const BareText& view, std::size_t offset, std::vector<Range>& found) {
  const std::string_view chars = view.chars;
  std::size_t end = 0;  // of the piece without gaps that `i` is in
  for (std::size_t i = chars.find_first_of("gAxnd"); i != std::string_view::npos;
       i = chars.find_first_of("gAxnd", i + 1)) {
    if (token_prefix_length(chars.substr(i)) == 0) continue;
    end = std::max(end, i + 1);
    while (end < chars.size() && view.follows(end)) ++end;
    const std::size_t length = token_length(chars.substr(i, end - i));
    if (length == 0) continue;
    note({offset + view.begin[i], offset + view.end[i + length - 1]}, found);
    i += length - 1;
  }
}

std::string Redactor::redacted(std::string text) const {
  return without_secrets(std::move(text), kShortest);
}

std::string Redactor::redacted_document(std::string text) const {
  return without_secrets(std::move(text), kPiece);
}

std::string Redactor::without_secrets(std::string text, std::size_t shortest) const {
  std::vector<Range> found;
  for (std::size_t at = 0; at < text.size(); at += kChunk) {
    const std::size_t from = at - std::min(at, kOverlap);
    for_each_view(std::string_view(text).substr(from, at + kChunk - from),
                  [&](const BareText& view) {
                    find_pieces(view, from, shortest, found);
                    find_cut_pieces(view, from, found);
                    find_tokens(view, from, found);
                  });
  }
  if (found.empty()) return text;
  for (Range& range : found) {
    range.begin = character_border(text, range.begin, -1);
    range.end = character_border(text, range.end, 1);
  }
  std::sort(found.begin(), found.end(),
            [](const Range& a, const Range& b) { return a.begin < b.begin; });
  std::string out;
  std::size_t kept = 0;  // up to where `text` is in `out`
  for (const Range& range : found) {
    if (range.begin >= kept) {
      const bool touches = range.begin == kept && kept > 0;
      out += text.substr(kept, range.begin - kept);
      if (!touches) out += kReplacement;
    }
    kept = std::max(kept, range.end);
  }
  return out + text.substr(kept);
}

}  // namespace occ
