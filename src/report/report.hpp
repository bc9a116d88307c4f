// One value that holds all that a report tells, and what follows from it: the verdict, the status,
// the exit code. Renderings of it stand in files beside this one. Pure.
#pragma once

#include "transfer/outcome.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace occ::report {

enum class Status : std::uint8_t {
  in_sync,     // nothing to do
  synced,      // everything that was to be done was done
  would_sync,  // a dry run that would change something
  would_fail,  // a dry run that found refs which could not be synced
  skipped,     // by the build gate, or all that differs was to be left alone
  partial,     // some refs landed, others did not
  failed,
  cancelled
};

struct Report {
  std::string source;  // names, without credentials
  std::string target;
  std::vector<std::string> asked;  // what was asked for beyond the defaults: "prune: true"
  transfer::Outcome outcome;
  std::string skipped_because;  // the build gate's reason; empty: it let the run pass
  std::uint64_t duration_ms = 0;
};

[[nodiscard]] Status status_of(const Report& report);
[[nodiscard]] std::string_view name_of(Status status);
// design.md section 5; `signal`: the one that cancelled the run, 0 for none.
[[nodiscard]] int exit_code_of(const Report& report, int signal);

// The ref that single-valued outputs speak of: the source's default branch if it is synced, else
// the first branch, else the first ref; nothing without refs.
[[nodiscard]] const transfer::RefOutcome* primary_ref(const Report& report);

// One line, in the conditional for a dry run.
[[nodiscard]] std::string verdict_line(const Report& report);

// "refs/heads/main" → "main", "refs/tags/v1" → "tag v1". Not yet escaped.
[[nodiscard]] std::string display_ref(std::string_view name);

}  // namespace occ::report
