// What a repository of the real git holds, in a store.
#pragma once

#include "store/object_store.hpp"
#include "support/git.hpp"

#include <gtest/gtest.h>

#include <string>

namespace occ::analysis {

inline void take_all(store::ObjectStore& store, const test::GitRepo& repo) {
  const auto pack =
      test::run_process({"git", "pack-objects", "--stdout", "-q", "--all"},
                        {.env = test::git_environment(), .cwd = repo.path(), .input = ""});
  ASSERT_EQ(pack.exit_code, 0) << pack.err;
  store::ObjectStore::PackIntake intake(store);
  intake.append(as_bytes(pack.out));
  intake.finish();
}

[[nodiscard]] inline Oid tree_of(const test::GitRepo& repo, const std::string& branch) {
  return *Oid::from_hex(repo.git({"rev-parse", branch + "^{tree}"}));
}

}  // namespace occ::analysis
