#include "inputs/ref_rules.hpp"

#include "base/limits.hpp"
#include "base/refs.hpp"
#include "base/shown_count.hpp"
#include "base/untrusted.hpp"

#include <algorithm>
#include <utility>

namespace occ::inputs {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(kBlank);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlank) - begin + 1);
}

// Matches one `[…]` at the front of `pattern` against `c` and drops it from `pattern`.
// A bracket that is never closed stands for itself.
bool class_matches(std::string_view& pattern, char c) {
  const bool negated = pattern.size() > 1 && (pattern[1] == '!' || pattern[1] == '^');
  const std::size_t end = pattern.find(']', negated ? 3 : 2);  // a `]` that comes first is a member
  if (end == std::string_view::npos) {
    pattern.remove_prefix(1);
    return c == '[';
  }
  std::string_view set = pattern.substr(1, end - 1);
  pattern.remove_prefix(end + 1);
  if (negated) set.remove_prefix(1);
  bool found = false;
  for (std::size_t i = 0; i < set.size(); ++i) {
    if (i + 2 < set.size() && set[i + 1] == '-') {
      found = found || (set[i] <= c && c <= set[i + 2]);
      i += 2;
    } else {
      found = found || set[i] == c;
    }
  }
  return found != negated;
}

bool is_forbidden(char c) {
  switch (c) {
    case '~':
    case '^':
    case ':':
    case '?':
    case '*':
    case '[':
    case '\\':
    case 0x7F:
      return true;
    default:
      return static_cast<unsigned char>(c) <= 0x20;
  }
}

// "refs/tags/v1" among branches, and what is neither: never a branch of that name, which nobody
// means.
bool is_of_other_kind(std::string_view name, std::string_view kind) {
  return name.starts_with("refs/") && !name.starts_with(kind);
}

std::string no_ref_of(std::string_view kind, std::string_view name) {
  const std::string what = kind == kHeads ? "branch" : "tag";
  return "'" + printable(name) + "' is no " + what + ": only refs below " + std::string(kind) +
         " can stand here";
}

// No host has longer ones, and a request could not hold it. Not shown: so long a text is no name.
bool is_too_long(std::string_view name, std::string& mistake) {
  if (name.size() <= limits::kRefName) return false;
  mistake = "a name of " + shown_number(name.size()) + " bytes begins with '" +
            printable(name, 40) + "': no ref has more than " + shown_number(limits::kRefName);
  return true;
}

std::size_t count_stars(std::string_view pattern) {
  return static_cast<std::size_t>(std::count(pattern.begin(), pattern.end(), '*'));
}

}  // namespace

bool has_glob(std::string_view pattern) {
  return pattern.find_first_of("*?[") != std::string_view::npos;
}

// Greedy with one point of return, so that no pattern takes exponential time.
bool glob_matches(std::string_view pattern, std::string_view text) {
  std::optional<std::string_view> retry_pattern;
  std::string_view retry_text;
  while (true) {
    if (!pattern.empty() && pattern.front() == '*') {
      pattern.remove_prefix(1);
      if (pattern.empty()) return true;
      retry_pattern = pattern;
      retry_text = text;
      continue;
    }
    if (pattern.empty() && text.empty()) return true;
    if (!pattern.empty() && !text.empty()) {
      std::string_view rest = pattern;
      const char wanted = rest.front();
      bool matches = false;
      if (wanted == '[') {
        matches = class_matches(rest, text.front());
      } else {
        rest.remove_prefix(1);
        matches = wanted == '?' || wanted == text.front();
      }
      if (matches) {
        pattern = rest;
        text.remove_prefix(1);
        continue;
      }
    }
    if (!retry_pattern || retry_text.empty()) return false;
    retry_text.remove_prefix(1);
    pattern = *retry_pattern;
    text = retry_text;
  }
}

