// The step's outputs, as far as they follow from the report. Pure.
#pragma once

#include "report/report.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace occ::report {

// Names and values, as action.yml describes them; not yet redacted. A number that is not known is
// empty, never a guess.
[[nodiscard]] std::vector<std::pair<std::string_view, std::string>> outputs_of(
    const Report& report);

}  // namespace occ::report
