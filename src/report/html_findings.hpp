// What was found out about one ref, as parts of its card.
#pragma once

#include "report/html.hpp"
#include "report/report.hpp"

#include <cstddef>

namespace occ::report {

// `room`: bytes that the lists may still take on the page; what does not fit is counted where it
// would stand.
[[nodiscard]] Html findings_html(const Report& report, const analysis::RefFindings& found,
                                 std::size_t& room);

}  // namespace occ::report
