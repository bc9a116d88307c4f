#include "report/markdown_text.hpp"

#include "base/untrusted.hpp"

namespace occ::report {
namespace {

constexpr std::size_t kTextLimit = 400;  // bytes of one foreign text in a summary

// Numeric entities are never read as markup, neither by Markdown nor by HTML.
std::string entity(char c) {
  return "&#" + std::to_string(static_cast<int>(static_cast<unsigned char>(c))) + ';';
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
