// The part of report.json that the analysis brings.
#pragma once

#include "analysis/findings.hpp"

#include <nlohmann/json.hpp>

namespace occ::report {

[[nodiscard]] nlohmann::ordered_json findings_json(const analysis::RefFindings& found);

}  // namespace occ::report
