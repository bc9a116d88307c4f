#include "transfer/ancestry_graph.hpp"

#include <algorithm>
#include <utility>

namespace occ::transfer {
namespace {

using plan::Ancestry;
using plan::Relation;

constexpr std::size_t kMostHavesFollowed = 16;  // of an answer, for each commit that it left out

bool reaches(const Walk& walk, const Oid& oid) {
  return walk.commits.contains(oid) || walk.boundary.contains(oid);
}

std::uint64_t count_without(const Walk& walk, const Walk& other) {
  return static_cast<std::uint64_t>(
      std::count_if(walk.commits.begin(), walk.commits.end(),
                    [&](const Oid& oid) { return !other.commits.contains(oid); }));
}

std::vector<Oid> sorted(const OidSet& set) {
  std::vector<Oid> all(set.begin(), set.end());
  std::sort(all.begin(), all.end());
  return all;
}

}  // namespace

void AncestryGraph::add(const wire::CommitParents& answer, const std::vector<Oid>& wants,
                        const std::vector<Oid>& haves) {
  const std::size_t number = haves_.size();
  haves_.push_back(haves);
  OidSet left_out;
  for (const Oid& want : wants) {
    if (!answer.contains(want)) left_out.insert(want);
  }
  for (const auto& [oid, parents] : answer) {
    for (const Oid& parent : parents) {
      if (!answer.contains(parent)) left_out.insert(parent);
    }
  }
  for (const Oid& oid : left_out) left_out_by_[oid].push_back(number);
  commits_.insert(answer.begin(), answer.end());
}

wire::CommitParents AncestryGraph::behind(const Oid& tip) const {
  wire::CommitParents all;
  for (const Oid& oid : walk(tip).commits) all.insert(*commits_.find(oid));
  return all;
}

// Whether `oid`, which no answer brought, is surely in the history that `from` walked.
bool AncestryGraph::is_reached(const Oid& oid, const Walk& from) const {
  if (from.boundary.contains(oid)) return true;
  const auto answers = left_out_by_.find(oid);
  if (answers == left_out_by_.end()) return false;
  return std::any_of(answers->second.begin(), answers->second.end(), [&](std::size_t number) {
    const std::vector<Oid>& haves = haves_[number];
    return !haves.empty() && haves.size() <= kMostHavesFollowed &&
           std::all_of(haves.begin(), haves.end(),
                       [&](const Oid& have) { return reaches(from, have); });
  });
}

bool AncestryGraph::all_reached(const OidSet& edge, const Walk& from) const {
  return std::all_of(edge.begin(), edge.end(),
                     [&](const Oid& oid) { return is_reached(oid, from); });
}

// What one tip reaches and the other does not is counted exactly if everything at the edge of the
// first is in the other's history: nothing that is not counted can be its own then. And a tip that
// was the other's ancestor would have been met.
AncestryGraph::Standing AncestryGraph::relate(const TipPair& pair) const {
  const auto& [ours, theirs] = pair;
  const Walk source = walk_from(ours, commits_);
  const Walk target = walk_from(theirs, commits_);
  Standing standing;
  standing.edge = source.boundary;
  standing.edge.insert(target.boundary.begin(), target.boundary.end());
  const bool is_ahead = reaches(source, theirs);
  const bool is_behind = reaches(target, ours);
  if (!is_behind && !all_reached(source.boundary, target)) return standing;
  if (!is_ahead && !all_reached(target.boundary, source)) return standing;
  Ancestry ancestry;
  if (!is_behind) ancestry.ahead = count_without(source, target);
  if (!is_ahead) ancestry.behind = count_without(target, source);
  if (is_ahead || is_behind) {
    ancestry.relation = is_ahead ? Relation::fast_forward : Relation::target_ahead;
    const Oid& older = is_ahead ? theirs : ours;
    OidSet stop_at = is_ahead ? target.commits : source.commits;
    stop_at.insert(older);
    const OidSet edge = walk_from(is_ahead ? ours : theirs, commits_, stop_at).boundary;
    if (edge.size() > 1) ancestry.parting = sorted(edge);
  } else {
    const OidSet parting = walk_from(ours, commits_, target.commits).boundary;
    if (!parts_in_common(parting, walk_from(theirs, commits_, source.commits).boundary)) {
      standing.is_contradicted = true;
      return standing;
    }
    ancestry.parting = sorted(parting);
    ancestry.relation = ancestry.parting.empty() ? Relation::unrelated : Relation::diverged;
  }
  standing.ancestry = std::move(ancestry);
  return standing;
}

}  // namespace occ::transfer
