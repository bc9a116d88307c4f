#include "inputs/reader.hpp"

#include "base/untrusted.hpp"
#include "inputs/input_table.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace occ::inputs {

std::string variable_name(std::string_view input) {
  std::string name = "INPUT_" + std::string(input);
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) {
    return c == ' ' ? '_' : static_cast<char>(std::toupper(c));
  });
  return name;
}

std::optional<bool> parse_boolean(std::string_view text) {
  if (text == "true" || text == "True" || text == "TRUE") return true;
  if (text == "false" || text == "False" || text == "FALSE") return false;
  return std::nullopt;
}

std::string Reader::variable(std::string_view name) const {
  const auto at = environment_.find(std::string(name));
  if (at == environment_.end()) return {};
  constexpr std::string_view kBlank = " \t\r\n";
  const std::string& text = at->second;
  const std::size_t begin = text.find_first_not_of(kBlank);
  if (begin == std::string::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlank) - begin + 1);
}

std::string Reader::text(std::string_view input) const {
  std::string value = variable(variable_name(input));
  if (!value.empty()) return value;
  for (const InputDefinition& definition : input_table()) {
    if (definition.name == input) return std::string(definition.fallback);
  }
  return {};
}

bool Reader::boolean(std::string_view input) {
  const std::string value = text(input);
  const auto parsed = parse_boolean(value);
  if (!parsed)
    mistake(input,
            "'" + printable(value, 60) + "' is neither true nor false: write one of the two");
  return parsed.value_or(false);
}

int Reader::number(std::string_view input, int least, int most) {
  const std::string value = text(input);
  int parsed = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), parsed);
  if (error != std::errc() || end != value.data() + value.size() || parsed < least ||
      parsed > most) {
    mistake(input, "'" + printable(value, 60) + "' is not a number from " + std::to_string(least) +
                       " to " + std::to_string(most));
    return least;
  }
  return parsed;
}

void Reader::mistake(std::string_view input, const std::string& what) {
  mistakes_.push_back(std::string(input) + ": " + what);
}

}  // namespace occ::inputs
