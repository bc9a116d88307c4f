// What a merge of a diverged ref comes to, with the conflicting lines side by side.
#pragma once

#include "report/html.hpp"
#include "report/report.hpp"

#include <cstddef>

namespace occ::report {

// `room`: see html_findings.hpp.
[[nodiscard]] Html conflicts_html(const analysis::Divergence& parted, std::size_t& room);

}  // namespace occ::report
