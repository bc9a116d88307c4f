// Reads single inputs from an environment and collects what is wrong with them.
#pragma once

#include "inputs/settings.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace occ::inputs {

// The variable that the runner makes of an input's name (actions/runner: blanks to underscores,
// then upper case).
[[nodiscard]] std::string variable_name(std::string_view input);

class Reader {
 public:
  explicit Reader(const Environment& environment) : environment_(environment) {}

  // Trimmed; empty if unset.
  [[nodiscard]] std::string variable(std::string_view name) const;
  // The input, or what the table says an empty one means.
  [[nodiscard]] std::string text(std::string_view input) const;
  // YAML 1.2 core: true, True, TRUE, false, False, FALSE.
  [[nodiscard]] bool boolean(std::string_view input);
  [[nodiscard]] int number(std::string_view input, int least, int most);

  void mistake(std::string_view input, const std::string& what);
  [[nodiscard]] const std::vector<std::string>& mistakes() const { return mistakes_; }

 private:
  const Environment& environment_;
  std::vector<std::string> mistakes_;
};

// Nothing but a Failure if `text` is no boolean.
[[nodiscard]] std::optional<bool> parse_boolean(std::string_view text);

}  // namespace occ::inputs
