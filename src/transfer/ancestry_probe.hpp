// Asks the servers how two tips stand to each other, by fetches that bring commits only. Exact,
// whatever the servers offer; where one has no `filter`, its answer carries the trees and files
// too, which are read past.
//
// The rules it rests on (SERVERS 3 and 4): an answer to `have T` holds every commit that T
// does not reach, so their number is exact, and T is an ancestor of the wanted tip if and only if
// T is a parent of one of them. `ready` proves nothing.
#pragma once

#include "plan/plan.hpp"
#include "transfer/commit_fetch.hpp"
#include "transfer/commit_graph.hpp"
#include "transfer/remote.hpp"

#include <optional>
#include <vector>

namespace occ::transfer {

class AncestryProbe {
 public:
  // All borrowed. The listings serve as hints of what both sides may know.
  AncestryProbe(Remote& source, Remote& target, const RefListing& target_listing)
      : source_(source), target_(target), target_listing_(target_listing) {}

  // Commits of which the source said that it lacks them: it is not asked again.
  void note_unknown(const OidSet& oids) { unknown_.insert(oids.begin(), oids.end()); }

  // `ours` is a tip of the source, `theirs` one of the target; they differ. Throws
  // Failure{source_shallow} if the one may lie behind the other's cut, and Failure{protocol_error}
  // if the answers contradict each other.
  [[nodiscard]] plan::Ancestry ask(const Oid& ours, const Oid& theirs);

  // Whether the last one ended so.
  [[nodiscard]] bool is_contradicted() const { return contradicted_; }
  // From now on everything is asked for with trees and files.
  void mistrust_filters();

  // Tips of the target of which the source may have some, as far as they are looked at.
  [[nodiscard]] std::vector<Oid> hints() const { return hints_without(Oid()); }
  // Which of them the source has: they are acknowledged.
  // With a pack, it is what `ours`, tips of the source, have beyond those; a source of version 0
  // or 1 sends none.
  [[nodiscard]] CommitAnswer ask_from_hints(const std::vector<Oid>& ours);

  // Commits that both sides were found to have, where histories part: good haves for a fetch.
  [[nodiscard]] const OidSet& shared() const { return shared_; }

 private:
  using Ending = CommitQuestion::Ending;
  using Content = CommitQuestion::Content;

  [[nodiscard]] std::vector<Oid> hints_without(const Oid& tip) const;
  [[nodiscard]] plan::Ancestry find_out(const Oid& ours, const Oid& theirs);
  void note_cut(const CommitAnswer& answer);
  void compare(const OidSet& boundary, const OidSet& other);
  [[nodiscard]] CommitAnswer fetch_commits(Remote& remote, const Oid& want,
                                           const std::vector<Oid>& haves, Ending ending,
                                           Content content = Content::commits, int deepen = 0);
  // The commits that `haves`, all known to `remote`, do not reach.
  [[nodiscard]] wire::CommitParents commits_beyond(Remote& remote, const Oid& want,
                                                   const std::vector<Oid>& haves);
  [[nodiscard]] std::optional<wire::CommitParents> commits_beyond_if_known(Remote& remote,
                                                                           const Oid& want,
                                                                           const Oid& have);
  [[nodiscard]] plan::Ancestry source_knows(const Oid& ours, const Oid& theirs,
                                            const wire::CommitParents& ahead,
                                            const CommitAnswer& piece = {});
  [[nodiscard]] plan::Ancestry target_knows(const Oid& ours, const Oid& theirs,
                                            const wire::CommitParents& behind);
  [[nodiscard]] plan::Ancestry neither_knows(const Oid& ours, const Oid& theirs);
  // Whether a few commits can be had without all that hangs on them.
  [[nodiscard]] static bool can_be_brief(Remote& remote);
  [[nodiscard]] std::optional<plan::Ancestry> meet_nearby(const Oid& ours, const Oid& theirs);
  [[nodiscard]] static std::optional<std::uint64_t> count_in(const CommitAnswer& piece,
                                                             const Oid& theirs,
                                                             const OidSet& boundary);
  [[nodiscard]] std::optional<plan::Ancestry> meet(const Oid& ours, const Oid& theirs,
                                                   const CommitAnswer& piece);

  Remote& source_;
  Remote& target_;
  const RefListing& target_listing_;
  OidSet shared_;
  OidSet unknown_;  // to the source
  bool contradicted_ = false;
  bool is_cut_ = false;  // a side is shallow
  OidSet cut_;  // of a shallow source: what it sent without parents, since the last question
};

}  // namespace occ::transfer
