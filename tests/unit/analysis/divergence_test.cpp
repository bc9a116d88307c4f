// Conflicts of merges that the real git made the sides of: how many there are.
#include "analysis/divergence.hpp"

#include "support/git.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <string>

namespace occ::analysis {
namespace {

// fast-import commands, by which a side changes the base.
using Commands = std::string;

Commands write(const std::string& path, const std::string& text,
               const std::string& mode = "100644") {
  return "M " + mode + " inline " + path + '\n' + test::import_data(text);
}

class TriedMerge : public testing::Test {
 protected:
  Divergence merged(const Commands& base, const Commands& ours, const Commands& theirs) {
    commit("base", "", write("always", "here\n") + base);
    commit("ours", "base", ours);
    commit("theirs", "base", theirs);
    const auto pack =
        test::run_process({"git", "pack-objects", "--stdout", "-q", "--all"},
                          {.env = test::git_environment(), .cwd = repo_.path(), .input = ""});
    EXPECT_EQ(pack.exit_code, 0) << pack.err;
    store::ObjectStore::PackIntake intake(store_);
    intake.append(as_bytes(pack.out));
    intake.finish();
    Divergence divergence;
    try_merge(store_, {tree("base"), tree("ours"), tree("theirs")}, store::Renames::similar,
              divergence);
    return divergence;
  }

 private:
  void commit(const std::string& branch, const std::string& from, const Commands& changes) const {
    repo_.import("commit refs/heads/" + branch + '\n' + test::import_identity("committer", 1) +
                 test::import_data(branch) +
                 (from.empty() ? "" : "from refs/heads/" + from + "^0\n") + changes + '\n');
  }
  [[nodiscard]] Oid tree(const std::string& branch) const {
    return *Oid::from_hex(repo_.git({"rev-parse", branch + "^{tree}"}));
  }

  test::TempDir folder_;
  test::GitRepo repo_ = test::GitRepo::init(folder_ / "repo.git");
  store::ObjectStore store_{folder_.path().string()};
};

TEST_F(TriedMerge, CountsTheConflictsThatItDoesNotList) {
  Commands base;
  Commands ours;
  Commands theirs;
  for (int i = 0; i < 700; ++i) {
    const std::string path = "file" + std::to_string(i);
    base += write(path, "1\n");
    ours += write(path, "2\n");
    theirs += write(path, "3\n");
  }
  const Divergence divergence = merged(base, ours, theirs);
  EXPECT_EQ(divergence.conflicts.size(), 500U);
  EXPECT_EQ(divergence.conflicts_left_out, 200U);
  EXPECT_EQ(divergence.not_detected, "renamed folders");
}

}  // namespace
}  // namespace occ::analysis
