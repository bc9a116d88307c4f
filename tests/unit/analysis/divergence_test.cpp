// Conflicts of merges that the real git made the sides of: how many, and of which kind.
#include "analysis/divergence.hpp"

#include "filled_store.hpp"
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

Commands link(const std::string& path, const std::string& to) {
  return write(path, to, "120000");
}

Commands submodule(const std::string& path, char digit) {
  return "M 160000 " + std::string(40, digit) + ' ' + path + '\n';
}

Commands remove(const std::string& path) {
  return "D " + path + '\n';
}

class TriedMerge : public testing::Test {
 protected:
  Divergence merged(const Commands& base, const Commands& ours, const Commands& theirs) {
    commit("base", "", write("always", "here\n") + base);
    commit("ours", "base", ours);
    commit("theirs", "base", theirs);
    take_all(store_, repo_);
    Divergence divergence;
    try_merge(store_, {tree_of(repo_, "base"), tree_of(repo_, "ours"), tree_of(repo_, "theirs")},
              store::Renames::similar, divergence);
    return divergence;
  }

  // The only one.
  Conflict conflict(const Commands& base, const Commands& ours, const Commands& theirs) {
    const Divergence divergence = merged(base, ours, theirs);
    EXPECT_EQ(divergence.conflicts.size(), 1U);
    return divergence.conflicts.empty() ? Conflict() : divergence.conflicts.front();
  }

 private:
  void commit(const std::string& branch, const std::string& from, const Commands& changes) const {
    repo_.import("commit refs/heads/" + branch + '\n' + test::import_identity("committer", 1) +
                 test::import_data(branch) +
                 (from.empty() ? "" : "from refs/heads/" + from + "^0\n") + changes + '\n');
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

struct Case {
  const char* title;
  Commands base;
  Commands ours;
  Commands theirs;
  ConflictKind kind;
  const char* detail;
  std::size_t hunks;
};

class ConflictKinds : public TriedMerge, public testing::WithParamInterface<Case> {};

TEST_P(ConflictKinds, AreToldApart) {
  const Case& one = GetParam();
  const Conflict found = conflict(one.base, one.ours, one.theirs);
  EXPECT_EQ(found.kind, one.kind);
  EXPECT_EQ(found.path, "it");
  EXPECT_EQ(found.detail, one.detail);
  EXPECT_EQ(found.hunks.size(), one.hunks);
}

INSTANTIATE_TEST_SUITE_P(
    All, ConflictKinds,
    testing::Values(
        Case{"Content", write("it", "1\n"), write("it", "2\n"), write("it", "3\n"),
             ConflictKind::content, "", 1},
        Case{"DeletedFile", write("it", "1\n"), remove("it"), write("it", "3\n"),
             ConflictKind::modify_delete, "changed on the source, deleted on the target", 0},
        Case{"MovedSubmodule", submodule("it", '1'), submodule("it", '2'), submodule("it", '3'),
             ConflictKind::submodule, "", 0},
        Case{"AddedSubmodules", "", submodule("it", '2'), submodule("it", '3'),
             ConflictKind::submodule, "", 0},
        Case{"DeletedSubmodule", submodule("it", '1'), submodule("it", '2'), remove("it"),
             ConflictKind::modify_delete,
             "a submodule, changed on the target, deleted on the source", 0},
        Case{"Symlinks", link("it", "a"), link("it", "b"), link("it", "c"), ConflictKind::symlink,
             "", 1},
        Case{"AddedSymlinks", "", link("it", "b"), link("it", "c"), ConflictKind::symlink, "", 1},
        Case{"SymlinkAgainstFile", write("it", "1\n"), link("it", "b"), write("it", "2\n"),
             ConflictKind::type, "a symbolic link on the target, a file on the source", 0},
        Case{"SubmoduleAgainstFile", submodule("it", '1'), submodule("it", '2'), write("it", "2\n"),
             ConflictKind::type, "a submodule on the target, a file on the source", 0},
        Case{"AddedFileAgainstFolder", "", write("it/below", "1\n"), write("it", "2\n"),
             ConflictKind::file_folder, "a file on the source, a folder on the target", 0},
        Case{"AddedSubmoduleAgainstFolder", "", submodule("it", '2'), write("it/below", "1\n"),
             ConflictKind::file_folder, "a submodule on the target, a folder on the source", 0},
        Case{"ChangedFileAgainstFolder", write("it", "1\n"), write("it", "2\n"),
             remove("it") + write("it/below", "other\n"), ConflictKind::file_folder,
             "a file on the target, a folder on the source", 0}),
    [](const auto& one) { return one.param.title; });

}  // namespace
}  // namespace occ::analysis
