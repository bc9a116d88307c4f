#include "plan/plan.hpp"

namespace occ::plan {

std::string_view name_of(Relation relation) {
  switch (relation) {
    case Relation::equal:
      return "equal";
    case Relation::new_ref:
      return "new";
    case Relation::gone:
      return "gone";
    case Relation::unknown:
      return "unknown";
    case Relation::fast_forward:
      return "fast_forward";
    case Relation::target_ahead:
      return "target_ahead";
    case Relation::diverged:
      return "diverged";
    case Relation::unrelated:
      return "unrelated";
    case Relation::moved_tag:
      return "moved_tag";
    case Relation::recorded:
      return "recorded";
  }
  return "";
}

std::string_view name_of(Action action) {
  switch (action) {
    case Action::none:
      return "none";
    case Action::create:
      return "create";
    case Action::update:
      return "update";
    case Action::force:
      return "force";
    case Action::merge:
      return "merge";
    case Action::remove:
      return "delete";
    case Action::skip:
      return "skip";
    case Action::blocked:
      return "blocked";
  }
  return "";
}

}  // namespace occ::plan
