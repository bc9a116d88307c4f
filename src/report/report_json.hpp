// report.json: everything the run knows, for machines. Its schema is report.schema.json beside this
// file; members are only added while the number `schema` stays.
#pragma once

#include "report/report.hpp"

#include <string>

namespace occ::report {

inline constexpr int kReportSchema = 1;

// By which a file is known as one of ours: it is among the first 1000 bytes of every report_json().
inline constexpr const char* kReportMark = "\"name\": \"sync-action\"";

// Indented JSON with a line feed at its end. Text is raw, but for invalid UTF-8, which is repaired.
[[nodiscard]] std::string report_json(const Report& report);

}  // namespace occ::report
