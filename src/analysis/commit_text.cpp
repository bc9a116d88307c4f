#include "analysis/commit_text.hpp"

#include "base/ascii.hpp"
#include "store/object_store.hpp"

#include <algorithm>
#include <array>

namespace occ::analysis {
namespace {

constexpr std::string_view kBlanks = " \t\r";

using Lines = std::vector<std::string_view>;

Lines lines_of(std::string_view text) {
  Lines lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

std::string_view without_end_blanks(std::string_view line) {
  return line.substr(0, line.find_last_not_of(kBlanks) + 1);
}

std::string_view trimmed(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
  return without_end_blanks(text);
}

bool is_blank(std::string_view line) {
  return without_end_blanks(line).empty();
}

bool is_comment(std::string_view line) {
  return line.starts_with('#');
}

bool is_continuation(std::string_view line) {
  return !line.empty() && kBlanks.find(line.front()) != std::string_view::npos;
}

// The "Key" of "Key: value"; empty: the line is no trailer (trailer.c, find_separator).
std::string_view trailer_key(std::string_view line) {
  const std::string_view key = without_end_blanks(line.substr(0, line.find(':')));
  const bool is_key = std::all_of(key.begin(), key.end(), [](char c) {
    return c == '-' || (c >= '0' && c <= '9') || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z');
  });
  return is_key && line.find(':') != std::string_view::npos ? key : std::string_view();
}

bool is_made_by_git(std::string_view line) {
  constexpr std::array<std::string_view, 2> kStarts{"Signed-off-by: ",
                                                    "(cherry picked from commit "};
  return std::any_of(kStarts.begin(), kStarts.end(),
                     [&](std::string_view start) { return line.starts_with(start); });
}

// Whether a paragraph is a block of trailers: nothing else, or a quarter of it and one that git
// makes itself (trailer.c, find_trailer_block_start).
class ParagraphCount {
 public:
  // From the last line to the first: a continuation belongs to the line above it.
  void add(std::string_view line) {
    if (is_comment(line)) {
      end_continuations();
    } else if (is_made_by_git(line) || !trailer_key(line).empty()) {
      made_by_git_ = made_by_git_ || is_made_by_git(line);
      ++trailers_;
      continuations_ = 0;
    } else if (is_continuation(line)) {
      ++continuations_;
    } else {
      ++others_;
      end_continuations();
    }
  }

  bool is_trailers() {
    end_continuations();
    return trailers_ > 0 && (others_ == 0 || (made_by_git_ && trailers_ * 3 >= others_));
  }

 private:
  void end_continuations() {
    others_ += continuations_;
    continuations_ = 0;
  }

  std::size_t trailers_ = 0;
  std::size_t others_ = 0;
  std::size_t continuations_ = 0;
  bool made_by_git_ = false;
};

// The last paragraph, if it is a block of trailers and not the first.
Lines trailer_block(const Lines& lines) {
  const auto title = std::find_if_not(lines.begin(), lines.end(), is_blank);
  const auto title_end = std::find_if(title, lines.end(), is_blank);
  ParagraphCount count;
  bool began = false;
  for (auto at = lines.end(); at != title_end;) {
    --at;
    if (!is_blank(*at)) {
      began = began || !is_comment(*at);
      count.add(*at);
    } else if (began) {
      return count.is_trailers() ? Lines(at + 1, lines.end()) : Lines();
    }
  }
  return {};
}

void add_once(std::vector<Person>& people, std::string_view value) {
  const store::Signature who = store::parse_signature(trimmed(value));
  const std::string mail = ascii_lower(who.email);
  if (mail.empty()) return;
  const bool is_known = std::any_of(people.begin(), people.end(), [&](const Person& person) {
    return ascii_lower(person.email) == mail;
  });
  if (!is_known) people.push_back({who.name, who.email});
}

}  // namespace

std::string subject_of(std::string_view message) {
  std::string subject;
  for (const std::string_view line : lines_of(message)) {
    if (!is_blank(line)) {
      if (!subject.empty()) subject += ' ';
      subject += without_end_blanks(line);
    } else if (!subject.empty()) {
      break;
    }
  }
  return subject;
}

std::vector<Person> co_authors_of(std::string_view message) {
  const Lines lines = lines_of(message);
  const Lines block = trailer_block(lines);
  std::vector<Person> people;
  for (std::size_t i = 0; i < block.size(); ++i) {
    if (ascii_lower(trailer_key(block[i])) != "co-authored-by") continue;
    std::string value(block[i].substr(block[i].find(':') + 1));
    while (i + 1 < block.size() && is_continuation(block[i + 1])) {
      value += ' ';
      value += trimmed(block[++i]);
    }
    add_once(people, value);
  }
  return people;
}

}  // namespace occ::analysis