bool is_valid_ref_name(std::string_view name) {
  if (name.empty() || name == "@" || name.starts_with('/') || name.ends_with('/') ||
      name.ends_with('.') || name.starts_with('-')) {
    return false;
  }
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    const char next = i + 1 < name.size() ? name[i + 1] : '\0';
    if (is_forbidden(c)) return false;
    if ((c == '.' && next == '.') || (c == '@' && next == '{') || (c == '/' && next == '/')) {
      return false;
    }
  }
  while (true) {
    const std::size_t slash = name.find('/');
    const std::string_view part = name.substr(0, slash);
    if (part.starts_with('.') || part.ends_with(".lock")) return false;
    if (slash == std::string_view::npos) return true;
    name.remove_prefix(slash + 1);
  }
}

RefRules RefRules::all() {
  RefRules rules;
  rules.rules_.push_back({"*", "*", false});
  return rules;
}

RefRules RefRules::only(std::string name) {
  RefRules rules;
  Rule& rule = rules.rules_.emplace_back();
  rule.source = name;
  rule.target = std::move(name);
  rule.literal = true;
  return rules;
}

bool RefRules::is_literal(const Rule& rule) {
  return rule.literal || !has_glob(rule.source);
}

bool RefRules::selects(const Rule& rule, std::string_view name) {
  return rule.literal ? rule.source == name : glob_matches(rule.source, name);
}

