// The merges that a run makes, and their objects until they are pushed.
#pragma once

#include "inputs/settings.hpp"
#include "net/loop.hpp"
#include "store/tree_merge.hpp"
#include "transfer/remote.hpp"
#include "transfer/sync.hpp"

#include <map>
#include <vector>

namespace occ::app {

class Merges {
 public:
  // Borrowed.
  Merges(const inputs::Settings& settings, transfer::Remote& source, transfer::Remote& target,
         net::Loop& loop)
      : settings_(settings), source_(source), target_(target), loop_(loop) {}

  // What cannot be merged says so in the trial. Throws Failure{cancelled} and what another try can
  // help.
  [[nodiscard]] plan::MergeTrial attempt(const plan::PlannedRef& ref);
  // Of a merge that attempt() made.
  [[nodiscard]] std::vector<wire::PackObject> objects_of(const Oid& commit) const;
  // The same; nothing if `commit` is no such merge. Borrowed.
  [[nodiscard]] const std::vector<store::NewObject>* find(const Oid& commit) const;

 private:
  const inputs::Settings& settings_;
  transfer::Remote& source_;
  transfer::Remote& target_;
  net::Loop& loop_;
  std::map<Oid, std::vector<store::NewObject>> made_;  // by the merge commit
};

}  // namespace occ::app
