// What will happen to every ref, and why. Pure: settings, two listings and what is known of
// ancestry in; a plan out. Nothing here talks to a server.
#pragma once

#include "base/failure.hpp"
#include "base/rare.hpp"
#include "base/refs.hpp"
#include "inputs/settings.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

namespace occ::plan {

// How the source's tip and the target's tip of one ref stand to each other.
enum class Relation : std::uint8_t {
  equal,
  new_ref,       // the target lacks it
  gone,          // the source lacks it
  unknown,       // both have it, they differ, and ancestry was not looked at yet
  fast_forward,  // the target's tip is an ancestor of the source's
  target_ahead,  // the source's tip is an ancestor of the target's
  diverged,      // each has commits of its own
  unrelated,     // no commit in common
  moved_tag,     // a tag that names something else
  recorded       // what the ref was before a run that is undone
};

// What the push does with the ref.
enum class Action : std::uint8_t {
  none,  // nothing to do
  create,
  update,  // fast-forward; with Relation::unknown: if it proves to be one
  force,   // overwrite
  merge,   // a merge of both tips; with a null new_oid: once that was tried
  remove,
  skip,    // left alone because the user chose so
  blocked  // cannot be done: `problem` says why, and the run fails in the end
};

// What few refs have: those that differ on the two sides.
struct Parting {
  // The source's tip, where the ref's new_oid is a merge of our own; else null.
  Oid source_oid;
  std::vector<Oid> commits;            // see Ancestry::parting
  std::vector<std::string> conflicts;  // paths, raw, that a merge had to decide or stopped on
  // The target's branch from which a pull request brings the source's commits here, if that is
  // asked for, and there is one or is to be one. Full name.
  std::string pull_branch;
};

// Small: a listing may have 100,000 refs, of which one or none moved.
struct PlannedRef {
  std::string source_ref;  // full name; empty if the source lacks it
  std::string target_ref;  // full name
  Oid old_oid;             // the target's: the lease. Null: it has none
  Oid new_oid;             // what the target shall hold, the source's. Null: it has none
  Relation relation = Relation::unknown;
  Action action = Action::none;
  std::optional<std::uint64_t> ahead;   // commits that only the source has; unknown if absent
  std::optional<std::uint64_t> behind;  // commits that only the target has; unknown if absent
  std::optional<FailureCode> problem;   // of a blocked ref
  std::string reason;                   // for people, in one clause
  std::string backup;                   // the ref that keeps the old tip; empty: none does
  Rare<Parting> parting;
};

// What came of merging two diverged tips.
struct MergeTrial {
  Oid commit;                          // null: there is none
  std::vector<std::string> conflicts;  // paths, raw; with a commit: they were resolved
  std::string why_not;                 // it could not be tried
  // What kept it from being tried, if that was neither of the two histories.
  std::optional<FailureCode> obstacle = std::nullopt;
};

struct Ancestry {
  Relation relation = Relation::unknown;
  std::uint64_t ahead = 0;  // or more: see ahead_is_least
  std::uint64_t behind = 0;
  // The commits of both histories that a commit of only one has as parent. Of diverged tips: the
  // merge bases are among them. Of others it may be left out where it is the older tip alone.
  std::vector<Oid> parting = {};
  std::optional<MergeTrial> merge = std::nullopt;  // once it was tried
  // The source is shallow, and what lies behind its cut could not be counted.
  bool ahead_is_least = false;
  // Why the relation cannot be known, which is Relation::unknown then, and what it counts as.
  std::string hidden = {};
  FailureCode hidden_by = FailureCode::source_shallow;

  [[nodiscard]] std::optional<std::uint64_t> known_ahead() const {
    return ahead_is_least ? std::nullopt : std::optional(ahead);
  }
};

// By (source tip, target tip). Ancestry never changes, so facts outlive a listing.
using Facts = std::map<std::pair<Oid, Oid>, Ancestry>;

// What else has to be known for a plan that can be carried out.
struct Questions {
  bool target_head = false;  // branches would be deleted: which one is the target's default?
  std::vector<std::string> aliases;  // refs of the target, full names: which are symbolic refs?
  // Commits of the target, and for each of them a tip of the target that may hold it by now.
  std::vector<std::pair<Oid, Oid>> held_by;
};

struct Plan {
  std::vector<PlannedRef> refs;  // in the order in which they are pushed and shown
  std::string source_head;       // the source's default branch, full name
  bool atomic = false;
  Questions questions;
  std::vector<Ref> backups;  // refs to create before, or with, the refs whose old tips they keep

  [[nodiscard]] bool has_unknown() const;   // some ref needs ancestry facts
  [[nodiscard]] bool has_commands() const;  // something is to be pushed
};

[[nodiscard]] constexpr bool is_command(Action action) {
  return action == Action::create || action == Action::update || action == Action::force ||
         action == Action::merge || action == Action::remove;
}

// The source's tip, whatever is made of it.
[[nodiscard]] inline const Oid& source_tip(const PlannedRef& ref) {
  return ref.parting->source_oid.is_null() ? ref.new_oid : ref.parting->source_oid;
}

// Whether it has to be found out first what a merge makes.
[[nodiscard]] inline bool needs_merge(const PlannedRef& ref) {
  return ref.action == Action::merge && ref.new_oid.is_null();
}

[[nodiscard]] constexpr bool needs_ancestry(const PlannedRef& ref) {
  return ref.relation == Relation::unknown && is_command(ref.action);
}

// Where a build opened the gate: how what was built stands to the two sides.
struct Build {
  bool binds = false;  // one branch is chosen: nothing beyond the commit that was built
  // The target's tip of that branch is one that the source's branch comes to: a later build's, if
  // it is beyond this one's.
  bool target_follows = false;
  std::unordered_set<Oid> unbuilt_tags =
      {};  // of the source, by their ids: they name what was not built
};

// Which prefixes of ref names a listing must cover, for `ref-prefix` (gitprotocol-v2).
[[nodiscard]] std::vector<std::string> listing_prefixes(const inputs::Settings& settings);

// `target_head`: the target's default branch, if it was asked for: empty if the target has none.
// Throws Failure{source_empty}, Failure{source_branch_missing}, Failure{bad_input} when there is
// no plan at all.
[[nodiscard]] Plan make_plan(const inputs::Settings& settings, const RefListing& source,
                             const RefListing& target, const Facts& facts,
                             const std::optional<std::string>& target_head,
                             const Build& build = {});

// The last steps of every plan: what is broken or symbolic on the target and names that clash are
// blocked,
// deletions go first, what is lost gets a backup, and if the plan is atomic and one ref is blocked,
// all are.
void settle(Plan& plan, const inputs::Settings& settings, const RefListing& target);

// Blocks everything that an atomic plan would push if one of its refs is blocked.
void block_all_if_one_is_blocked(Plan& plan);

[[nodiscard]] std::string_view name_of(Relation relation);  // snake_case, stable
[[nodiscard]] std::string_view name_of(Action action);

}  // namespace occ::plan
