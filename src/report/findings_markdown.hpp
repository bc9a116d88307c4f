// What was found out about each ref, in GitHub-flavoured Markdown: divergence and warnings in
// sight, commits and files folded.
#pragma once

#include "report/report.hpp"

#include <cstddef>
#include <string>

namespace occ::report {

// At most about `limit` bytes; each list has a fair share of them, and a last line counts what was
// left out. Empty without findings.
[[nodiscard]] std::string findings_markdown(const Report& report, std::size_t limit);

}  // namespace occ::report
