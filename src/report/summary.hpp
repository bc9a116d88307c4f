// The job summary and report.md, in GitHub-flavoured Markdown: one text, cut at different lengths.
#pragma once

#include "report/report.hpp"

#include <string>

namespace occ::report {

// The verdict, what was asked, a table of refs, what a person must do, what was found out about
// each ref (folded), time and bytes. At most `limit` bytes (64 KiB or more); what does not fit is
// counted in a line of its own.
[[nodiscard]] std::string summary_markdown(const Report& report, std::size_t limit);

// report.md: the same, up to 8 MiB.
[[nodiscard]] std::string report_markdown(const Report& report);

}  // namespace occ::report
