#include "report/html.hpp"

#include "base/untrusted.hpp"

#include <algorithm>
#include <array>

namespace occ::report {
namespace {

constexpr std::array<std::string_view, 25> kBlocks{
    "article", "aside", "body",    "dd",    "details", "div",    "dl",     "dt",   "footer",
    "h1",      "h2",    "h3",      "h4",    "head",    "header", "li",     "main", "nav",
    "ol",      "p",     "section", "table", "tr",      "ul",     "summary"};

bool is_block(std::string_view name) {
  return std::find(kBlocks.begin(), kBlocks.end(), name) != kBlocks.end();
}

std::string_view entity_of(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    case '`':
      return "&#96;";
    default:
      return {};
  }
}

// The longest beginning of at most `limit` bytes that does not split a character.
std::string_view cut(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return text;
  while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0U) == 0x80U) --limit;
  return text.substr(0, limit);
}

void append_escaped(std::string& out, std::string_view clean) {
  for (const char c : clean) {
    const std::string_view entity = entity_of(c);
    if (!entity.empty()) {
      out += entity;
    } else if (c == ':' && out.ends_with(':')) {
      out += "&#58;";
    } else if (c == '[' && out.ends_with('#')) {
      out += "&#91;";
    } else {
      out += c;
    }
  }
}

std::string opening(std::string_view name, Attributes attributes) {
  std::string tag = "<" + std::string(name);
  for (const auto& [key, value] : attributes) {
    tag += " " + std::string(key) + "=\"" + html_text(value, 4096) + '"';
  }
  return tag + '>';
}

}  // namespace

std::string html_text(std::string_view untrusted, std::size_t limit) {
  const std::string_view kept = cut(untrusted, limit);
  std::string out;
  // `printable` parts the characters of a workflow command with a space. Given to it piece by
  // piece they stay together, and an entity disarms them.
  for (std::size_t begin = 0; begin < kept.size();) {
    const std::size_t at = kept.find_first_of(":#", begin);
    const std::size_t end = at == std::string_view::npos ? kept.size() : at + 1;
    const std::string_view piece = kept.substr(begin, end - begin);
    append_escaped(out, printable(piece, std::string_view::npos));
    begin = end;
  }
  if (kept.size() < untrusted.size()) out += "…";
  return out;
}

Html Html::trusted(std::string_view markup) {
  Html html;
  html.markup_ = markup;
  return html;
}

Html element(std::string_view name, Attributes attributes, const Html& content) {
  std::string out = opening(name, attributes);
  out += content.markup();
  out += "</";
  out += name;
  out += is_block(name) ? ">\n" : ">";
  return Html::trusted(out);
}

Html element(std::string_view name, std::string_view css_class, const Html& content) {
  return element(name, {{"class", std::string(css_class)}}, content);
}

Html element(std::string_view name, const Html& content) {
  return element(name, Attributes{}, content);
}

Html void_element(std::string_view name, Attributes attributes) {
  return Html::trusted(opening(name, attributes));
}

Html foreign(std::string_view untrusted, std::size_t limit) {
  return element("bdi", Html::trusted(html_text(untrusted, limit)));
}

Html sentence(std::string_view untrusted) {
  const bool ended = as_sentence(untrusted) == untrusted;
  return ended ? foreign(untrusted) : foreign(untrusted) + ".";
}

Html code(std::string_view untrusted, std::size_t limit) {
  if (untrusted.empty()) return element("span", "soft", "(empty)");
  return element("code", foreign(untrusted, limit));
}

Html link(std::string_view url, const Html& content) {
  if (!url.starts_with("https://") && !url.starts_with("http://")) return content;
  return element("a", {{"href", std::string(url)}, {"rel", "noopener noreferrer nofollow"}},
                 content);
}

}  // namespace occ::report
