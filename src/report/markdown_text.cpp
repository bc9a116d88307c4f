#include "report/markdown_text.hpp"

#include "base/untrusted.hpp"

#include <cctype>

namespace occ::report {
namespace {

constexpr std::size_t kTextLimit = 400;  // bytes of one foreign text in a summary

// Numeric entities are never read as markup, neither by Markdown nor by HTML.
std::string entity(char c) {
  return "&#" + std::to_string(static_cast<int>(static_cast<unsigned char>(c))) + ';';
}

// GitHub looks for mentions and references in what its Markdown has become, when an entity is a
// character again; only a character that is not seen parts them.
constexpr std::string_view kUnseen = "&#8203;";

// "GH-1" is a reference too, in either case; "high-5" is none.
bool ends_with_gh(std::string_view text, std::size_t end) {
  if (end < 2 || (text[end - 2] | 0x20) != 'g' || (text[end - 1] | 0x20) != 'h') return false;
  return end == 2 || std::isalnum(static_cast<unsigned char>(text[end - 3])) == 0;
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
    // Bare addresses would become links of their own.
    const bool begins_link = (c == ':' && clean.compare(i + 1, 1, "/") == 0) ||
                             (c == '.' && std::string_view(out).ends_with("www"));
    if (begins_link || kMarkup.find(c) != std::string_view::npos) {
      out += entity(c);
    } else {
      out += c;
    }
    const bool reference = (c == '#' && is_digit_at(clean, i + 1)) ||
                           (c == '-' && is_digit_at(clean, i + 1) && ends_with_gh(clean, i));
    if (c == '@' || reference) out += kUnseen;
  }
  return out;
}

std::string markdown_code(std::string_view untrusted) {
  constexpr std::string_view kMarkup = "`<>&|\\@*_[]~:\"'$";
  std::string out = "<code>";
  for (const char c : printable(untrusted, kTextLimit)) {
    if (kMarkup.find(c) != std::string_view::npos) {
      out += entity(c);
    } else {
      out += c;
    }
  }
  return out + "</code>";
}

}  // namespace occ::report
