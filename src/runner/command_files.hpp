// The files through which a step tells the runner its outputs and its summary
// (actions/runner, FileCommandManager). What is told is true whether it can be written or not, so
// that it cannot is an answer here and no Failure.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace occ::runner {

struct Output {
  std::string name;
  std::string value;
};

// Appends all of `outputs`, each in the form with a delimiter that nobody can guess, so that no
// value can set another output. All or none: half an entry would fail the step. Does nothing
// without a file. Why they could not be written, as a clause; empty: they were.
[[nodiscard]] std::string write_outputs(const std::string& file, std::span<const Output> outputs);

inline constexpr std::size_t kSummaryLimit = 900U << 10U;          // bytes; of what we make
inline constexpr std::size_t kRunnersSummaryLimit = 1024U << 10U;  // bytes; of a step

// Appends to the step's summary, unless the runner would then upload none of it. `markdown` is at
// most kSummaryLimit bytes: see report/. Why it could not be written; empty: it was.
[[nodiscard]] std::string write_summary(const std::string& file, std::string_view markdown);

}  // namespace occ::runner
