// Amounts of data as people read them.
#pragma once

#include <cstdint>
#include <string>

namespace occ {

// "1.4 MB": decimal units, as transfers are told.
[[nodiscard]] std::string shown_bytes(std::uint64_t bytes);

}  // namespace occ
