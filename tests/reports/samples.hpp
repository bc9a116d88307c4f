// Reports as runs would make them, for golden files, for the checks in a browser, and for the eye.
#pragma once

#include "report/report.hpp"

#include <string>
#include <vector>

namespace occ::test {

struct Sample {
  std::string name;  // of its files
  report::Report report;
};

[[nodiscard]] report::Report in_sync_report();
[[nodiscard]] report::Report synced_report();
[[nodiscard]] report::Report dry_run_report();
[[nodiscard]] report::Report diverged_report();
[[nodiscard]] report::Report failed_report();
// A run that ended before there were refs.
[[nodiscard]] report::Report unreachable_report();
// Every text that a stranger could have written is an attack.
[[nodiscard]] report::Report hostile_report();
// More commits and files than a summary holds.
[[nodiscard]] report::Report large_report(std::size_t commits, std::size_t files);

[[nodiscard]] std::vector<Sample> sample_reports();

// The texts that hostile_report is made of.
[[nodiscard]] const std::vector<std::string>& hostile_texts();

}  // namespace occ::test
