// Whether a text can be the key that ssh is to log in with, as far as its form tells. Pure.
#pragma once

#include <string>
#include <string_view>

namespace occ::inputs {

// What is wrong with it, without a piece of it; empty: nothing that can be seen.
[[nodiscard]] std::string mistake_in_ssh_key(std::string_view key);

}  // namespace occ::inputs
