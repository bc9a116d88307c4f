#include "analysis/new_branch.hpp"

#include "analysis/preflight.hpp"
#include "base/shown_bytes.hpp"
#include "store/object_store.hpp"
#include "store/tree_diff.hpp"

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace occ::analysis {
namespace {

using Leave = transfer::ObjectRequest::Leave;

// The parents, behind `tip`, that the store lacks: they are the target's.
std::vector<Oid> boundary_of(const store::ObjectStore& store, const Oid& tip) {
  std::vector<Oid> boundary;
  std::vector<Oid> open{tip};
  std::unordered_set<Oid> seen{tip};
  while (!open.empty()) {
    const Oid at = open.back();
    open.pop_back();
    const auto commit = store.commit(at);
    if (!commit) {
      boundary.push_back(at);
      continue;
    }
    for (const Oid& parent : commit->parents) {
      if (seen.insert(parent).second) open.push_back(parent);
    }
  }
  return boundary;
}

}  // namespace

Departure find_departure(const plan::PlannedRef& ref, const std::vector<Oid>& known,
                         transfer::Remote& source, transfer::Remote& target,
                         const StorePlace& place, Budgets& budgets) {
  constexpr const char* kNothingNew = "the branch brings no commit that the target lacks";
  const Oid& tip = plan::source_tip(ref);
  if (std::find(known.begin(), known.end(), tip) != known.end()) return {{}, kNothingNew};
  store::ObjectStore store(place.folder, place.watch);
  const std::uint64_t limit = budgets.trees.bytes_left + budgets.trees.bytes_used;
  const std::string too_many = "more than " + shown_bytes(limit) + " would have to be fetched";
  const Errand commits{&source, {{tip}, known, Leave::trees_and_blobs, 0}};
  if (!run_errands({commits}, store, budgets.trees)) return {{}, too_many};
  plan::PlannedRef moved = ref;
  std::vector<Oid> boundary = boundary_of(store, tip);
  if (boundary.empty()) return {{}, "the branch has nothing in common with the target"};
  if (boundary.front() == tip) return {{}, kNothingNew};
  moved.parting.edit().commits = std::move(boundary);
  ObjectPool pool(place);
  const std::vector<Oid> bases = RefObjects(moved, source, target, pool, budgets).merge_bases();
  if (bases.size() != 1) {
    return {{},
            "the branch departs from the target's history in " + std::to_string(bases.size()) +
                " places, so there is none to compare it with"};
  }
  moved.parting.edit().commits.clear();
  moved.old_oid = bases.front();
  moved.relation = plan::Relation::fast_forward;
  return {std::move(moved), {}};
}

std::vector<Warning> warnings_of_tip(const plan::PlannedRef& ref, transfer::Remote& source,
                                     const StorePlace& place, Budgets& budgets) {
  if (!transfer::can_leave_out(source)) return {};
  store::ObjectStore store(place.folder, place.watch);
  const Oid& tip = plan::source_tip(ref);
  if (!run_errands({{&source, {{tip}, {}, Leave::blobs, 1}}}, store, budgets.trees)) return {};
  const auto commit = store.commit(tip);
  if (!commit) return {};
  const store::TreeDiff all(store, Oid(), commit->tree, store::Renames::none);
  return find_warnings(store, {all.deltas(), Oid(), commit->tree, std::nullopt, LargeFiles()});
}

}  // namespace occ::analysis
