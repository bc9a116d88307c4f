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
  constexpr std::string_view kMarkup = "\\`*_{}[]()<>#+-!|~&@:\"'=$^";
  std::string out;
  for (const char c : printable(untrusted, kTextLimit)) {
    if (kMarkup.find(c) != std::string_view::npos) {
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
