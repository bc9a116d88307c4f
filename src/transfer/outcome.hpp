// What did happen to every ref, as the target itself says.
#pragma once

#include "base/failure.hpp"
#include "net/stream.hpp"
#include "plan/plan.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace occ::transfer {

enum class Result : std::uint8_t {
  up_to_date,
  created,
  updated,
  forced,
  merged,
  removed,
  would_create,
  would_update,
  would_force,
  would_merge,
  would_remove,
  skipped,
  diverged,    // left alone because the target has commits, or a tag, of its own
  blocked,     // could not be tried: see `error`
  rejected,    // the target refused it: see `error`
  lease_lost,  // somebody else kept moving it
  unconfirmed  // it is not known whether it landed
};

struct RefOutcome {
  plan::PlannedRef planned;
  Result result = Result::up_to_date;
  std::optional<FailureCode> error;
  std::string reason = {};            // printable
  bool on_source = false;             // the ref is the source's: direction: both
  std::string pull_request_url = {};  // to which the ref was left; untrusted text
};

struct Outcome {
  std::vector<RefOutcome> refs;
  // What ended the run before its time; the refs then say how far it got.
  std::optional<Failure> failure;
  bool dry_run = false;
  bool recorded = false;              // the target's ledger tells what the run did there
  std::vector<std::string> notes;     // what a person should know beside the refs; printable
  std::vector<std::string> warnings;  // likewise, and look at; printable
  net::Traffic source_traffic;
  net::Traffic target_traffic;
  std::uint64_t pack_bytes = 0;
  std::uint64_t pack_objects = 0;
};

[[nodiscard]] std::string_view name_of(Result result);  // snake_case, stable
[[nodiscard]] bool has_landed(Result result);           // the target changed
[[nodiscard]] bool would_land(Result result);

}  // namespace occ::transfer
