// The job summary, in GitHub-flavoured Markdown.
#pragma once

#include "report/report.hpp"

#include <string>

namespace occ::report {

// The verdict, what was asked, a table of refs, what a person must do, time and bytes. At most
// `limit` bytes; refs that do not fit are counted in a last line.
[[nodiscard]] std::string summary_markdown(const Report& report, std::size_t limit);

}  // namespace occ::report
