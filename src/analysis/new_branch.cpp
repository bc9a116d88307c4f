#include "analysis/new_branch.hpp"

#include "analysis/preflight.hpp"
#include "base/shown_bytes.hpp"
#include "store/object_store.hpp"
#include "store/tree_diff.hpp"
#include "transfer/ancestry_probe.hpp"

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace occ::analysis {
namespace {

using Leave = transfer::ObjectRequest::Leave;

// What lies behind a tip: commits that the store has, and their parents that it lacks, which are
// the target's.
struct Beyond {
  std::uint64_t commits = 0;
  std::vector<Oid> boundary;
};

Beyond beyond(const store::ObjectStore& store, const Oid& tip) {
  Beyond found;
  std::vector<Oid> open{tip};
  std::unordered_set<Oid> seen{tip};
  while (!open.empty()) {
    const Oid at = open.back();
    open.pop_back();
    const auto commit = store.commit(at);
    if (!commit) {
      found.boundary.push_back(at);
      continue;
    }
    ++found.commits;
    for (const Oid& parent : commit->parents) {
      if (seen.insert(parent).second) open.push_back(parent);
    }
  }
  return found;
}

class NewBranches {
 public:
  NewBranches(const std::vector<const plan::PlannedRef*>& refs, transfer::Remote& source,
              transfer::Remote& target, const StorePlace& place, Budgets& budgets)
      : refs_(refs),
        source_(source),
        target_(target),
        place_(place),
        budgets_(budgets),
        found_(refs.size()) {}

  std::vector<NewBranch> look(const RefListing& listing) {
    if (is_empty(listing)) {
      read_tips("the target was empty");
      return std::move(found_);
    }
    ++budgets_.trees.requests;
    known_ = transfer::AncestryProbe(source_, target_, listing)
                 .tips_at_source(plan::source_tip(*refs_.front()));
    if (known_.empty()) {
      read_tips("the source has nothing of what the target's refs name");
    } else {
      find_departures();
    }
    return std::move(found_);
  }

 private:
  static bool is_empty(const RefListing& listing) {
    return std::all_of(listing.refs.begin(), listing.refs.end(),
                       [](const Ref& ref) { return ref.name.starts_with("refs/sync/"); });
  }

  void explain_all(const std::string& why_not) {
    for (NewBranch& each : found_) each.why_not = why_not;
  }

  // Of no use is a store that has commits of the target: where it ends, a branch departs.
  void find_departures() {
    std::vector<Oid> wanted;
    for (const plan::PlannedRef* ref : refs_) {
      const Oid& tip = plan::source_tip(*ref);
      if (!is_known(tip)) wanted.push_back(tip);
    }
    std::sort(wanted.begin(), wanted.end());
    wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
    store::ObjectStore store(place_.folder, place_.watch);
    const std::uint64_t limit = budgets_.trees.bytes_left + budgets_.trees.bytes_used;
    const Errand commits{&source_, {std::move(wanted), known_, Leave::trees_and_blobs, 0}};
    if (!commits.request.wants.empty() && !run_errands({commits}, store, budgets_.trees)) {
      explain_all("more than " + shown_bytes(limit) + " would have to be fetched");
      return;
    }
    ObjectPool pool(place_);
    for (std::size_t i = 0; i < refs_.size(); ++i)
      find_departure(*refs_[i], store, pool, found_[i]);
  }

  bool is_known(const Oid& tip) const {
    return std::find(known_.begin(), known_.end(), tip) != known_.end();
  }

  void find_departure(const plan::PlannedRef& ref, const store::ObjectStore& store,
                      ObjectPool& pool, NewBranch& found) {
    const Oid& tip = plan::source_tip(ref);
    Beyond behind;
    if (!is_known(tip)) behind = beyond(store, tip);
    if (behind.commits == 0) {
      found.why_not = "the branch brings no commit that the target lacks";
      return;
    }
    if (behind.boundary.empty()) {
      found.why_not = "the branch has nothing in common with the target";
      return;
    }
    plan::PlannedRef moved = ref;
    const bool departs_once = behind.boundary.size() == 1;
    moved.parting.edit().commits = std::move(behind.boundary);
    const std::vector<Oid> bases =
        RefObjects(moved, source_, target_, pool, budgets_).merge_bases();
    if (bases.size() != 1) {
      found.why_not = "the branch departs from the target's history in " +
                      std::to_string(bases.size()) + " places, so there is none to compare it with";
      return;
    }
    moved.parting.edit().commits.clear();
    moved.old_oid = bases.front();
    moved.relation = plan::Relation::fast_forward;
    if (departs_once) moved.ahead = behind.commits;
    found.departure = std::move(moved);
  }

  void read_tips(const std::string& why_not) {
    explain_all(why_not);
    if (!transfer::can_leave_out(source_)) return;
    std::vector<Oid> tips;
    for (const plan::PlannedRef* ref : refs_) tips.push_back(plan::source_tip(*ref));
    std::sort(tips.begin(), tips.end());
    tips.erase(std::unique(tips.begin(), tips.end()), tips.end());
    store::ObjectStore store(place_.folder, place_.watch);
    if (!run_errands({{&source_, {std::move(tips), {}, Leave::blobs, 1}}}, store, budgets_.trees)) {
      return;
    }
    for (std::size_t i = 0; i < refs_.size(); ++i) {
      const auto commit = store.commit(plan::source_tip(*refs_[i]));
      if (!commit) continue;
      const store::TreeDiff all(store, Oid(), commit->tree, store::Renames::none);
      found_[i].warnings =
          find_warnings(store, {all.deltas(), Oid(), commit->tree, std::nullopt, LargeFiles()});
    }
  }

  const std::vector<const plan::PlannedRef*>& refs_;
  transfer::Remote& source_;
  transfer::Remote& target_;
  const StorePlace& place_;
  Budgets& budgets_;
  std::vector<NewBranch> found_;
  std::vector<Oid> known_;  // tips of the target that the source has
};

}  // namespace

std::vector<NewBranch> look_at_new(const std::vector<const plan::PlannedRef*>& refs,
                                   const RefListing& target_listing, transfer::Remote& source,
                                   transfer::Remote& target, const StorePlace& place,
                                   Budgets& budgets) {
  if (refs.empty()) return {};
  return NewBranches(refs, source, target, place, budgets).look(target_listing);
}

}  // namespace occ::analysis