std::optional<RefRules> RefRules::parse(std::string_view text, std::string& mistake,
                                        std::string_view kind) {
  RefRules rules;
  const auto without_kind = [&](std::string_view name) {
    return name.starts_with(kind) ? name.substr(kind.size()) : name;
  };
  while (!text.empty()) {
    const std::size_t end = text.find_first_of("\n,");
    std::string_view word = trimmed(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (word.empty()) continue;
    if (word.starts_with('!')) {
      word = trimmed(word.substr(1));
      if (is_too_long(word, mistake)) return std::nullopt;
      if (is_of_other_kind(word, kind)) {
        mistake = no_ref_of(kind, word);
        return std::nullopt;
      }
      word = without_kind(word);
      if (word.empty()) {
        mistake = "'!' stands alone";
        return std::nullopt;
      }
      rules.excludes_.emplace_back(word);
      continue;
    }
    if (word.starts_with('+')) {
      mistake = "'" + printable(word) + "' asks for force with '+': use on_divergence: overwrite";
      return std::nullopt;
    }
    const std::size_t colon = word.find(':');
    const std::string_view full_from = trimmed(word.substr(0, colon));
    const std::string_view full_to =
        colon == std::string_view::npos ? full_from : trimmed(word.substr(colon + 1));
    for (const std::string_view side : {full_from, full_to}) {
      if (is_too_long(side, mistake)) return std::nullopt;
      if (!is_of_other_kind(side, kind)) continue;
      mistake = no_ref_of(kind, side);
      return std::nullopt;
    }
    const std::string_view from = without_kind(full_from);
    const std::string_view to = without_kind(full_to);
    const bool renames = colon != std::string_view::npos;
    const bool glob_fits =
        !renames || (has_glob(from) == has_glob(to) &&
                     (!has_glob(from) || (count_stars(from) == 1 && count_stars(to) == 1 &&
                                          from.find_first_of("?[") == std::string_view::npos)));
    if (from.empty() || to.empty() || !glob_fits) {
      mistake =
          "'" + printable(word) + "' is no rule: write name, from:to, or one '*' on each side";
      return std::nullopt;
    }
    for (const std::string_view side : {from, to}) {
      if (!has_glob(side) && !is_valid_ref_name(side)) {
        mistake = "'" + printable(side) + "' is not a valid name of a ref";
        return std::nullopt;
      }
    }
    if (to == "HEAD") {
      mistake = "a branch called 'HEAD' is never written";
      return std::nullopt;
    }
    const auto twice =
        std::find_if(rules.rules_.begin(), rules.rules_.end(),
                     [&](const Rule& rule) { return rule.source == from && rule.target != to; });
    if (twice != rules.rules_.end()) {
      mistake = "'" + printable(from) + "' is given two names, '" + printable(twice->target) +
                "' and '" + printable(to) + "': sync each in a run of its own";
      return std::nullopt;
    }
    rules.rules_.push_back({std::string(from), std::string(to), false});
  }
  if (rules.rules_.empty() && !rules.excludes_.empty()) rules.rules_.push_back({"*", "*", false});
  return rules;
}

bool RefRules::excludes(std::string_view name) const {
  return std::any_of(excludes_.begin(), excludes_.end(),
                     [&](const std::string& pattern) { return glob_matches(pattern, name); });
}

std::optional<std::string> RefRules::target_name(std::string_view name) const {
  if (excludes(name)) return std::nullopt;
  for (const Rule& rule : rules_) {
    if (!selects(rule, name)) continue;
    if (rule.source == rule.target) return std::string(name);
    const std::size_t star = rule.source.find('*');
    if (star == std::string::npos) return rule.target;
    const std::string_view middle = name.substr(star, name.size() - (rule.source.size() - 1));
    std::string target = rule.target;
    return target.replace(target.find('*'), 1, middle);
  }
  return std::nullopt;
}

// A rule that matches on the target is not enough: another one may give the source's ref another
// name, and then what has this one is the target's own.
bool RefRules::selects_on_target(std::string_view name) const {
  return std::any_of(rules_.begin(), rules_.end(), [&](const Rule& rule) {
    const auto source = source_name(rule, name);
    return source && target_name(*source) == name;
  });
}

std::optional<std::string> RefRules::source_name(const Rule& rule, std::string_view name) {
  if (rule.literal) {
    return rule.target == name ? std::optional(rule.source) : std::nullopt;
  }
  if (!glob_matches(rule.target, name)) return std::nullopt;
  if (rule.source == rule.target) return std::string(name);
  std::string source = rule.source;
  const std::size_t star = rule.target.find('*');
  if (star != std::string::npos) {
    const std::string_view middle = name.substr(star, name.size() - (rule.target.size() - 1));
    source.replace(source.find('*'), 1, middle);
  }
  return source;
}

bool RefRules::chooses_any() const {
  return std::any_of(rules_.begin(), rules_.end(), [](const Rule& rule) {
    return rule.source.find_first_not_of('*') == std::string::npos;
  });
}

std::optional<std::string> RefRules::only_name() const {
  if (rules_.size() != 1 || !is_literal(rules_.front())) return std::nullopt;
  return rules_.front().source;
}

bool RefRules::renames() const {
  return std::any_of(rules_.begin(), rules_.end(),
                     [](const Rule& rule) { return rule.source != rule.target; });
}

std::vector<std::string> RefRules::literal_names() const {
  std::vector<std::string> names;
  for (const Rule& rule : rules_) {
    if (is_literal(rule) && !excludes(rule.source)) names.push_back(rule.source);
  }
  return names;
}

std::vector<std::string> RefRules::idle(const std::vector<std::string_view>& of_source,
                                        const std::vector<std::string_view>& of_target) const {
  std::vector<std::string> patterns;
  for (const Rule& rule : rules_) {
    if (rule.source.find_first_not_of('*') == std::string::npos) continue;
    const bool matches =
        std::any_of(of_source.begin(), of_source.end(),
                    [&](std::string_view name) { return selects(rule, name); }) ||
        std::any_of(of_target.begin(), of_target.end(),
                    [&](std::string_view name) { return glob_matches(rule.target, name); });
    if (!matches) patterns.push_back(rule.source);
  }
  return patterns;
}

std::vector<std::string> RefRules::prefixes() const {
  std::vector<std::string> all;
  for (const Rule& rule : rules_) {
    all.push_back(is_literal(rule) ? rule.source
                                   : rule.source.substr(0, rule.source.find_first_of("*?[")));
  }
  std::sort(all.begin(), all.end());
  // A prefix that another begins with says all that the longer one says.
  std::vector<std::string> shortest;
  for (std::string& prefix : all) {
    if (shortest.empty() || !prefix.starts_with(shortest.back())) {
      shortest.push_back(std::move(prefix));
    }
  }
  return shortest;
}

}  // namespace occ::inputs
