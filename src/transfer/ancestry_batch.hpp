// Asks the servers how many tips stand to those of the other side, in few requests however many
// there are: what one answer leaves open is asked together, never tip by tip. Exact.
#pragma once

#include "transfer/ancestry_graph.hpp"
#include "transfer/ancestry_probe.hpp"
#include "transfer/commit_fetch.hpp"
#include "transfer/remote.hpp"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace occ::transfer {

class AncestryBatch {
 public:
  // Borrowed. The listing serves as a hint of what both sides may know.
  AncestryBatch(Remote& source, Remote& target, const RefListing& target_listing)
      : source_(source), target_(target), target_listing_(target_listing) {}

  // An answer of the source that was had without asking: see AncestryGraph::add().
  void seed(const wire::CommitParents& answer, const std::vector<Oid>& wants,
            const std::vector<Oid>& haves);

  // Commits of which the source said that it has or lacks them: it is not asked again.
  void note_known(const OidSet& oids) { known_.insert(oids.begin(), oids.end()); }
  void note_unknown(const OidSet& oids) { unknown_.insert(oids.begin(), oids.end()); }

  // Tips of the source that the target lacks: what they have beyond the target is told along with
  // the rest, if the source is asked for that at all.
  void note_new(const std::vector<Oid>& tips) { new_.insert(tips.begin(), tips.end()); }

  // Packs of commits that the answers are kept with, for whoever looks into them.
  struct Pack {
    Remote* remote;
    std::vector<Oid> wants;
    std::vector<Oid> haves;
    std::string bytes;
  };
  void keep_packs() { keeps_packs_ = true; }
  [[nodiscard]] std::vector<Pack> take_packs() { return std::exchange(packs_, {}); }

  // May be called again: what was told is not asked for twice. Throws Failure.
  [[nodiscard]] std::map<TipPair, plan::Ancestry> ask(std::vector<TipPair> pairs);

  // What all of note_new() have beyond the tips that note_known() named; null: that was not asked.
  [[nodiscard]] const wire::CommitParents* news() const { return news_ ? &*news_ : nullptr; }

  // Commits that both sides were found to have, where histories part: good haves for a fetch.
  [[nodiscard]] const OidSet& shared() const { return shared_; }

 private:
  using Question = CommitQuestion;

  void begin(std::vector<TipPair> pairs);
  [[nodiscard]] bool source_was_asked() const;
  [[nodiscard]] static plan::Ancestry ask_alone(AncestryProbe& probe, const TipPair& pair);
  void ask_source();
  void ask_target();
  void ask_source_beyond(std::vector<Oid> ours);
  void compare_edges();
  [[nodiscard]] bool ask_above_oldest(Remote& teller, OidSet at);
  void ask_anew();
  void read_rest();
  void read_all();
  void ask_both(const Question& at_source, const Question& at_target);
  void add(const CommitAnswer& answer, const Question& question);
  void keep(Remote& remote, CommitAnswer& answer, const Question& question);
  void settle();
  [[nodiscard]] bool is_cut() const { return !cut_.empty(); }
  // Of the pairs that are open.
  [[nodiscard]] std::vector<Oid> tips(Oid TipPair::*side) const;
  [[nodiscard]] OidSet edge() const;  // as far as the source knows it
  // Told down to its roots.
  [[nodiscard]] bool is_whole(const Oid& tip) const { return graph_.walk(tip).boundary.empty(); }

  Remote& source_;
  Remote& target_;
  const RefListing& target_listing_;
  AncestryGraph graph_;
  bool keeps_packs_ = false;
  std::vector<Pack> packs_;
  OidSet new_;
  std::optional<wire::CommitParents> news_;
  OidSet known_;                 // tips of the target that the source has
  OidSet unknown_;               // to the source
  bool contradicted_ = false;    // answers do not fit together: see AncestryGraph::Standing
  bool edges_withheld_ = false;  // neither side tells of commits that no ref of it names
  bool source_asked_ = false;    // the graph has an answer of the source
  bool asked_ = false;           // ask() was called since the graph began
  bool target_is_cut_ = false;
  OidSet cut_;  // of a shallow source: commits whose parents it lacks
  std::vector<TipPair> open_;
  std::map<TipPair, plan::Ancestry> settled_;
  OidSet shared_;
};

}  // namespace occ::transfer
