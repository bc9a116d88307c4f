// What in an environment must never be shown.
#pragma once

#include "base/secret.hpp"
#include "inputs/settings.hpp"

#include <string_view>
#include <vector>

namespace occ::inputs {

// Whether the input of this name holds a secret.
[[nodiscard]] bool is_secret_input(std::string_view input);

// Everything that must never be printed, whatever else is wrong with the inputs: tokens, keys, what
// stands before the '@' of an address, and a proxy's password.
[[nodiscard]] std::vector<Secret> find_secrets(const Environment& environment);

}  // namespace occ::inputs
