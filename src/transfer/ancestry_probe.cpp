#include "transfer/ancestry_probe.hpp"

#include "base/failure.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace occ::transfer {
namespace {

using plan::Ancestry;
using plan::Relation;

constexpr std::size_t kMostHints = 256;     // tips of the target offered to find common history
constexpr std::size_t kMostHaves = 20'000;  // commits offered in one request, about 1 MB
// `deepen` counts along all parents and explodes (SERVERS 6).
constexpr std::array kDepths{8, 32};

bool is_closed(const OidSet& boundary, const OidSet& common) {
  return std::all_of(boundary.begin(), boundary.end(),
                     [&](const Oid& oid) { return common.contains(oid); });
}

std::vector<Oid> as_vector(const OidSet& set) {
  std::vector<Oid> all(set.begin(), set.end());
  std::sort(all.begin(), all.end());  // the same request for the same question
  return all;
}

}  // namespace

CommitAnswer AncestryProbe::fetch_commits(Remote& remote, const Oid& want,
                                          const std::vector<Oid>& haves, Ending ending,
                                          Content content, int deepen) {
  CommitAnswer answer = CommitFetch(remote, {{want}, haves, ending, content, deepen}).read();
  if (&remote == &source_ && deepen == 0) note_cut(answer);
  if (!answer.cut.empty() && deepen == 0) is_cut_ = true;
  return answer;
}

wire::CommitParents AncestryProbe::commits_beyond(Remote& remote, const Oid& want,
                                                  const std::vector<Oid>& haves) {
  return fetch_commits(remote, want, haves, Ending::always).commits;
}

std::optional<wire::CommitParents> AncestryProbe::commits_beyond_if_known(Remote& remote,
                                                                          const Oid& want,
                                                                          const Oid& have) {
  const bool v2 = remote.advertisement(net::Service::upload_pack).version == 2;
  CommitAnswer answer = fetch_commits(remote, want, {have}, Ending::when_ready);
  if (!answer.acknowledged.contains(have)) return std::nullopt;
  if (!answer.has_pack && v2) return commits_beyond(remote, want, {have});
  return std::move(answer.commits);
}

// A shallow source sends commits whose parents it lacks: what lies behind them is not known.
void AncestryProbe::note_cut(const CommitAnswer& answer) {
  for (const Oid& oid : answer.cut) {
    if (answer.commits.contains(oid)) cut_.insert(oid);
  }
}

Ancestry AncestryProbe::ask(const Oid& ours, const Oid& theirs) {
  cut_.clear();
  contradicted_ = false;
  Ancestry ancestry = find_out(ours, theirs);
  if (contradicted_ && (source_.has(Ability::leave_out) || target_.has(Ability::leave_out))) {
    mistrust_filters();
    cut_.clear();
    contradicted_ = false;
    ancestry = find_out(ours, theirs);
  }
  if (contradicted_) {
    throw Failure(FailureCode::protocol_error, "'" + source_.name() + "' and '" + target_.name() +
                                                   "' contradict each other about where '" +
                                                   ours.abbreviated() + "' and '" +
                                                   theirs.abbreviated() + "' part");
  }
  if (!cut_.empty() && ancestry.relation != Relation::fast_forward) {
    throw Failure(FailureCode::source_shallow,
                  "'" + source_.name() + "' is shallow, and '" + theirs.abbreviated() +
                      "' of the target lies behind its cut, if anywhere");
  }
  return ancestry;
}

void AncestryProbe::mistrust_filters() {
  for (Remote* remote : {&source_, &target_}) {
    if (remote->has(Ability::leave_out)) remote->note_refused(Ability::leave_out);
  }
}

// A server may leave out more commits than the other side has.
void AncestryProbe::compare(const OidSet& boundary, const OidSet& other) {
  contradicted_ = contradicted_ || (!is_cut_ && !parts_in_common(boundary, other));
}

Ancestry AncestryProbe::find_out(const Oid& ours, const Oid& theirs) {
  source_.trace().debug("probe " + ours.abbreviated() + " against " + theirs.abbreviated());
  if (!unknown_.contains(theirs)) {
    if (const auto ahead = commits_beyond_if_known(source_, ours, theirs)) {
      return source_knows(ours, theirs, *ahead);
    }
  }
  if (const auto near = meet_nearby(ours, theirs)) return *near;
  if (const auto behind = commits_beyond_if_known(target_, theirs, ours)) {
    return target_knows(ours, theirs, *behind);
  }
  return neither_knows(ours, theirs);
}

