#include "sync/plan_lines.hpp"

#include <cstddef>

namespace occ::sync {
namespace {

using runner::Console;

constexpr std::size_t kMostLines = 200;

std::string plan_line(const plan::PlannedRef& ref) {
  return "  " + std::string(plan::name_of(ref.action)) + "  " + display_ref(ref.target_ref) + "  " +
         shown_oid(ref.old_oid) + " -> " + shown_oid(ref.new_oid) + shown_counts(ref) +
         (ref.reason.empty() ? "" : ": " + ref.reason);
}

}  // namespace

std::string shown_oid(const Oid& oid) {
  return oid.is_null() ? "(none)" : oid.abbreviated();
}

std::string shown_counts(const plan::PlannedRef& ref) {
  if (!ref.ahead || !ref.behind) return {};
  return " (ahead " + std::to_string(*ref.ahead) + ", behind " + std::to_string(*ref.behind) + ")";
}

void print_plan(Console& console, const plan::Plan& plan, bool dry_run) {
  console.begin_group(dry_run ? "Plan (dry run: nothing will be pushed)" : "Plan");
  std::size_t lines = 0;
  std::size_t quiet = 0;
  for (const plan::PlannedRef& ref : plan.refs) {
    if (ref.action == plan::Action::none) {
      ++quiet;
    } else if (lines++ < kMostLines) {
      console.info(plan_line(ref));
    }
  }
  if (lines > kMostLines) console.info("  … and " + std::to_string(lines - kMostLines) + " more");
  if (quiet > 0) console.info("  " + std::to_string(quiet) + " up to date");
  console.end_group();
}

}  // namespace occ::sync
