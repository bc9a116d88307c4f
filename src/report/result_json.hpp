// The output `result`: every ref, for machines.
#pragma once

#include "report/report.hpp"

#include <string>

namespace occ::report {

inline constexpr std::size_t kResultLimit = 500U << 10U;  // bytes

// One line of JSON. Text that is not UTF-8 is repaired. More than `limit` bytes: the refs that are
// up to date are left out, then refs from the end, and "refs_left_out" says how many (outputs may
// hold 1 MB a job).
[[nodiscard]] std::string result_json(const Report& report, std::size_t limit = kResultLimit);

// How many refs that has.
[[nodiscard]] std::size_t refs_in_result(const Report& report, std::size_t limit = kResultLimit);

}  // namespace occ::report