// Most tips of which the source knows none went their own way not long ago. Where that is so, the
// latest commits of the target tell all of its side.
std::optional<Ancestry> AncestryProbe::meet_nearby(const Oid& ours, const Oid& theirs) {
  if (!can_be_brief(source_) || !can_be_brief(target_)) return std::nullopt;
  const CommitAnswer piece =
      fetch_commits(target_, theirs, {}, Ending::always, Content::commits, kDepths.front());
  const Walk walk = walk_from(theirs, piece.commits, {ours});
  if (walk.boundary.contains(ours)) {
    if (walk.boundary.size() == 1 && !walk.has_root && !walk.comes_to_any(piece.cut)) {
      return Ancestry{Relation::target_ahead, 0, walk.count()};
    }
    return std::nullopt;  // the target knows it, and can tell the rest
  }
  return meet(ours, theirs, piece);
}

// How many commits `theirs` has beyond `boundary`, if the piece shows it: with one commit there,
// whatever leads to it cannot lie behind it.
std::optional<std::uint64_t> AncestryProbe::count_in(const CommitAnswer& piece, const Oid& theirs,
                                                     const OidSet& boundary) {
  if (boundary.size() != 1) return std::nullopt;
  const Walk walk = walk_from(theirs, piece.commits, boundary);
  if (walk.has_root || walk.boundary != boundary || walk.comes_to_any(piece.cut)) {
    return std::nullopt;
  }
  return walk.count();
}

// `ahead`: what `ours` reaches and `theirs` does not, told by the source. `piece`: commits behind
// `theirs`, if the target told some.
Ancestry AncestryProbe::source_knows(const Oid& ours, const Oid& theirs,
                                     const wire::CommitParents& ahead, const CommitAnswer& piece) {
  const Walk walk = walk_from(ours, ahead);
  if (walk.boundary.contains(theirs)) {
    Ancestry ancestry{Relation::fast_forward, walk.count(), 0};
    ancestry.ahead_is_least = walk.comes_to_any(cut_);
    if (walk.boundary.size() > 1) ancestry.parting = as_vector(walk.boundary);
    return ancestry;
  }
  shared_.insert(walk.boundary.begin(), walk.boundary.end());
  std::optional<std::uint64_t> counted = count_in(piece, theirs, walk.boundary);
  // The boundary is in the history of `theirs`, so the target knows it.
  if (!counted) {
    const Walk behind =
        walk_from(theirs, commits_beyond(target_, theirs, as_vector(walk.boundary)));
    if (walk.count() > 0) compare(walk.boundary, behind.boundary);
    counted = behind.count();
  }
  const std::uint64_t behind = *counted;
  if (walk.count() == 0) return {Relation::target_ahead, 0, behind};
  const auto relation = walk.boundary.empty() ? Relation::unrelated : Relation::diverged;
  return {relation, walk.count(), behind, as_vector(walk.boundary)};
}

// The same from the other side.
Ancestry AncestryProbe::target_knows(const Oid& ours, const Oid& theirs,
                                     const wire::CommitParents& behind) {
  const Walk walk = walk_from(theirs, behind);
  if (walk.boundary.contains(ours)) {
    Ancestry ancestry{Relation::target_ahead, 0, walk.count()};
    if (walk.boundary.size() > 1) ancestry.parting = as_vector(walk.boundary);
    return ancestry;
  }
  shared_.insert(walk.boundary.begin(), walk.boundary.end());
  const Walk beyond = walk_from(ours, commits_beyond(source_, ours, as_vector(walk.boundary)));
  compare(beyond.boundary, walk.boundary);
  const std::uint64_t ahead = beyond.count();
  const auto relation = walk.boundary.empty() ? Relation::unrelated : Relation::diverged;
  return {relation, ahead, walk.count(), as_vector(walk.boundary)};
}

