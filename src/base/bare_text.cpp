#include "base/bare_text.hpp"

#include "base/ascii.hpp"
#include "base/code_point.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <utility>

namespace occ {
namespace {

constexpr std::uint32_t kReplacementCharacter = 0xFFFD;

bool is_dropped(const CodePoint& point) {
  const std::uint32_t value = point.value;
  return !point.valid || value <= 0x20 || is_invisible(value) || value == kReplacementCharacter ||
         value == 0xA0 || value == 0xAD || (value >= 0x2000 && value <= 0x200A);
}

// What an escape at the front of a text means, and how many bytes of it say so; 0: it is none.
struct Escape {
  std::size_t length = 0;
  std::string meaning = {};
};

std::size_t run_of_digits(std::string_view text, int base, std::size_t most) {
  std::size_t count = 0;
  while (count < std::min(text.size(), most)) {
    const char c = ascii_lower(text[count]);
    const bool decimal = c >= '0' && c < (base == 8 ? '8' : ':');
    if (!decimal && (base != 16 || c < 'a' || c > 'f')) break;
    ++count;
  }
  return count;
}

std::uint32_t number(std::string_view digits, int base) {
  std::uint32_t value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  return value;
}

Escape as_byte(std::size_t length, std::string_view digits, int base) {
  return {length, std::string(1, static_cast<char>(number(digits, base) & 0xFFU))};
}

Escape as_character(std::size_t length, std::string_view digits, int base) {
  Escape escape{length};
  append_code_point(escape.meaning, number(digits, base));
  return escape;
}

Escape percent_escape(std::string_view text) {
  if (run_of_digits(text.substr(1), 16, 2) < 2) return {};
  return as_byte(3, text.substr(1, 2), 16);
}

Escape entity(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, char>, 6> kNames{{{"&amp;", '&'},
                                                                     {"&lt;", '<'},
                                                                     {"&gt;", '>'},
                                                                     {"&quot;", '"'},
                                                                     {"&apos;", '\''},
                                                                     {"&nbsp;", ' '}}};
  for (const auto& [name, meaning] : kNames) {
    if (text.starts_with(name)) return {name.size(), std::string(1, meaning)};
  }
  if (!text.starts_with("&#")) return {};
  const bool is_hex = text.size() > 2 && ascii_lower(text[2]) == 'x';
  const std::size_t start = is_hex ? 3 : 2;
  const int base = is_hex ? 16 : 10;
  const std::size_t digits = run_of_digits(text.substr(std::min(start, text.size())), base, 8);
  if (digits == 0 || !text.substr(start + digits).starts_with(';')) return {};
  return as_character(start + digits + 1, text.substr(start, digits), base);
}

// JSON, C, git's quoted paths, Markdown.
Escape backslash_escape(std::string_view text) {
  const std::string_view rest = text.substr(1);
  if (rest.empty()) return {};
  const char c = rest.front();
  if (run_of_digits(rest, 8, 3) == 3) return as_byte(4, rest.substr(0, 3), 8);
  if (c == 'u' && run_of_digits(rest.substr(1), 16, 4) == 4) {
    return as_character(6, rest.substr(1, 4), 16);
  }
  if (c == 'x' && run_of_digits(rest.substr(1), 16, 2) == 2)
    return as_byte(4, rest.substr(1, 2), 16);
  if (std::string_view("nrtbfve0").find(c) != std::string_view::npos) return {2, " "};
  const bool punctuation = c > ' ' && c < 0x7F && run_of_digits(rest, 10, 1) == 0 &&
                           (ascii_lower(c) < 'a' || ascii_lower(c) > 'z');
  return punctuation ? Escape{2, std::string(1, c)} : Escape{};
}

Escape escape_at(std::string_view text) {
  switch (text.front()) {
    case '%':
      return percent_escape(text);
    case '&':
      return entity(text);
    case '\\':
      return backslash_escape(text);
    default:
      return {};
  }
}

// `text`, whose chars may hold anything by now, without what is dropped.
BareText bared(const BareText& text) {
  BareText bare;
  bare.chars.reserve(text.chars.size());
  bare.begin.reserve(text.chars.size());
  bare.end.reserve(text.chars.size());
  const std::string_view chars = text.chars;
  for (std::size_t i = 0; i < chars.size();) {
    const CodePoint point = decode_code_point(chars.substr(i));
    const std::size_t end = i + point.length;
    if (is_dropped(point)) {
      i = end;
      continue;
    }
    for (; i < end; ++i) {
      bare.chars += chars[i];
      bare.begin.push_back(text.begin[i]);
      bare.end.push_back(text.end[i]);
    }
  }
  return bare;
}

}  // namespace

BareText bare_text(std::string_view text) {
  BareText whole;
  whole.chars = text;
  whole.begin.resize(text.size());
  whole.end.resize(text.size());
  for (std::uint32_t i = 0; i < text.size(); ++i) {
    whole.begin[i] = i;
    whole.end[i] = i + 1;
  }
  return bared(whole);
}

bool unescape(BareText& text) {
  const std::string_view chars = text.chars;
  BareText plain;
  std::size_t kept = 0;
  const auto keep_until = [&](std::size_t end) {
    const auto range = [&](auto& to, const auto& from) {
      to.insert(to.end(), from.begin() + static_cast<std::ptrdiff_t>(kept),
                from.begin() + static_cast<std::ptrdiff_t>(end));
    };
    range(plain.chars, text.chars);
    range(plain.begin, text.begin);
    range(plain.end, text.end);
  };
  for (std::size_t i = chars.find_first_of("%&\\"); i != std::string_view::npos;
       i = chars.find_first_of("%&\\", i)) {
    const Escape escape = escape_at(chars.substr(i));
    if (escape.length == 0) {
      ++i;
      continue;
    }
    keep_until(i);
    for (const char c : escape.meaning) {
      plain.chars += c;
      plain.begin.push_back(text.begin[i]);
      plain.end.push_back(text.end[i + escape.length - 1]);
    }
    i += escape.length;
    kept = i;
  }
  if (kept == 0) return false;
  keep_until(chars.size());
  text = bared(plain);
  return true;
}

}  // namespace occ
