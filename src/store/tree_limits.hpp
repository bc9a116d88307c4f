// Holds a walk through trees to limits.hpp: what it sees on all ways must stay in proportion to
// what was fetched. Eleven trees of ten entries that all name the next one are ten thousand
// million files.
#pragma once

#include "base/oid.hpp"
#include "store/object_store.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <unordered_set>
#include <utility>

namespace occ::store {

class TreeLimits {
 public:
  // `store` is borrowed.
  explicit TreeLimits(const ObjectStore& store) : store_(store) {}

  // Two trees, either of which may be null, with so many entries together are looked at below
  // `path`. Returns whether it is the first time. Throws Failure{limit_exceeded}, and what the
  // store's watch throws.
  bool enter(const Oid& one, const Oid& other, std::size_t entries, std::string_view path = {});

 private:
  struct PairHash {
    std::size_t operator()(const std::pair<Oid, Oid>& pair) const {
      return std::hash<Oid>()(pair.first) * 31 + std::hash<Oid>()(pair.second);
    }
  };

  const ObjectStore& store_;
  std::unordered_set<std::pair<Oid, Oid>, PairHash> pairs_;
  std::uint64_t entries_ = 0;  // on all ways
  std::uint64_t path_bytes_ = 0;
};

// Throws Failure{limit_exceeded} if not all paths below `tree` could be walked through, as libgit2
// does in a merge. Subtrees that the store lacks are not counted.
void hold_to_limits(const ObjectStore& store, const Oid& tree);

}  // namespace occ::store