// `piece`: commits behind `theirs`, from the target. Offers them to the source; nothing if the
// source's history was not reached on every path, so that a larger piece is needed.
std::optional<Ancestry> AncestryProbe::meet(const Oid& ours, const Oid& theirs,
                                            const CommitAnswer& piece) {
  std::vector<Oid> haves;
  const Walk whole = walk_from(theirs, piece.commits);
  for (const auto& [oid, parents] : piece.commits) haves.push_back(oid);
  haves.insert(haves.end(), whole.boundary.begin(), whole.boundary.end());
  if (haves.size() > kMostHaves) return std::nullopt;
  std::sort(haves.begin(), haves.end());
  // In version 2 what the source has beyond them comes with the answer. Before, a pack comes in any
  // case, and is not waited for.
  const bool v2 = source_.advertisement(net::Service::upload_pack).version == 2;
  const CommitAnswer known = fetch_commits(source_, ours, haves, Ending::when_ready,
                                           v2 ? Content::commits : Content::only_acknowledgments);
  const Walk own = walk_from(theirs, piece.commits, known.acknowledged);
  std::vector<Oid> shared;
  for (const Oid& oid : own.boundary) {
    if (!known.acknowledged.contains(oid)) return std::nullopt;
    shared.push_back(oid);
  }
  // A commit whose parents were cut off ends its path only seemingly.
  for (const Oid& oid : piece.cut) {
    if (!known.acknowledged.contains(oid)) return std::nullopt;
  }
  std::sort(shared.begin(), shared.end());
  if (v2 && known.has_pack && !known.acknowledged.empty()) {
    return source_knows(ours, theirs, known.commits, piece);
  }
  return source_knows(ours, theirs, commits_beyond(source_, ours, shared), piece);
}

// Other tips of the target are often in the source's history.
std::vector<Oid> AncestryProbe::hints_without(const Oid& tip) const {
  std::vector<Oid> hints;
  for (const Ref& ref : target_listing_.refs) {
    if (ref.name.starts_with("refs/sync/")) continue;  // our own: no source knows them
    if (hints.size() < kMostHints && ref.commit() != tip) hints.push_back(ref.commit());
  }
  return hints;
}

CommitAnswer AncestryProbe::ask_from_hints(const std::vector<Oid>& ours) {
  const std::vector<Oid> hints = this->hints();
  if (hints.empty()) return {};
  const bool v2 = source_.advertisement(net::Service::upload_pack).version == 2;
  const Content content = v2 ? Content::commits : Content::only_acknowledgments;
  CommitAnswer answer = CommitFetch(source_, {ours, hints, Ending::when_ready, content}).read();
  answer.has_pack = answer.has_pack && v2 && !answer.acknowledged.empty();
  return answer;
}

bool AncestryProbe::can_be_brief(Remote& remote) {
  return remote.has(Ability::leave_out) && remote.has(Ability::deepen);
}

Ancestry AncestryProbe::neither_knows(const Oid& ours, const Oid& theirs) {
  const std::vector<Oid> hints = hints_without(theirs);
  if (!hints.empty()) {
    const CommitAnswer known =
        fetch_commits(source_, ours, hints, Ending::when_ready, Content::only_acknowledgments);
    if (!known.acknowledged.empty()) {
      const CommitAnswer piece =
          fetch_commits(target_, theirs, as_vector(known.acknowledged), Ending::always);
      if (const auto met = meet(ours, theirs, piece)) return *met;
    }
  }
  const bool met_nearby = can_be_brief(source_) && can_be_brief(target_);  // or tried to
  for (const int depth : kDepths) {
    if (met_nearby && depth == kDepths.front()) continue;
    const CommitAnswer piece =
        fetch_commits(target_, theirs, {}, Ending::always, Content::commits, depth);
    if (const auto met = meet(ours, theirs, piece)) return *met;
  }
  // The slower exact way: both histories, commits only.
  const wire::CommitParents all_theirs = commits_beyond(target_, theirs, {});
  const wire::CommitParents all_ours = commits_beyond(source_, ours, {});
  OidSet common;
  for (const auto& [oid, parents] : all_ours) {
    if (all_theirs.contains(oid)) common.insert(oid);
  }
  const Walk walk = walk_from(ours, all_ours, common);
  const Walk others = walk_from(theirs, all_theirs, common);
  const bool closed = is_closed(walk.boundary, common) && is_closed(others.boundary, common);
  contradicted_ = contradicted_ || (!is_cut_ && !closed);
  const std::uint64_t ahead = walk.count();
  const std::uint64_t behind = others.count();
  return {common.empty() ? Relation::unrelated : Relation::diverged, ahead, behind,
          as_vector(walk.boundary)};
}

}  // namespace occ::transfer
