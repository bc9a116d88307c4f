#include "analysis/ref_objects.hpp"

#include "analysis/merge_bases.hpp"
#include "base/failure.hpp"
#include "base/shown_bytes.hpp"
#include "base/shown_count.hpp"
#include "store/tree_diff.hpp"

#include <algorithm>
#include <unordered_set>

namespace occ::analysis {
namespace {

using Leave = transfer::ObjectRequest::Leave;
using plan::Relation;

constexpr std::size_t kMostFilesLookedInto = 4000;
constexpr int kMostTreeRounds = 30;  // of fetching subtrees that turned out missing

Errand errand(transfer::Remote& remote, std::vector<Oid> wants, std::vector<Oid> haves, Leave leave,
              int depth = 0) {
  return {&remote, {std::move(wants), std::move(haves), leave, depth}};
}

}  // namespace

bool RefObjects::parted() const {
  return ref_.relation == Relation::diverged || ref_.relation == Relation::unrelated;
}

// Which side can tell of the target's tip: its own, unless the source has it too.
transfer::Remote& RefObjects::keeper_of_old() {
  return ref_.relation == Relation::fast_forward ? source_ : target_;
}

bool RefObjects::fetch(std::vector<Errand> errands) {
  return pool_.fetch(std::move(errands), budgets_.trees);
}

bool RefObjects::has_behind(const Oid& tip, std::vector<Oid> stop_at,
                            const std::optional<std::uint64_t>& count) const {
  if (!count) return false;
  std::unordered_set<Oid> seen(stop_at.begin(), stop_at.end());
  std::vector<Oid> open;
  std::uint64_t found = 0;
  const auto visit = [&](const Oid& oid) {
    if (seen.insert(oid).second) open.push_back(oid);
  };
  visit(tip);
  while (!open.empty() && found <= *count) {
    const auto commit = store_.commit(open.back());
    open.pop_back();
    if (!commit) continue;
    ++found;
    for (const Oid& parent : commit->parents) visit(parent);
  }
  return found == *count;
}

bool RefObjects::has_new_commits() const {
  if (ref_.relation == Relation::target_ahead) return store_.has(plan::source_tip(ref_));
  std::vector<Oid> edge = ref_.parting->commits;
  if (ref_.relation == Relation::fast_forward) edge.push_back(ref_.old_oid);
  return has_behind(plan::source_tip(ref_), std::move(edge), ref_.ahead);
}

bool RefObjects::has_old_commits() const {
  if (ref_.relation == Relation::fast_forward) return store_.has(ref_.old_oid);
  std::vector<Oid> edge = ref_.parting->commits;
  if (ref_.relation == Relation::target_ahead) edge.push_back(plan::source_tip(ref_));
  return has_behind(ref_.old_oid, std::move(edge), ref_.behind);
}

bool RefObjects::has_commits() const {
  const bool is_known = ref_.relation == Relation::fast_forward ||
                        ref_.relation == Relation::target_ahead ||
                        ref_.relation == Relation::diverged || ref_.relation == Relation::unrelated;
  if (!is_known) return false;
  const std::vector<Oid>& parting = ref_.parting->commits;
  const bool has_parting =
      ref_.relation != Relation::diverged ||
      std::all_of(parting.begin(), parting.end(), [&](const Oid& oid) { return store_.has(oid); });
  return has_parting && has_new_commits() && has_old_commits();
}

bool RefObjects::fetch_commits() {
  if (has_commits()) return true;
  const Oid& new_oid = plan::source_tip(ref_);
  const Oid& old_oid = ref_.old_oid;
  std::vector<Errand> errands;
  switch (ref_.relation) {
    case Relation::fast_forward:
      errands.push_back(errand(source_, {new_oid}, {old_oid}, Leave::trees_and_blobs));
      errands.push_back(errand(source_, {old_oid}, {}, Leave::trees_and_blobs, 1));
      break;
    case Relation::target_ahead:
      errands.push_back(errand(target_, {old_oid}, {new_oid}, Leave::trees_and_blobs));
      errands.push_back(errand(source_, {new_oid}, {}, Leave::trees_and_blobs, 1));
      break;
    case Relation::diverged:
      errands.push_back(errand(source_, {new_oid}, ref_.parting->commits, Leave::trees_and_blobs));
      errands.push_back(errand(target_, {old_oid}, ref_.parting->commits, Leave::trees_and_blobs));
      errands.push_back(errand(source_, ref_.parting->commits, {}, Leave::trees_and_blobs, 1));
      break;
    default:
      errands.push_back(errand(source_, {new_oid}, {}, Leave::trees_and_blobs));
      errands.push_back(errand(target_, {old_oid}, {}, Leave::trees_and_blobs));
      break;
  }
  return fetch(errands);
}

// Asks for the trees of one side that the other lacks (trees serve as wants and haves), and then
// for what is still missing, by id: a server may leave out what any older commit had.
bool RefObjects::complete_trees(const Oid& ours, const Oid& theirs) {
  if (store_.has(ours) && store_.has(theirs) &&
      store::missing_trees(store_, ours, theirs).empty()) {
    return true;
  }
  if (!transfer::can_leave_out(source_) || !transfer::can_leave_out(keeper_of_old())) {
    return whole_trees();
  }
  if (parted()) {
    if (!fetch({errand(source_, {theirs}, {}, Leave::blobs),
                errand(target_, {ours}, {}, Leave::blobs)})) {
      return false;
    }
  } else if (!fetch({errand(source_, {theirs}, {ours}, Leave::blobs),
                     errand(keeper_of_old(), {ours}, {theirs}, Leave::blobs)})) {
    return false;
  }
  return fetch_missing(ours, theirs);
}

bool RefObjects::fetch_missing(const Oid& ours, const Oid& theirs) {
  for (int round = 0; round < kMostTreeRounds; ++round) {
    const std::vector<Oid> missing = store::missing_trees(store_, ours, theirs);
    if (missing.empty()) return true;
    // Either side's trees: a fast-forward's are all on the source.
    if (!fetch({errand(keeper_of_old(), missing, {}, Leave::blobs)})) return false;
  }
  return false;
}

// Without `filter` a tip comes with all its files, or not at all.
bool RefObjects::whole_trees() {
  return fetch({errand(source_, {plan::source_tip(ref_)}, {}, Leave::blobs, 1),
                errand(keeper_of_old(), {ref_.old_oid}, {}, Leave::blobs, 1)});
}

bool RefObjects::fetch_base_trees(const Oid& base, const Oid& ours, const Oid& theirs) {
  if (!store_.has(base) && !fetch({errand(source_, {base}, {theirs}, Leave::blobs)})) return false;
  for (const Oid& side : {ours, theirs}) {
    for (int round = 0; round < kMostTreeRounds; ++round) {
      const std::vector<Oid> missing = store::missing_trees(store_, base, side);
      if (missing.empty()) break;
      // The base is in both histories.
      if (!fetch({errand(source_, missing, {}, Leave::blobs)})) return false;
    }
  }
  return true;
}

FetchedFiles RefObjects::fetch_files(const std::vector<Oid>& wanted,
                                     const std::vector<Oid>& of_source) {
  std::vector<Oid> missing;
  bool skipped = false;
  for (const Oid& oid : wanted) {
    const auto large = pool_.large().sizes.find(oid);
    if (large != pool_.large().sizes.end() && large->second >= budgets_.files.large) {
      skipped = true;
    } else if (!store_.has(oid)) {
      missing.push_back(oid);
    }
  }
  FetchedFiles fetched;
  if (!missing.empty()) fetched.why_not = fetch_missing_files(missing, of_source);
  const auto is_missing = [&](const Oid& oid) { return !store_.has(oid); };
  if (skipped || std::any_of(missing.begin(), missing.end(), is_missing)) {
    fetched.gaps = "files of " + shown_bytes(budgets_.files.large) + " or more are not fetched";
  }
  return fetched;
}

std::string RefObjects::fetch_missing_files(const std::vector<Oid>& missing,
                                            const std::vector<Oid>& of_source) {
  if (missing.size() > kMostFilesLookedInto) {
    return shown_number(missing.size()) + " versions of files would have to be fetched, and " +
           shown_number(kMostFilesLookedInto) + " is the limit";
  }
  const std::uint64_t limit = budgets_.files.bytes_left + budgets_.files.bytes_used;
  try {
    if (fetch_from_sides(missing, of_source)) return {};
  } catch (const Failure& failure) {
    if (failure.code() == FailureCode::cancelled) throw;
    return std::string("a server did not send single files: ") + failure.what();
  }
  return "the changed files are larger than " + shown_bytes(limit);
}

// Files of the new tip are at the source; others may be only at the target. To want them by id
// takes no `filter`; what a side without it had to send, it has sent with its tips.
bool RefObjects::fetch_from_sides(const std::vector<Oid>& missing,
                                  const std::vector<Oid>& of_source) {
  std::vector<Oid> at_source;
  std::vector<Oid> others;
  for (const Oid& oid : missing) {
    const bool source_has = std::binary_search(of_source.begin(), of_source.end(), oid);
    (source_has ? at_source : others).push_back(oid);
  }
  if (!parted() && ref_.relation != Relation::target_ahead) {
    at_source.insert(at_source.end(), others.begin(), others.end());
    others.clear();
  }
  const bool all = FileSearch(source_, store_, budgets_.files, pool_.large()).run(at_source);
  return FileSearch(target_, store_, budgets_.files, pool_.large()).run(others) && all;
}

std::vector<Oid> RefObjects::merge_bases() {
  const std::vector<Oid>& parting = ref_.parting->commits;
  if (parting.size() < 2) return parting;
  const bool all = fetch_between({parting}, source_, pool_, budgets_.trees);
  if (!all || !pool_.were_compared(parting)) return parting;
  return merge_bases_among(parting, store_);
}

}  // namespace occ::analysis
