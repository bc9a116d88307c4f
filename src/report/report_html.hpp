// report.html: one self-contained page without scripts, which asks nothing of any server.
#pragma once

#include "report/report.hpp"

#include <string>

namespace occ::report {

// At most about 8 MiB: what does not fit is counted where it would stand.
[[nodiscard]] std::string report_html(const Report& report);

}  // namespace occ::report
