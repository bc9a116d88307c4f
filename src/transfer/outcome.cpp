#include "transfer/outcome.hpp"

namespace occ::transfer {

std::string_view name_of(Result result) {
  switch (result) {
    case Result::up_to_date:
      return "up_to_date";
    case Result::created:
      return "created";
    case Result::updated:
      return "updated";
    case Result::forced:
      return "forced";
    case Result::merged:
      return "merged";
    case Result::removed:
      return "deleted";
    case Result::would_create:
      return "would_create";
    case Result::would_update:
      return "would_update";
    case Result::would_force:
      return "would_force";
    case Result::would_merge:
      return "would_merge";
    case Result::would_remove:
      return "would_delete";
    case Result::skipped:
      return "skipped";
    case Result::diverged:
      return "diverged";
    case Result::blocked:
      return "blocked";
    case Result::rejected:
      return "rejected";
    case Result::lease_lost:
      return "lease_lost";
    case Result::unconfirmed:
      return "unconfirmed";
  }
  return "";
}

bool has_landed(Result result) {
  return result == Result::created || result == Result::updated || result == Result::forced ||
         result == Result::merged || result == Result::removed;
}

bool would_land(Result result) {
  return result == Result::would_create || result == Result::would_update ||
         result == Result::would_force || result == Result::would_merge ||
         result == Result::would_remove;
}

}  // namespace occ::transfer
