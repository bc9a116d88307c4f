// What a person must do after the run, each thing once.
#pragma once

#include "report/report.hpp"

#include <string>
#include <vector>

namespace occ::report {

struct Task {
  std::string id;                 // of the catalogue, or the name of a warning
  std::string what;               // what happened, in one clause; foreign text among it
  std::string remedy;             // our own text, with `code` in it
  std::vector<std::string> refs;  // full names, raw; empty: it concerns the whole run
};

[[nodiscard]] std::vector<Task> tasks_of(const Report& report);

}  // namespace occ::report
