#include "transfer/commit_graph.hpp"

#include <vector>

namespace occ::transfer {

Walk walk_from(const Oid& tip, const wire::CommitParents& piece, const OidSet& stop_at) {
  Walk walk;
  OidSet seen{tip};
  std::vector<Oid> todo{tip};
  while (!todo.empty()) {
    const Oid oid = todo.back();
    todo.pop_back();
    const auto commit = piece.find(oid);
    if (commit == piece.end() || stop_at.contains(oid)) {
      walk.boundary.insert(oid);
      continue;
    }
    walk.commits.insert(oid);
    walk.has_root = walk.has_root || commit->second.empty();
    for (const Oid& parent : commit->second) {
      if (seen.insert(parent).second) todo.push_back(parent);
    }
  }
  return walk;
}

bool parts_in_common(const OidSet& boundary, const OidSet& other) {
  if (boundary.empty() && other.empty()) return true;
  return std::any_of(boundary.begin(), boundary.end(),
                     [&](const Oid& oid) { return other.contains(oid); });
}

}  // namespace occ::transfer
