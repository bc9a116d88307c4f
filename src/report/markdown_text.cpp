#include "report/markdown_text.hpp"

#include "base/ascii.hpp"
#include "base/untrusted.hpp"

#include <cctype>

namespace occ::report {
namespace {

constexpr std::size_t kTextLimit = 400;  // bytes of one foreign text in a summary

// Numeric entities are never read as markup, neither by Markdown nor by HTML.
std::string entity(char c) {
  return "&#" + std::to_string(static_cast<int>(static_cast<unsigned char>(c))) + ';';
}

// GitHub looks for mentions, references and bare addresses in what its Markdown has become, when an
// entity is a character again; only a character that is not seen parts them.
constexpr std::string_view kUnseen = "&#8203;";

// "GH-1" is a reference too, in either case; "high-5" is none.
bool ends_with_gh(std::string_view text, std::size_t end) {
  if (end < 2 || (text[end - 2] | 0x20) != 'g' || (text[end - 1] | 0x20) != 'h') return false;
  return end == 2 || std::isalnum(static_cast<unsigned char>(text[end - 3])) == 0;
}

// Whether a bare address would become a link for what stands at `at`: "http://", "www.".
bool begins_link(std::string_view text, std::size_t at) {
  if (text[at] == ':') return text.substr(at + 1).starts_with("//");
  return text[at] == '.' && at >= 3 && ascii_lower(text[at - 1]) == 'w' &&
         ascii_lower(text[at - 2]) == 'w' && ascii_lower(text[at - 3]) == 'w';
}

// As part of somebody's e-mail address.
bool is_within_address(std::string_view text, std::size_t at) {
  const auto is_part = [&](std::size_t i) {
    return i < text.size() && (std::isalnum(static_cast<unsigned char>(text[i])) != 0 ||
                               std::string_view(".-_+").find(text[i]) != std::string_view::npos);
  };
  return text[at] == '@' && at > 0 && is_part(at - 1) && is_part(at + 1);
}

bool is_digit_at(std::string_view text, std::size_t at) {
  return at < text.size() && text[at] >= '0' && text[at] <= '9';
}

}  // namespace

std::string markdown_text(std::string_view untrusted) {
  constexpr std::string_view kMarkup = "\\`*_{}[]()<>#!|~&@$";
  const std::string clean = printable(untrusted, kTextLimit);
  std::string out;
  for (std::size_t i = 0; i < clean.size(); ++i) {
    const char c = clean[i];
    const bool link = begins_link(clean, i);
    if (link || kMarkup.find(c) != std::string_view::npos) {
      out += entity(c);
    } else {
      out += c;
    }
    const bool reference = (c == '#' && is_digit_at(clean, i + 1)) ||
                           (c == '-' && is_digit_at(clean, i + 1) && ends_with_gh(clean, i));
    if (link || c == '@' || reference) out += kUnseen;
  }
  return out;
}

std::string markdown_code(std::string_view untrusted) {
  constexpr std::string_view kMarkup = "`<>&|\\@*_[]~:\"'$";
  std::string out = "<code>";
  const std::string clean = printable(untrusted, kTextLimit);
  for (std::size_t i = 0; i < clean.size(); ++i) {
    const bool link = begins_link(clean, i) || is_within_address(clean, i);
    if (link || kMarkup.find(clean[i]) != std::string_view::npos) {
      out += entity(clean[i]);
    } else {
      out += clean[i];
    }
    if (link) out += kUnseen;
  }
  return out + "</code>";
}

}  // namespace occ::report
