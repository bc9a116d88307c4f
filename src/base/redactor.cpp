#include "base/redactor.hpp"

#include "base/ascii.hpp"
#include "base/encode.hpp"

#include <algorithm>

namespace occ {
namespace {

constexpr std::string_view kReplacement = "***";
// What report/markdown_text writes as entities.
constexpr std::string_view kMarkdownText = "\\`*_{}[]()<>#!|~&@$";
constexpr std::string_view kMarkdownCode = "`<>&|\\@*_[]~:\"'$";

std::string with_lower_case_escapes(std::string text) {
  for (std::size_t i = 0; i + 2 < text.size(); ++i) {
    if (text[i] != '%') continue;
    for (std::size_t j = i + 1; j <= i + 2; ++j) {
      text[j] = ascii_lower(text[j]);
    }
  }
  return text;
}

std::string json_escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

// As Markdown has it where foreign text must not become markup.
std::string with_entities(std::string_view text, std::string_view markup) {
  std::string out;
  for (const char c : text) {
    if (markup.find(c) == std::string_view::npos) {
      out += c;
    } else {
      out += "&#" + std::to_string(static_cast<unsigned char>(c)) + ';';
    }
  }
  return out;
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

void Redactor::add(const Secret& secret) {
  const std::string& text = secret.reveal();
  if (text.size() < kShortest) return;
  std::vector<std::string> forms{text,
                                 percent_encode(text),
                                 with_lower_case_escapes(percent_encode(text)),
                                 json_escaped(text),
                                 with_entities(text, kMarkdownText),
                                 with_entities(text, kMarkdownCode)};
  for (std::string& aligned : base64_alignments(text)) forms.push_back(std::move(aligned));
  for (std::string& form : forms) {
    const bool known = std::find(forms_.begin(), forms_.end(), form) != forms_.end();
    if (form.size() >= kShortest && !known) forms_.push_back(std::move(form));
  }
  std::sort(forms_.begin(), forms_.end(),
            [](const std::string& a, const std::string& b) { return a.size() > b.size(); });
}

std::string Redactor::redacted(std::string text) const {
  for (const std::string& form : forms_) {
    for (std::size_t at = text.find(form); at != std::string::npos; at = text.find(form, at)) {
      text.replace(at, form.size(), kReplacement);
    }
  }
  return text;
}

}  // namespace occ
