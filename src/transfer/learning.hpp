// What is known of ancestry, and the two ways to learn it: from the pack that is on its way, and
// by probes.
#pragma once

#include "plan/plan.hpp"
#include "transfer/ancestry_batch.hpp"
#include "transfer/commit_graph.hpp"
#include "transfer/outcome.hpp"
#include "transfer/relayed_pack.hpp"
#include "transfer/remote.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <unordered_map>

namespace occ::transfer {

class Learning {
 public:
  // The remotes are borrowed. `sizes`: of the pack that from_pack() makes.
  Learning(Remote& source, Remote& target, const SizeLimits& sizes)
      : source_(source), target_(target), sizes_(sizes) {}

  [[nodiscard]] const plan::Facts& facts() const { return facts_; }
  // Commits that both sides were found to have, where histories part: good haves for a fetch.
  [[nodiscard]] const OidSet& shared() const { return shared_; }

  // What new branches have beyond the target is of interest: it is asked about as well where the
  // source is asked anyway, and what the answers brought is kept.
  void want_news() { wants_news_ = true; }
  [[nodiscard]] std::vector<AncestryBatch::Pack> take_packs();

  // Probe and relay in one request: the pack that the target lacks also proves, by its commits,
  // that an update is a fast-forward. `request` does not say `done`. Returns the pack, from which
  // the facts were taken if it was whole at once; nothing if the source would need more haves, or
  // does not know a tip of the target: what a whole pack tells of the others is kept.
  [[nodiscard]] std::unique_ptr<RelayedPack> from_pack(const plan::Plan& plan,
                                                       const wire::FetchRequest& request);
  // Asks about every ref of the plan whose ancestry is not known. `target` is borrowed for good.
  void by_probes(const plan::Plan& plan, const RefListing& target);
  // What was learnt, for whoever asks about other tips of the same two listings.
  [[nodiscard]] AncestryBatch& across(const RefListing& target);
  // The commits of the plan's new branches that none of the tips reaches which the target was known
  // to have in common with the source; null: that is not known. A source that has none of the
  // target's tips told nothing.
  struct News {
    wire::CommitParents commits;
    OidSet tips;   // of the new branches
    OidSet known;  // tips of the target that the source has
  };
  [[nodiscard]] const News* news() const { return news_ ? &*news_ : nullptr; }
  // What a merge of this ref makes, for the next plan.
  void note_merge(const plan::PlannedRef& ref, plan::MergeTrial trial);
  // What the commits of a pack tell that has passed.
  void take_from(RelayedPack& pack, const plan::Plan& plan);
  // Of a large update, which was proven on its way: how many commits it brought. Asks the source
  // if its pack did not tell.
  void complete(plan::PlannedRef& ref, const RefListing& target);

  // Of branches that the target lacks: how many commits a pack that has passed brings of each,
  // where it is certain that the target has none of them.
  void count_new(RelayedPack& pack, const plan::Plan& plan, const RefListing& source,
                 const RefListing& target);
  // By the branch's tip.
  [[nodiscard]] std::optional<std::uint64_t> new_commits(const Oid& tip) const;

 private:
  [[nodiscard]] std::unique_ptr<RelayedPack> read_probe(const plan::Plan& plan,
                                                        std::unique_ptr<RelayedPack> pack);
  [[nodiscard]] static bool has_all_commits(RelayedPack& pack);
  void keep_seed(RelayedPack& pack, const plan::Plan& plan);
  void keep_news(const plan::Plan& plan, const wire::CommitParents& commits);

  Remote& source_;
  Remote& target_;
  SizeLimits sizes_;
  plan::Facts facts_;
  OidSet shared_;
  // To the source, as it says, of what was offered; unknown: of version 2 only, whose
  // acknowledgments are complete.
  OidSet known_;
  OidSet unknown_;
  std::unordered_map<Oid, std::uint64_t> new_commits_;
  // The commits of a pack, for the next question.
  struct Seed {
    wire::CommitParents commits;
    wire::FetchRequest request;
  };
  std::optional<Seed> seed_;
  std::optional<AncestryBatch> across_;
  bool wants_news_ = false;
  std::optional<News> news_;
};

// Whether the commits of `pack` show every update of the plan to be a fast-forward.
[[nodiscard]] bool proves_fast_forwards(const plan::Plan& plan, const RelayedPack& pack);

}  // namespace occ::transfer
