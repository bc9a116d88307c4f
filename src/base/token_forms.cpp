#include "base/token_forms.hpp"

#include "base/ascii.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace occ {
namespace {

struct TokenForm {
  std::string_view prefix;
  std::string_view marks;  // beside letters and digits
  std::size_t least;       // bytes behind the prefix
};

constexpr std::size_t kMostLooked = 600;  // bytes

// GitHub's newer installation tokens (ghs_) are up to 520 characters with dots and underscores.
constexpr std::array kForms{
    TokenForm{"github_pat_", "_", 20}, TokenForm{"ghp_", "_", 20},
    TokenForm{"gho_", "_", 20},        TokenForm{"ghu_", "._-", 20},
    TokenForm{"ghs_", "._-", 20},      TokenForm{"ghr_", "_", 20},
    TokenForm{"glpat-", "._-", 16},    TokenForm{"gldt-", "._-", 16},
    TokenForm{"glrt-", "._-", 16},     TokenForm{"glptt-", "._-", 16},
    TokenForm{"glcbt-", "._-", 16},    TokenForm{"glft-", "._-", 16},
    TokenForm{"glsoat-", "._-", 16},   TokenForm{"gloas-", "._-", 16},
    TokenForm{"glagent-", "._-", 16},  TokenForm{"ATATT", "._=-", 24},
    TokenForm{"ATCTT", "._=-", 24},    TokenForm{"ATBB", "", 24},
    TokenForm{"npm_", "", 36},         TokenForm{"dckr_pat_", "_-", 20},
};

bool is_alphanumeric(char c) {
  const char lower = ascii_lower(c);
  return (c >= '0' && c <= '9') || (lower >= 'a' && lower <= 'z');
}

std::size_t body_length(std::string_view text, std::string_view marks) {
  const auto* const end = std::find_if_not(text.begin(), text.end(), [&](char c) {
    return is_alphanumeric(c) || marks.find(c) != std::string_view::npos;
  });
  text = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  while (!text.empty() && !is_alphanumeric(text.back()) && text.back() != '=') {
    text.remove_suffix(1);  // the full stop of a sentence
  }
  return text.size();
}

// Slack: xoxb-, xoxp-, xoxe.xoxb- and so on.
constexpr std::size_t kSlackPrefix = 5;
bool is_slack(std::string_view text) {
  return text.size() > kSlackPrefix && text.starts_with("xox") && is_alphanumeric(text[3]) &&
         (text[4] == '-' || text[4] == '.');
}

const TokenForm* form_of(std::string_view text) {
  const auto* const form = std::find_if(kForms.begin(), kForms.end(), [&](const TokenForm& known) {
    return text.starts_with(known.prefix);
  });
  return form == kForms.end() ? nullptr : form;
}

}  // namespace

std::size_t token_prefix_length(std::string_view text) {
  if (is_slack(text)) return kSlackPrefix;
  const TokenForm* form = form_of(text);
  return form == nullptr ? 0 : form->prefix.size();
}

std::size_t token_length(std::string_view text) {
  const std::size_t prefix = token_prefix_length(text);
  if (prefix == 0) return 0;
  const TokenForm* form = form_of(text);
  const TokenForm slack{{}, ".-", 16};
  const TokenForm& shape = form == nullptr ? slack : *form;
  const std::string_view rest = text.substr(prefix);
  // Told from its start alone: prefix upon prefix in one long word must not cost its square.
  const std::string_view start =
      rest.substr(0, body_length(rest.substr(0, kMostLooked), shape.marks));
  // A branch may be called like a token, but hardly with a number in a word as long as this.
  const bool has_digit = start.find_first_of("0123456789") != std::string_view::npos;
  if (start.size() < shape.least || !has_digit) return 0;
  return prefix + body_length(rest, shape.marks);
}

}  // namespace occ
