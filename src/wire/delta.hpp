// Git's delta encoding (gitformat-pack, "Deltified representation"): copies from a base, and
// inserted bytes.
#pragma once

#include "base/bytes.hpp"

#include <cstddef>
#include <vector>

namespace occ::wire {

// Throws Failure{protocol_error} on instructions that leave the base, do not add up, or make more
// than `limit` bytes.
[[nodiscard]] std::vector<std::byte> apply_delta(Bytes base, Bytes delta, std::size_t limit);

}  // namespace occ::wire
