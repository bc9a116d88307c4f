// What a merge of a diverged ref comes to, with the conflicting lines side by side.
#pragma once

#include "report/html.hpp"
#include "report/report.hpp"

#include <cstddef>
#include <string>

namespace occ::report {

// `room`, `id`: see html_findings.hpp.
[[nodiscard]] Html conflicts_html(const analysis::Divergence& parted, const std::string& id,
                                  std::size_t& room);

}  // namespace occ::report
