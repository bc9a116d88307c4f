// Every input by name: the one list from which flags are made and which action.yml must equal
// (a test compares them).
#pragma once

#include <span>
#include <string_view>

namespace occ::inputs {

struct InputDefinition {
  std::string_view name;
  std::string_view fallback;  // what an empty input means; empty: told in the description
  std::string_view description;
};

[[nodiscard]] std::span<const InputDefinition> input_table();

}  // namespace occ::inputs
