// The merges that a run makes, and their objects until they are pushed.
#pragma once

#include "analysis/object_pool.hpp"
#include "inputs/settings.hpp"
#include "net/loop.hpp"
#include "plan/plan.hpp"
#include "store/tree_merge.hpp"
#include "transfer/remote.hpp"
#include "wire/pack_writer.hpp"

#include <map>
#include <vector>

namespace occ::sync {

class Merges {
 public:
  // Borrowed.
  Merges(const inputs::Settings& settings, transfer::Remote& source, transfer::Remote& target,
         net::Loop& loop, analysis::ObjectPool& pool)
      : settings_(settings), source_(source), target_(target), loop_(loop), pool_(pool) {}

  // In the order of the refs. What cannot be merged says so in its trial. Throws Failure{cancelled}
  // and what another try can help.
  [[nodiscard]] std::vector<plan::MergeTrial> attempt(
      const std::vector<const plan::PlannedRef*>& refs);
  // Of a merge that attempt() made.
  [[nodiscard]] std::vector<wire::PackObject> objects_of(const Oid& commit) const;
  // The same; nothing if `commit` is no such merge. Borrowed.
  [[nodiscard]] const std::vector<store::NewObject>* find(const Oid& commit) const;

 private:
  const inputs::Settings& settings_;
  transfer::Remote& source_;
  transfer::Remote& target_;
  net::Loop& loop_;
  analysis::ObjectPool& pool_;
  std::map<Oid, std::vector<store::NewObject>> made_;  // by the merge commit
};

}  // namespace occ::sync
