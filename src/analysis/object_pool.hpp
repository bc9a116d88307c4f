// What was fetched to look into a run's plans and to merge, whichever stage asked first: a
// throw-away store, which is there from its first use on.
#pragma once

#include "analysis/file_search.hpp"
#include "analysis/object_source.hpp"
#include "store/object_store.hpp"
#include "store/tree_diff.hpp"
#include "transfer/ancestry_batch.hpp"

#include <optional>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

namespace occ::analysis {

// What may be fetched, shared by all refs of a stage.
struct Budgets {
  Budget trees;  // commits and trees
  FileBudget files;
  store::CompareBudget compared = {};  // line by line
};

class ObjectPool {
 public:
  explicit ObjectPool(StorePlace place) : place_(std::move(place)) {}

  // Throws Failure{temporary_folder}.
  [[nodiscard]] store::ObjectStore& store();
  [[nodiscard]] const StorePlace& place() const { return place_; }
  // A stage begins that has to end when `watch` says so.
  void begin_stage(const Watch& watch);
  // Those that were not fetched because they are large.
  [[nodiscard]] LargeFiles& large() { return large_; }
  // Commits of which the store tells which of them reaches which: see fetch_between().
  void note_compared(std::set<Oid> commits) { compared_.push_back(std::move(commits)); }
  [[nodiscard]] bool were_compared(const std::vector<Oid>& commits) const;
  // Commits that were asked for to learn how tips stand: they are not asked for again. What cannot
  // be read is left out. Throws Failure{cancelled}.
  void take_in(const std::vector<transfer::AncestryBatch::Pack>& packs);
  // Runs what was not answered before. Returns false if the budget did not suffice. Throws Failure.
  [[nodiscard]] bool fetch(std::vector<Errand> errands, Budget& budget);

 private:
  // Remote, wants, haves, what was left out, depth.
  using Question = std::tuple<const transfer::Remote*, std::vector<Oid>, std::vector<Oid>,
                              transfer::ObjectRequest::Leave, int>;

  void forget_unanswered(const std::vector<Question>& questions);

  StorePlace place_;
  std::optional<store::ObjectStore> store_;
  LargeFiles large_;
  std::set<Question> asked_;
  std::vector<std::set<Oid>> compared_;
};

}  // namespace occ::analysis
