// The drawn history of a diverged ref: two lanes of commits that meet at the merge base.
#pragma once

#include "report/html.hpp"
#include "report/report.hpp"

namespace occ::report {

// A list of commits, newest first, beside a drawing of their lanes. The drawing says nothing that
// the list does not say in words.
[[nodiscard]] Html history_graph(const Report& report, const analysis::RefFindings& found);

}  // namespace occ::report
