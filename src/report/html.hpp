// HTML that is well-formed by construction: foreign text becomes markup in one function only, and
// an element is opened and closed by one call. Knows nothing of reports.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace occ::report {

inline constexpr std::size_t kHtmlTextLimit = 600;  // bytes of one foreign text

// The one escape: printable text whose special characters are entities, safe in content and in
// double quotes. No two colons and no `##[` stand in it as such, so not even a page that is printed
// to a log is a workflow command, and yet a reader sees what was written. What passes `limit`
// bytes is cut with an ellipsis. A tab becomes a space.
[[nodiscard]] std::string html_text(std::string_view untrusted, std::size_t limit = kHtmlTextLimit);

// A piece of markup, complete in itself.
class Html {
 public:
  Html() = default;
  // Text of our own or of a stranger: escaped. Not explicit, so that it is the easy way.
  Html(std::string_view text) : markup_(html_text(text)) {}
  Html(const std::string& text) : Html(std::string_view(text)) {}
  Html(const char* text) : Html(std::string_view(text)) {}

  // Markup of our own, as it stands.
  [[nodiscard]] static Html trusted(std::string_view markup);

  Html& operator+=(const Html& more) {
    markup_ += more.markup_;
    return *this;
  }
  friend Html operator+(Html left, const Html& right) {
    left += right;
    return left;
  }

  [[nodiscard]] const std::string& markup() const { return markup_; }
  [[nodiscard]] std::size_t size() const { return markup_.size(); }
  [[nodiscard]] bool empty() const { return markup_.empty(); }

 private:
  std::string markup_;
};

using Attributes = std::initializer_list<std::pair<std::string_view, std::string>>;

// `<name a="…">content</name>`, on a line of its own if it is a block. Values are escaped.
[[nodiscard]] Html element(std::string_view name, Attributes attributes, const Html& content);
[[nodiscard]] Html element(std::string_view name, std::string_view css_class, const Html& content);
[[nodiscard]] Html element(std::string_view name, const Html& content);
// `<name a="…">`, of the kind that has no content.
[[nodiscard]] Html void_element(std::string_view name, Attributes attributes);

// A stranger's words among ours: their direction of writing stays their own.
[[nodiscard]] Html foreign(std::string_view untrusted, std::size_t limit = kHtmlTextLimit);
// Likewise, with a full stop behind it unless it ends as a sentence does.
[[nodiscard]] Html sentence(std::string_view untrusted);
// Likewise, as code; of an empty text it says so.
[[nodiscard]] Html code(std::string_view untrusted, std::size_t limit = kHtmlTextLimit);
// A link that leaves the page; plain content unless `url` is http or https.
[[nodiscard]] Html link(std::string_view url, const Html& content);

}  // namespace occ::report
