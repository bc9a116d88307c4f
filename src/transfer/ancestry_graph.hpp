// How tips of the two sides stand to each other, told by the commits of several answers together.
// Exact or silent. Pure.
#pragma once

#include "plan/plan.hpp"
#include "transfer/commit_graph.hpp"

#include <cstddef>
#include <optional>
#include <unordered_map>
#include <vector>

namespace occ::transfer {

// (source tip, target tip); they differ.
using TipPair = std::pair<Oid, Oid>;

class AncestryGraph {
 public:
  // The answer to a fetch: all commits that `wants` reach and `haves` do not. `haves` may name
  // commits that the server does not know. What is added must never lie behind a commit that an
  // earlier answer left out.
  void add(const wire::CommitParents& answer, const std::vector<Oid>& wants,
           const std::vector<Oid>& haves);

  // Whether it was brought, or left out because a have reaches it.
  [[nodiscard]] bool knows(const Oid& oid) const {
    return commits_.contains(oid) || left_out_by_.contains(oid);
  }

  // Whether one of `cut` is among the commits that `tip` reaches and answers brought.
  [[nodiscard]] bool comes_to_any(const Oid& tip, const OidSet& cut) const {
    return !cut.empty() && walk_from(tip, commits_).comes_to_any(cut);
  }

  // As far as answers brought it.
  [[nodiscard]] Walk walk(const Oid& tip) const { return walk_from(tip, commits_); }
  [[nodiscard]] wire::CommitParents behind(const Oid& tip) const;

  struct Standing {
    std::optional<plan::Ancestry> ancestry;  // nothing: more has to be known
    // Nothing because an answer left out more than it should: see parts_in_common().
    bool is_contradicted = false;
    OidSet edge;  // commits that either tip reaches and that no answer brought
  };
  [[nodiscard]] Standing relate(const TipPair& pair) const;

 private:
  [[nodiscard]] bool all_reached(const OidSet& edge, const Walk& from) const;
  [[nodiscard]] bool is_reached(const Oid& oid, const Walk& from) const;

  wire::CommitParents commits_;
  std::vector<std::vector<Oid>> haves_;  // of each answer
  // Of a commit that an answer left out: the answers, in the history of whose haves it is.
  std::unordered_map<Oid, std::vector<std::size_t>> left_out_by_;
};

}  // namespace occ::transfer
