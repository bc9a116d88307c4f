// Merged trees against `git merge-tree --write-tree`, and what a conflict shows of its files.
#include "store/tree_merge.hpp"

#include "property/stored.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <sstream>

namespace occ::test {
namespace {

using Lines = std::vector<std::string>;

std::string rule(char c, int length) {
  return std::string(static_cast<std::size_t>(length), c);
}

// Three versions of one file, both sides with changes of their own.
std::vector<store::MergeHunk> hunks_of(const std::string& base, const std::string& ours,
                                       const std::string& theirs) {
  TempDir folder;
  GitRepo repo = GitRepo::init(folder / "repo.git");
  const std::string from = repo.commit("main", {{"file", base}});
  repo.branch("ours", from);
  repo.branch("theirs", from);
  repo.commit("ours", {{"file", ours}});
  repo.commit("theirs", {{"file", theirs}});
  Stored stored(repo);
  const store::MergedTree merged =
      store::merge_trees(stored.store(), tree_of(repo, "main"), tree_of(repo, "ours"),
                         tree_of(repo, "theirs"), store::Renames::similar);
  EXPECT_EQ(merged.conflicts.size(), 1U);
  if (merged.conflicts.empty()) return {};
  return store::conflict_hunks(stored.store(), merged.conflicts.front()).value();
}

TEST(ConflictHunks, TakesNoLineOfAFileForAMarker) {
  for (const char c : {'=', '<', '>', '|'}) {
    for (const int length : {7, 71, 80, 5000}) {
      SCOPED_TRACE(std::string(1, c) + " " + std::to_string(length));
      const std::string line = rule(c, length);
      const auto hunks = hunks_of("top\nold\nend\n", "top\n" + line + "\nours\n" + line + "\nend\n",
                                  "top\n" + line + " name\ntheirs\n" + line + "\nend\n");
      ASSERT_EQ(hunks.size(), 1U);
      EXPECT_EQ(hunks[0].ours_line, 2U);
      EXPECT_EQ(hunks[0].base, Lines{"old"});
      EXPECT_EQ(hunks[0].ours.at(0), line);
      EXPECT_EQ(hunks[0].theirs.at(0), line + " name");
      EXPECT_EQ(hunks[0].ours.at(1), "ours");
      EXPECT_EQ(hunks[0].theirs.at(1), "theirs");
    }
  }
}

TEST(ConflictHunks, GivesUpWhereNoMarkerWouldDo) {
  TempDir folder;
  GitRepo repo = GitRepo::init(folder / "repo.git");
  repo.commit("main", {{"a", rule('=', 70'000)}, {"b", "b\n"}});
  Stored stored(repo);
  const auto side = [&](const char* path) {
    return store::ConflictSide{
        path, 0100644, *Oid::from_hex(repo.git({"rev-parse", std::string("main:") + path}))};
  };
  EXPECT_EQ(store::conflict_hunks(stored.store(), {std::nullopt, side("a"), side("b")}),
            std::nullopt);
}

TEST(ConflictHunks, TellsLineEndsThatDiffer) {
  const auto hunks = hunks_of("top\nold\nend\n", "top\nnew\nend\n", "top\r\nnew\r\nend\r\n");
  ASSERT_EQ(hunks.size(), 1U);
  EXPECT_EQ(hunks[0].ours, (Lines{"top", "new", "end"}));
  EXPECT_EQ(hunks[0].theirs, (Lines{"top\r", "new\r", "end\r"}));
}

TEST(ConflictHunks, LeavesOutLineEndsThatAreAlike) {
  const auto hunks = hunks_of("top\r\nold\r\n", "top\r\nours\r\n", "top\r\ntheirs\r\n");
  ASSERT_EQ(hunks.size(), 1U);
  EXPECT_EQ(hunks[0].base, Lines{"old"});
  EXPECT_EQ(hunks[0].ours, Lines{"ours"});
  EXPECT_EQ(hunks[0].theirs, Lines{"theirs"});
}

TEST(ConflictHunks, TellsALastLineWithoutAnEnd) {
  const auto hunks = hunks_of("top\nold\n", "top\nnew", "top\nnew\n");
  ASSERT_EQ(hunks.size(), 1U);
  EXPECT_EQ(hunks[0].ours, (Lines{"new", "\\ No newline at end of file"}));
  EXPECT_EQ(hunks[0].theirs, Lines{"new"});
}

}  // namespace
}  // namespace occ::test
