// What a report says of a commit, against what the real git says of it.
#include "analysis/commit_text.hpp"

#include "store/object_store.hpp"
#include "support/git.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace occ::analysis {
namespace {

class CommitText : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = std::make_unique<test::TempDir>();
    repo_ = std::make_unique<test::GitRepo>(test::GitRepo::init(*folder_ / "repo.git"));
    repo_->commit("main");
    tree_ = repo_->git({"rev-parse", "main^{tree}"});
  }
  static void TearDownTestSuite() {
    repo_.reset();
    folder_.reset();
  }

  static std::string content(const std::string& author, const std::string& message) {
    return "tree " + tree_ + "\nauthor " + author + "\ncommitter C <c@x> 1700000000 +0000\n\n" +
           message;
  }

  // What `git log` shows of such a commit, git's last line end taken off.
  static std::string by_git(const std::string& content, const std::string& format) {
    const std::string id =
        repo_->git({"hash-object", "-t", "commit", "-w", "--literally", "--stdin"}, content);
    return repo_->git({"log", "-1", "--no-mailmap", "--encoding=UTF-8", "--format=" + format, id});
  }

  static store::CommitRecord by_us(const std::string& content) {
    return store::parse_commit(Oid(), content);
  }

 private:
  static inline std::unique_ptr<test::TempDir> folder_;
  static inline std::unique_ptr<test::GitRepo> repo_;
  static inline std::string tree_;
};

const std::string kAuthor = "A <a@x> 1700000000 +0100";

TEST_F(CommitText, TellsTheSubjectAsGitDoes) {
  for (const std::string message :
       {"plain\n", "no line end", "", "\n\n", "\n\n \t\nbehind blank lines\n\nbody\n",
        "over\ntwo lines\n\nbody\n", "ends in blanks \t \nand a return\r\n\r\nbody\r\n",
        "  begins with blanks\n  twice\n", "parted by\n \t \nblanks\n"}) {
    SCOPED_TRACE(testing::PrintToString(message));
    const std::string commit = content(kAuthor, message);
    EXPECT_EQ(subject_of(by_us(commit).message), by_git(commit, "%s"));
  }
}

TEST_F(CommitText, TellsTheAuthorAsGitDoes) {
  for (const std::string author :
       {"A B <a@x> 1700000000 +0100", "A <a> <b@x> 1700000000 +0000", "A <a@x>> 1700000000 -0230",
        "A <<a@x> 1700000000 +0000", "A > B <a@x> 1700000000 +0000", " <> 1700000000 +0000",
        "<a@x> 1700000000 +0000", "A <> 1700000000 +0000", "A< a@x > 1700000000 +0000",
        "A \t <a@x>  1700000000  +0000"}) {
    SCOPED_TRACE(author);
    const std::string commit = content(author, "subject\n");
    const store::Signature who = by_us(commit).author;
    EXPECT_EQ(who.name + '|' + who.email + '|' + std::to_string(who.time),
              by_git(commit, "%an|%ae|%at"));
  }
}

TEST_F(CommitText, TakesForTrailersWhatGitTakesForThem) {
  const std::string co = "Co-authored-by: B <b@x>\n";
  for (const std::string& message : std::vector<std::string>{
           "subject\n\n" + co,
           "subject\n\nHe wrote:\n" + co + "in a mail.\n\nSigned-off-by: Z <z@x>\n",
           "subject\n\n" + co + "\nbody, no trailer\n",
           "subject\n" + co,
           co,
           "\n" + co,
           "subject\n\nbody\n" + co,
           "subject\n\nSigned-off-by: Z <z@x>\none\ntwo\n" + co,
           "subject\n\nSigned-off-by: Z <z@x>\n1\n2\n3\n4\n5\n6\n7\n" + co,
           "subject\n\n(cherry picked from commit 1234)\nother\n" + co,
           "subject\n\nco-AUTHORED-by : B\n  <b@x>\nOther: value\n",
           "subject\n\nOther: value\n  Co-authored-by: B <b@x>\n",
           "subject\n\n  Co-authored-by: B <b@x>\n",
           "subject\n\n" + co + "# a comment\n\n# another\n \n",
           "subject\r\n\r\nCo-authored-by: B <b@x>\r\n\r\n",
           "subject\n\nCo authored by: B <b@x>\n" + co,
           "subject\n\n---\n\n" + co,
       }) {
    SCOPED_TRACE(testing::PrintToString(message));
    const std::string commit = content(kAuthor, message);
    std::string ours;
    for (const Person& person : co_authors_of(by_us(commit).message)) {
      ours += person.name + " <" + person.email + ">;";
    }
    const std::string format = "%(trailers:key=Co-authored-by,valueonly,unfold,separator=;)";
    const std::string theirs = by_git(commit, format);
    EXPECT_EQ(ours, theirs.empty() ? theirs : theirs + ';');
  }
}

TEST_F(CommitText, ReadsTheEncodingThatACommitNames) {
  const std::string lines = "tree " + std::string(40, '0') + "\nauthor Jos\xE9 <j@x> 1 +0000\n" +
                            "committer Jos\xE9 <j@x> 1 +0000\n";
  const std::string text =
      "\n\x93"
      "Caf\xE9\x94\n\nCo-authored-by: Andr\xE9 <a@x>\n";
  for (const std::string name : {"windows-1252", "CP1252", "ISO-8859-1", "latin1", "UTF-8"}) {
    SCOPED_TRACE(name);
    std::string commit = lines;
    commit.append("encoding ").append(name).append("\n").append(text);
    const store::CommitRecord record = by_us(commit);
    EXPECT_EQ(record.author.name + '|' + record.committer.name + '|' + subject_of(record.message) +
                  '|' + co_authors_of(record.message).at(0).name + " <a@x>",
              by_git(commit, "%an|%cn|%s|%(trailers:key=Co-authored-by,valueonly,separator=)"));
  }
}

TEST_F(CommitText, ListsACoAuthorOnce) {
  const auto people = co_authors_of(
      "subject\n\nCo-authored-by: B <b@x>\nCo-Authored-By: B. <B@X>\nCo-authored-by: nobody\n"
      "Co-authored-by: C <c@x> (she)\n");
  ASSERT_EQ(people.size(), 2U);
  EXPECT_EQ(people[0].name, "B");
  EXPECT_EQ(people[1].email, "c@x");
}

}  // namespace
}  // namespace occ::analysis
