// Whether two addresses lead to one repository, as far as that can be known without asking anybody.
#pragma once

#include "inputs/endpoint.hpp"

namespace occ::inputs {

// Looks at the file system where both are paths. False for one repository that is reached by two
// protocols or under two names of a host.
[[nodiscard]] bool is_same_place(const Endpoint& a, const Endpoint& b);

}  // namespace occ::inputs
