// Numbers in sentences: one place knows when a noun is in the plural.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace occ {

// "12,345"
[[nodiscard]] std::string shown_number(std::uint64_t number);
// "1 commit", "1,234 commits"
[[nodiscard]] std::string shown_count(std::uint64_t count, std::string_view one,
                                      std::string_view many);

}  // namespace occ
