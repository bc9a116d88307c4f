// What is said before a push, of changes that the real git made.
#include "analysis/preflight.hpp"

#include "filled_store.hpp"
#include "support/git.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace occ::analysis {
namespace {

constexpr const char* kPointer =
    "version https://git-lfs.github.com/spec/v1\noid sha256:12\nsize 5000\n";

std::map<WarningKind, std::string> warnings_of(const test::FileMap& files) {
  const test::TempDir folder;
  auto repo = test::GitRepo::init(folder / "repo.git");
  repo.commit("before", {{"always", "here\n"}});
  repo.branch("after", "before");
  repo.commit("after", files);
  store::ObjectStore store(folder.path().string());
  take_all(store, repo);
  const Oid before = tree_of(repo, "before");
  const Oid after = tree_of(repo, "after");
  const store::TreeDiff diff(store, before, after, store::Renames::exact);
  const LargeFiles large;
  std::map<WarningKind, std::string> texts;
  for (const Warning& warning : find_warnings(store, {diff.deltas(), before, after, {}, large})) {
    texts[warning.kind] = warning.text;
  }
  return texts;
}

TEST(FindWarnings, CountsOneFileAndSeveral) {
  auto one = warnings_of({{".github/workflows/a.yml", "on: push\n"}, {"a.bin", kPointer}});
  EXPECT_EQ(one[WarningKind::workflow_files],
            "1 file under .github/workflows changes: on GitHub the target's token needs the "
            "workflow scope for that");
  EXPECT_EQ(one[WarningKind::lfs_pointers],
            "1 file is a Git LFS pointer to 5.0 kB, which this sync does not copy");
  auto two = warnings_of({{".github/workflows/a.yml", "on: push\n"},
                          {".github/workflows/b.yml", "on: push\n"},
                          {"a.bin", kPointer},
                          {"b.bin", kPointer}});
  EXPECT_EQ(two[WarningKind::workflow_files],
            "2 files under .github/workflows change: on GitHub the target's token needs the "
            "workflow scope for that");
  EXPECT_EQ(two[WarningKind::lfs_pointers],
            "2 files are Git LFS pointers to 10.0 kB, which this sync does not copy");
}

}  // namespace
}  // namespace occ::analysis
