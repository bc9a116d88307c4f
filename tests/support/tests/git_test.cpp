#include "support/git.hpp"

#include "support/temp_dir.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace occ::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Key;

TEST(GitRepoFixture, MakesTheSameIdsEveryTime) {
  const TempDir folder;
  GitRepo one = GitRepo::init(folder / "one.git");
  GitRepo two = GitRepo::init(folder / "two.git");
  EXPECT_EQ(one.commit("main"), two.commit("main"));
  EXPECT_EQ(one.annotated_tag("v1", "main"), two.annotated_tag("v1", "main"));
}

TEST(GitRepoFixture, BuildsHistoriesThatFsckAccepts) {
  const TempDir folder;
  GitRepo repo = GitRepo::init(folder / "r.git");
  const std::string first = repo.commit("main");
  repo.branch("topic", "main");
  repo.commits("main", 3);
  repo.commit("topic", {{"dir/file", "text\n"}});
  repo.merge("main", "topic");
  repo.light_tag("light", first);
  repo.annotated_tag("v1", "main");
  EXPECT_THAT(repo.refs(), ElementsAre(Key("refs/heads/main"), Key("refs/heads/topic"),
                                       Key("refs/tags/light"), Key("refs/tags/v1")));
  EXPECT_EQ(repo.ahead_behind("main", "topic"), (AheadBehind{4, 0}));
  EXPECT_EQ(repo.fsck(), "");
}

TEST(GitRepoFixture, NoticesAMissingObject) {
  const TempDir folder;
  GitRepo repo = GitRepo::init(folder / "r.git");
  const std::string id = repo.commit("main");
  std::filesystem::remove(repo.path() / "objects" / id.substr(0, 2) / id.substr(2));
  EXPECT_NE(repo.fsck(), "");
}

TEST(GitRepoFixture, AmendsIntoASiblingOfTheOldTip) {
  const TempDir folder;
  GitRepo repo = GitRepo::init(folder / "r.git");
  repo.commits("main", 2);
  repo.branch("before", "main");
  repo.amend("main", {{"a", "b"}});
  EXPECT_EQ(repo.ahead_behind("main", "before"), (AheadBehind{1, 1}));
}

TEST(GitRepoFixture, ReplacesAllRefsAtOnce) {
  const TempDir folder;
  GitRepo repo = GitRepo::init(folder / "r.git");
  const std::string tip = repo.commits("main", 2);
  repo.annotated_tag("gone", "main");
  const RefMap refs{{"refs/heads/a", tip}, {"refs/heads/a-b", tip}, {"refs/heads/b/c", tip}};
  repo.replace_refs(refs);
  EXPECT_EQ(difference(refs, repo.refs()), "");
  repo.commit("a");
  EXPECT_EQ(repo.ahead_behind("a", "b/c"), (AheadBehind{1, 0}));
  EXPECT_EQ(repo.fsck(), "");
}

TEST(GitRepoFixture, CopiesWithAllObjectsAndShallowlyWithout) {
  const TempDir folder;
  GitRepo repo = GitRepo::init(folder / "r.git");
  const std::string root = repo.commit("main");
  repo.commits("main", 4);
  const GitRepo copy = repo.copy_to(folder / "copy.git");
  const GitRepo shallow = repo.shallow_copy_to(folder / "shallow.git", 2);
  EXPECT_EQ(copy.refs(), repo.refs());
  EXPECT_TRUE(copy.has_object(root));
  EXPECT_EQ(shallow.refs(), repo.refs());
  EXPECT_FALSE(shallow.has_object(root));
  EXPECT_EQ(shallow.fsck(), "");
}

TEST(Difference, NamesWhatIsMissingLeftOverAndElsewhere) {
  EXPECT_EQ(difference({{"a", "1"}, {"b", "2"}}, {{"a", "1"}, {"b", "2"}}), "");
  EXPECT_EQ(difference({{"a", "1"}, {"b", "2"}}, {{"b", "3"}, {"c", "4"}}),
            "a is missing\nb is at 3 instead of 2\nc should not be there\n");
}

TEST(GitRepoFixture, SaysWhatGitSaidWhenItFails) {
  const TempDir folder;
  const GitRepo repo = GitRepo::init(folder / "r.git");
  try {
    static_cast<void>(repo.tip("refs/heads/absent"));
    FAIL() << "an absent ref was found";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("rev-parse"));
  }
}

TEST(GitRepoFixture, MeasuresTheThinnestPack) {
  const TempDir folder;
  GitRepo repo = GitRepo::init(folder / "r.git");
  const std::string before = repo.commit("main", {{"big", noise(20'000, 1)}});
  const std::string after = repo.commit("main", {{"big", noise(20'000, 1) + "one more line\n"}});
  EXPECT_LT(repo.thin_pack_size(after, before), 1000U);
  const std::string unrelated = repo.commit("other");
  EXPECT_GT(repo.thin_pack_size(after, unrelated), 20'000U);
}

}  // namespace
}  // namespace occ::test
