#include "analysis/merge_bases.hpp"

#include <algorithm>
#include <set>
#include <unordered_set>
#include <utility>

namespace occ::analysis {
namespace {

using Leave = transfer::ObjectRequest::Leave;

constexpr std::size_t kMostPartings = 500;  // asked for in one request

Errand errand(transfer::Remote& remote, std::vector<Oid> wants, std::vector<Oid> haves, int depth) {
  return {&remote, {std::move(wants), std::move(haves), Leave::trees_and_blobs, depth}};
}

// What the parents of `tips` reach, themselves included, as far as the store goes.
std::unordered_set<Oid> all_below(const std::vector<Oid>& tips, const store::ObjectStore& store) {
  std::unordered_set<Oid> below;
  std::vector<Oid> open = tips;
  while (!open.empty()) {
    const auto commit = store.commit(open.back());
    open.pop_back();
    if (!commit) continue;
    for (const Oid& parent : commit->parents) {
      if (below.insert(parent).second) open.push_back(parent);
    }
  }
  return below;
}

}  // namespace

// One answer tells which of them reach which: all that lies above the oldest. Whoever is reached
// from another one's parents is no merge base; what the oldest itself reaches cannot be among them
// unless a clock was wrong, and then there is one base too many, which no merge is built on.
bool fetch_between(const std::vector<std::vector<Oid>>& partings, transfer::Remote& source,
                   ObjectPool& pool, Budget& budget) {
  std::set<Oid> all;
  for (const std::vector<Oid>& each : partings) {
    if (each.size() < 2 || pool.were_compared(each)) continue;
    if (all.size() + each.size() <= kMostPartings) all.insert(each.begin(), each.end());
  }
  if (all.empty()) return true;
  store::ObjectStore& store = pool.store();
  std::vector<Oid> missing;
  std::copy_if(all.begin(), all.end(), std::back_inserter(missing),
               [&](const Oid& oid) { return !store.has(oid); });
  if (!pool.fetch({errand(source, missing, {}, 1)}, budget)) return false;
  const auto time_of = [&](const Oid& oid) {
    const auto commit = store.commit(oid);
    return commit ? commit->committer.time : 0;
  };
  const Oid oldest = *std::min_element(
      all.begin(), all.end(), [&](const Oid& a, const Oid& b) { return time_of(a) < time_of(b); });
  std::vector<Oid> younger;
  std::copy_if(all.begin(), all.end(), std::back_inserter(younger),
               [&](const Oid& oid) { return oid != oldest; });
  if (!pool.fetch({errand(source, std::move(younger), {oldest}, 0)}, budget)) return false;
  pool.note_compared(std::move(all));
  return true;
}

std::vector<Oid> merge_bases_among(std::vector<Oid> parting, const store::ObjectStore& store) {
  const std::unordered_set<Oid> below = all_below(parting, store);
  std::erase_if(parting, [&](const Oid& one) { return below.contains(one); });
  return parting;
}

}  // namespace occ::analysis
