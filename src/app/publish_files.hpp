// Renders the report's files and has them written and uploaded, after everything else was told.
#pragma once

#include "app/publish.hpp"
#include "inputs/settings.hpp"
#include "report/report.hpp"
#include "runner/console.hpp"

#include <atomic>

namespace occ::app {

// Adds the outputs report_file, report_url and artifact_*, and a line with links to the summary;
// of `lost` files it says nothing again.
// `signal`: nonzero ends an upload. Throws Failure{internal_error} if the runner's files cannot be
// written; a report that cannot be uploaded is only a warning.
void publish_files(runner::Console& console, const inputs::Settings& settings,
                   const report::Report& report, LostFiles lost, const std::atomic<int>& signal);

}  // namespace occ::app
