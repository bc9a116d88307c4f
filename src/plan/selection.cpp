#include "plan/selection.hpp"

#include "base/failure.hpp"
#include "base/untrusted.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>

namespace occ::plan {
namespace {

constexpr std::size_t kMostNames = 5;

// Short names of the refs of one kind, the broken ones too.
std::vector<std::string_view> names_below(std::string_view kind, const RefListing& listing) {
  std::vector<std::string_view> names;
  const auto add = [&](std::string_view name) {
    if (name.starts_with(kind)) names.push_back(name.substr(kind.size()));
  };
  for (const Ref& ref : listing.refs) add(ref.name);
  for (const std::string& name : listing.broken) add(name);
  return names;
}

// As far as the listing tells, which is only what could match, and the default branch.
std::string what_there_is(const RefListing& source) {
  std::vector<std::string_view> names = names_below(kHeads, source);
  if (names.empty() && is_branch(source.head_branch)) {
    return "; its default branch is '" + printable(short_name(source.head_branch)) + "'";
  }
  std::string text;
  for (std::size_t i = 0; i < names.size() && i < kMostNames; ++i) {
    text += (i == 0 ? "; it has '" : ", '") + printable(names[i]) + "'";
  }
  if (names.size() > kMostNames) {
    text += " and " + std::to_string(names.size() - kMostNames) + " more";
  }
  return text;
}

// See Planner::add_missing_literals.
bool plan_will_tell(const inputs::Settings& settings, const RefListing& target) {
  // A dry run is green though a ref could not go through, and there the plan would not tell.
  if (settings.dry_run) return false;
  const auto names = settings.branches->literal_names();
  return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
    const auto there = settings.branches->target_name(name);
    return there && (!settings.prune || target.find(std::string(kHeads) + *there) == nullptr);
  });
}

void add_idle(std::vector<std::string>& notes, const std::string& input, const std::string& kind,
              const std::vector<std::string>& patterns) {
  for (const std::string& pattern : patterns) {
    notes.push_back("'" + printable(pattern) + "' in " + input + " matches no " + kind +
                    " of either side: is it spelt right?");
  }
}

}  // namespace

void require_branches(const inputs::Settings& settings, const RefListing& source,
                      const RefListing& target) {
  if (!settings.branches || (source.refs.empty() && source.broken.empty() && !source.has_head)) {
    return;
  }
  const auto& rules = *settings.branches;
  const auto ours = names_below(kHeads, source);
  if (std::any_of(ours.begin(), ours.end(),
                  [&](std::string_view name) { return rules.target_name(name).has_value(); })) {
    return;
  }
  if (settings.direction == inputs::Direction::both) {
    const auto theirs = names_below(kHeads, target);
    if (std::any_of(theirs.begin(), theirs.end(),
                    [&](std::string_view name) { return rules.selects_on_target(name); })) {
      return;
    }
  }
  if (plan_will_tell(settings, target)) return;
  throw Failure(FailureCode::source_branch_missing, "'branches' chooses no branch of the source '" +
                                                        settings.source.name + "'" +
                                                        what_there_is(source));
}

std::vector<std::string> idle_patterns(const inputs::Settings& settings, const RefListing& source,
                                       const RefListing& target) {
  std::vector<std::string> notes;
  if (settings.branches) {
    std::vector<std::string> idle =
        settings.branches->idle(names_below(kHeads, source), names_below(kHeads, target));
    std::erase_if(idle, [](const std::string& pattern) { return !inputs::has_glob(pattern); });
    add_idle(notes, "branches", "branch", idle);
  }
  add_idle(notes, "sync_tags", "tag",
           settings.tags.idle(names_below(kTags, source), names_below(kTags, target)));
  return notes;
}

}  // namespace occ::plan
