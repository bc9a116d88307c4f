// Asks the servers how many tips stand to those of the other side, in few requests however many
// there are: what one answer leaves open is asked together, never tip by tip. Exact.
#pragma once

#include "transfer/ancestry_graph.hpp"
#include "transfer/ancestry_probe.hpp"
#include "transfer/commit_fetch.hpp"
#include "transfer/remote.hpp"

#include <map>
#include <vector>

namespace occ::transfer {

class AncestryBatch {
 public:
  // Borrowed. The listing serves as a hint of what both sides may know.
  AncestryBatch(Remote& source, Remote& target, const RefListing& target_listing)
      : source_(source), target_(target), target_listing_(target_listing) {}

  // An answer of the source that was had without asking: see AncestryGraph::add(). `known`: those
  // of the target's tips that the source has.
  void seed(const wire::CommitParents& answer, const std::vector<Oid>& wants,
            const std::vector<Oid>& haves, const OidSet& known);

  // Commits of which the source said that it lacks them: it is not asked again.
  void note_unknown(const OidSet& oids) { unknown_.insert(oids.begin(), oids.end()); }

  // Throws Failure.
  [[nodiscard]] std::map<TipPair, plan::Ancestry> ask(std::vector<TipPair> pairs);

  // Commits that both sides were found to have, where histories part: good haves for a fetch.
  [[nodiscard]] const OidSet& shared() const { return shared_; }

 private:
  using Question = CommitQuestion;

  [[nodiscard]] bool source_knows_none() const;
  [[nodiscard]] static plan::Ancestry ask_alone(AncestryProbe& probe, const TipPair& pair);
  void ask_source();
  void ask_target();
  void compare_edges();
  [[nodiscard]] bool ask_above_oldest(Remote& teller, OidSet at);
  void ask_anew();
  void read_all();
  void ask_both(const Question& at_source, const Question& at_target);
  void add(const CommitAnswer& answer, const Question& question);
  void settle();
  [[nodiscard]] bool is_cut() const { return !cut_.empty(); }
  // Of the pairs that are open.
  [[nodiscard]] std::vector<Oid> tips(Oid TipPair::*side) const;
  [[nodiscard]] OidSet edge() const;  // as far as the source knows it

  Remote& source_;
  Remote& target_;
  const RefListing& target_listing_;
  AncestryGraph graph_;
  OidSet known_;                 // tips of the target that the source has
  OidSet unknown_;               // to the source
  bool contradicted_ = false;    // answers do not fit together: see AncestryGraph::Standing
  bool edges_withheld_ = false;  // neither side tells of commits that no ref of it names
  bool source_asked_ = false;    // the graph has an answer of the source
  bool target_is_cut_ = false;
  OidSet cut_;  // of a shallow source: commits whose parents it lacks
  std::vector<TipPair> open_;
  std::map<TipPair, plan::Ancestry> settled_;
  OidSet shared_;
};

}  // namespace occ::transfer
