// What the report tells of changed files, of trees that the real git made.
#include "analysis/file_changes.hpp"

#include "property/stored.hpp"

#include <gtest/gtest.h>

namespace occ::test {
namespace {

using Names = std::vector<std::string>;

// Two states of a tree, by fast-import's commands.
class Change {
 public:
  Change(const std::string& before, const std::string& after) {
    repo_.import(commit(1, before) + commit(2, after));
  }

  analysis::FileChanges described() {
    Stored stored(repo_);
    const store::TreeDiff diff(stored.store(), tree_of(repo_, "main~1"), tree_of(repo_, "main"),
                               store::Renames::similar);
    store::CompareBudget budget;
    return analysis::describe_changes(stored.store(), diff, {}, {}, budget);
  }

  Names collisions() {
    Stored stored(repo_);
    return store::case_collisions(stored.store(), tree_of(repo_, "main~1"), tree_of(repo_, "main"));
  }

 private:
  static std::string commit(long minute, const std::string& commands) {
    return "commit refs/heads/main\n" + import_identity("committer", minute) +
           import_data("a state") + commands + '\n';
  }

  TempDir folder_;
  GitRepo repo_ = GitRepo::init(folder_ / "repo.git");
};

std::string file(const std::string& path, const std::string& content,
                 const std::string& mode = "100644") {
  return "M " + mode + " inline " + path + '\n' + import_data(content);
}

TEST(FileChanges, CountNoFileAsLargeWhoseContentStayed) {
  const std::string large = noise(5000, 1);
  Change change(
      file("chmod", large) + file("moved", noise(4000, 2)) + file("grown", noise(3000, 3)),
      file("chmod", large, "100755") + "R moved elsewhere\n" + file("grown", noise(3500, 4)) +
          file("added", noise(100, 5)));
  Names largest;
  for (const analysis::FileChange& each : change.described().largest) {
    largest.push_back(each.path);
  }
  EXPECT_EQ(largest, (Names{"grown", "added"}));
}

TEST(CaseCollisions, AreToldOnceAndWhenTheyCome) {
  EXPECT_EQ(Change(file("f/A", "1") + file("f/a", "2"), file("f/other", "3")).collisions(),
            Names{});
  EXPECT_EQ(Change(file("f/A", "1"), file("f/a", "2")).collisions(), (Names{"f/A", "f/a"}));
  EXPECT_EQ(Change(file("f/AB", "1"), file("f/aB", "2") + file("f/Ab", "3")).collisions(),
            (Names{"f/AB", "f/Ab", "f/aB"}));
  EXPECT_EQ(Change(file("F/x", "1"), file("f/x", "2")).collisions(), (Names{"F", "f"}));
}

}  // namespace
}  // namespace occ::test
