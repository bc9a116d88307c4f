// What a repository holds, in a throw-away store.
#pragma once

#include "store/object_store.hpp"
#include "support/git.hpp"
#include "support/temp_dir.hpp"

#include <string>

namespace occ::test {

class Stored {
 public:
  // All that the refs of `repo` reach.
  explicit Stored(const GitRepo& repo);

  [[nodiscard]] store::ObjectStore& store() { return store_; }

 private:
  TempDir folder_;
  store::ObjectStore store_{folder_.path().string()};
};

// The tree of a commit or of a ref.
[[nodiscard]] Oid tree_of(const GitRepo& repo, const std::string& commit);

}  // namespace occ::test
