// The files through which a step tells the runner its outputs and its summary
// (actions/runner, FileCommandManager).
#pragma once

#include <string>
#include <string_view>

namespace occ::runner {

// Appends `name` = `value` in the form with a delimiter that nobody can guess, so that no value can
// set another output. Does nothing without a file. Throws Failure{internal_error}.
void write_output(const std::string& file, std::string_view name, std::string_view value);

inline constexpr std::size_t kSummaryLimit = 900U << 10U;  // bytes; the runner's own is 1 MiB

// Appends to the step's summary. `markdown` is at most kSummaryLimit bytes: see report/.
void write_summary(const std::string& file, std::string_view markdown);

}  // namespace occ::runner
