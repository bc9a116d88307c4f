#include "base/redactor.hpp"

#include "base/ascii.hpp"
#include "base/encode.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace occ {
namespace {

constexpr std::string_view kReplacement = "***";
// As report/html writes them; all other entities are numbers.
constexpr std::array<std::pair<std::string_view, char>, 4> kNamedEntities{
    {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}}};
// Not seen; report/markdown_text parts mentions with it.
constexpr std::string_view kUnseen = "&#8203;";

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

// Bytes that `c` takes at the start of `text`, as itself or as an entity; 0: it is not there.
std::size_t length_of(char c, std::string_view text) {
  for (const auto& [name, meaning] : kNamedEntities) {
    if (c == meaning && text.starts_with(name)) return name.size();
  }
  const std::string number = "&#" + std::to_string(static_cast<unsigned char>(c)) + ';';
  if (text.starts_with(number)) return number.size();
  return text.starts_with(c) ? 1 : 0;
}

// `printable` parts what a runner takes for a command.
bool ends_command(std::string_view text) {
  return text.ends_with("::") || text.ends_with("##[");
}

// Bytes that `secret` takes at the start of `text`, whatever of it stands as an entity, and what
// was put between its characters so that no reader takes them for a command or a mention.
std::size_t length_in_markup(std::string_view secret, std::string_view text) {
  std::size_t at = 0;
  for (std::size_t i = 0; i < secret.size(); ++i) {
    if (i > 0 && text.substr(at).starts_with(kUnseen)) at += kUnseen.size();
    std::size_t length = length_of(secret[i], text.substr(at));
    if (length == 0 && ends_command(secret.substr(0, i + 1)) && text.substr(at).starts_with(' ')) {
      length = length_of(secret[i], text.substr(++at));
    }
    if (length == 0) return 0;
    at += length;
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

void Redactor::add(const Secret& secret) {
  const std::string& text = secret.reveal();
  if (text.size() < kShortest) return;
  std::vector<std::string> forms{text, percent_encode(text),
                                 with_lower_case_escapes(percent_encode(text)), json_escaped(text)};
  for (std::string& aligned : base64_alignments(text)) forms.push_back(std::move(aligned));
  for (std::string& form : forms) {
    const bool known = std::find(forms_.begin(), forms_.end(), form) != forms_.end();
    if (form.size() >= kShortest && !known) forms_.push_back(std::move(form));
  }
  if (std::find(plain_.begin(), plain_.end(), text) == plain_.end()) plain_.push_back(text);
  for (auto* texts : {&forms_, &plain_}) {
    std::sort(texts->begin(), texts->end(),
              [](const std::string& a, const std::string& b) { return a.size() > b.size(); });
  }
}

void Redactor::redact_markup(std::string& text) const {
  for (const std::string& secret : plain_) {
    const std::array starts{secret.front(), '&'};
    const std::string_view any(starts.data(), starts.size());
    for (std::size_t at = text.find_first_of(any); at != std::string::npos;
         at = text.find_first_of(any, at)) {
      const std::size_t length = length_in_markup(secret, std::string_view(text).substr(at));
      if (length > 0) text.replace(at, length, kReplacement);
      at += length > 0 ? kReplacement.size() : 1;
    }
  }
}

std::string Redactor::redacted(std::string text) const {
  for (const std::string& form : forms_) {
    for (std::size_t at = text.find(form); at != std::string::npos; at = text.find(form, at)) {
      text.replace(at, form.size(), kReplacement);
    }
  }
  redact_markup(text);
  return text;
}

}  // namespace occ
