#include "wire/pack_scanner.hpp"

#include "samples.hpp"
#include "support/git.hpp"
#include "support/pack.hpp"
#include "support/temp_dir.hpp"
#include "wire/pack.hpp"
#include "wire/pack_cut.hpp"
#include "wire/pack_writer.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <sstream>

namespace occ::wire {
namespace {

using std::string_literals::operator""s;
using test::failure_of;

constexpr std::size_t kNoBudgetLimit = std::numeric_limits<std::size_t>::max();

const std::string kEverything = "main\ntopic\nv1";

const std::string kDeflatedHello = "\x78\x9c\xcb\x48\xcd\xc9\xc9\x07\x00\x06\x2c\x02\x15"s;

using Parents = std::map<std::string, std::vector<std::string>>;

// Histories made once for all tests: a merge, several branches, and commits with messages so long
// and so alike that git stores them as deltas of each other.
class RealPacks : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = std::make_unique<test::TempDir>();
    repo_ = std::make_unique<test::GitRepo>(make_repo("sha1"));
  }
  static void TearDownTestSuite() {
    repo_.reset();
    folder_.reset();
  }

  static test::GitRepo make_repo(const std::string& format) {
    auto repo = test::GitRepo::init(*folder_ / (format + ".git"), {"main", format});
    std::string essay;
    for (int i = 0; i < 60; ++i)
      essay += "A long line that says number " + std::to_string(i) + ".\n";
    repo.commits("main", 5);
    for (int i = 0; i < 12; ++i) {
      repo.commit("main", {{"essay.txt", essay + std::to_string(i)}}, essay + std::to_string(i));
    }
    repo.branch("topic", "main~3");
    repo.commits("topic", 4);
    repo.merge("main", "topic");
    repo.annotated_tag("v1", "main");
    repo.commits("main", 2);
    return repo;
  }

  // `revisions`: lines for `git pack-objects --revs`.
  static std::string pack(const test::GitRepo& repo, const std::string& revisions,
                          const std::vector<std::string>& options) {
    std::vector<std::string> command{"git", "pack-objects", "--stdout", "--revs", "-q"};
    command.insert(command.end(), options.begin(), options.end());
    const auto result = test::run_process(
        command, {.env = test::git_environment(), .cwd = repo.path(), .input = revisions + '\n'});
    EXPECT_EQ(result.exit_code, 0) << result.err;
    return result.out;
  }
  static std::string pack(const std::string& revisions, const std::vector<std::string>& options) {
    return pack(*repo_, revisions, options);
  }

  static Parents expected(const test::GitRepo& repo, const std::vector<std::string>& revisions) {
    std::vector<std::string> command{"rev-list", "--parents"};
    command.insert(command.end(), revisions.begin(), revisions.end());
    std::istringstream lines(repo.git(command));
    Parents all;
    for (std::string line; std::getline(lines, line);) {
      std::istringstream words(line);
      std::string commit;
      words >> commit;
      auto& parents = all[commit];
      for (std::string parent; words >> parent;) parents.push_back(parent);
    }
    return all;
  }
  static Parents expected(const std::vector<std::string>& revisions) {
    return expected(*repo_, revisions);
  }

  static std::unique_ptr<test::TempDir> folder_;
  static std::unique_ptr<test::GitRepo> repo_;
};

std::unique_ptr<test::TempDir> RealPacks::folder_;
std::unique_ptr<test::GitRepo> RealPacks::repo_;

void feed_in_pieces(PackScanner& scanner, std::string_view pack, std::size_t piece) {
  for (std::size_t at = 0; at < pack.size(); at += piece) {
    scanner.feed(as_bytes(pack.substr(at, piece)));
  }
}

Parents found_by(const PackScanner& scanner) {
  Parents all;
  for (const auto& [oid, parents] : scanner.commits()) {
    auto& texts = all[oid.hex()];
    for (const Oid& parent : parents) texts.push_back(parent.hex());
  }
  return all;
}

// How many deltas of commits git made, so that a test knows that it tests them.
std::size_t count_commit_deltas(const test::GitRepo& repo, const test::TempDir& folder,
                                const std::string& pack) {
  const auto file = folder / "counted.pack";
  test::write_file(file, pack);
  repo.git({"index-pack", file.string()});
  std::istringstream lines(repo.git({"verify-pack", "-v", (folder / "counted.idx").string()}));
  std::size_t count = 0;
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::vector<std::string> all;
    for (std::string word; words >> word;) all.push_back(word);
    if (all.size() == 7 && all[1] == "commit") ++count;  // two more columns: depth and base
  }
  return count;
}

TEST_F(RealPacks, GiveTheCommitsThatRevListGivesHoweverTheyAreCut) {
  const std::string whole = pack(kEverything, {"--delta-base-offset"});
  ASSERT_GE(count_commit_deltas(*repo_, *folder_, whole), 1U);
  for (const std::size_t piece :
       {std::size_t{1}, std::size_t{7}, std::size_t{4096}, whole.size()}) {
    SCOPED_TRACE(piece);
    PackScanner scanner(ObjectFormat::sha1, kNoBudgetLimit);
    feed_in_pieces(scanner, whole, piece);
    EXPECT_TRUE(scanner.finished());
    EXPECT_EQ(scanner.unread(), 0U);
    EXPECT_EQ(found_by(scanner), expected({"main", "topic"}));
    EXPECT_EQ(scanner.object_count(), pack_object_count(as_bytes(whole)));
  }
}

TEST_F(RealPacks, WithDeltasByIdGiveAllCommitsToo) {
  const std::string whole = pack(kEverything, {});
  for (const std::size_t piece : {1U, 7U, 4096U}) {
    PackScanner scanner(ObjectFormat::sha1, kNoBudgetLimit);
    feed_in_pieces(scanner, whole, piece);
    EXPECT_TRUE(scanner.finished());
    EXPECT_EQ(found_by(scanner), expected({"main", "topic"}));
  }
}

TEST_F(RealPacks, OfCommitsOnlyGiveAllCommits) {
  const std::string commits = pack("main", {"--filter=tree:0", "--delta-base-offset"});
  PackScanner scanner(ObjectFormat::sha1, kNoBudgetLimit);
  feed_in_pieces(scanner, commits, 7);
  EXPECT_TRUE(scanner.finished());
  EXPECT_EQ(scanner.unread(), 0U);
  EXPECT_EQ(found_by(scanner), expected({"main"}));
  EXPECT_EQ(scanner.object_count(), expected({"main"}).size());
}

TEST_F(RealPacks, OfARangeGiveTheCommitsOfTheRange) {
  for (const std::string& from : {"main~1"s, "main~2"s, "main~9"s, "topic"s}) {
    PackScanner scanner(ObjectFormat::sha1, kNoBudgetLimit);
    feed_in_pieces(scanner, pack("main\n^" + from, {"--delta-base-offset"}), 4096);
    EXPECT_TRUE(scanner.finished());
    EXPECT_EQ(found_by(scanner), expected({"main", "^" + from})) << from;
  }
}

TEST_F(RealPacks, ThatAreThinGiveOnlyTrueCommitsAndCountWhatTheyCouldNotRead) {
  for (const std::string& from : {"main~1"s, "main~4"s, "main~8"s, "main~10"s}) {
    for (const std::size_t piece : {1U, 4096U}) {
      SCOPED_TRACE(from);
      const Parents all = expected({"main", "^" + from});
      PackScanner scanner(ObjectFormat::sha1, kNoBudgetLimit);
      feed_in_pieces(scanner, pack("main\n^" + from, {"--thin", "--delta-base-offset"}), piece);
      EXPECT_TRUE(scanner.finished());
      const Parents found = found_by(scanner);
      for (const auto& [commit, parents] : found) {
        ASSERT_TRUE(all.contains(commit)) << commit;
        EXPECT_EQ(parents, all.at(commit));
      }
      EXPECT_TRUE(found.size() == all.size() || scanner.unread() > 0);
    }
  }
}

TEST_F(RealPacks, AreReadWithoutKeepingBasesThoughThenDeltasStayUnread) {
  const std::string whole = pack(kEverything, {"--delta-base-offset"});
  const Parents all = expected({"main", "topic"});
  PackScanner scanner(ObjectFormat::sha1, 0);
  feed_in_pieces(scanner, whole, 4096);
  EXPECT_TRUE(scanner.finished());
  EXPECT_GT(scanner.unread(), 0U);
  const Parents found = found_by(scanner);
  EXPECT_LT(found.size(), all.size());
  for (const auto& [commit, parents] : found) EXPECT_EQ(parents, all.at(commit));
}

TEST_F(RealPacks, OfSha256GiveTheirCommits) {
  const test::GitRepo wide = make_repo("sha256");
  PackScanner scanner(ObjectFormat::sha256, kNoBudgetLimit);
  feed_in_pieces(scanner, pack(wide, kEverything, {"--delta-base-offset"}), 7);
  EXPECT_TRUE(scanner.finished());
  EXPECT_EQ(found_by(scanner), expected(wide, {"main", "topic"}));
}

// Sizes are those of the objects, though most of these are deltas.
TEST_F(RealPacks, TellWhichOfTheirObjectsAreLarge) {
  std::multiset<std::uint64_t> sizes;
  std::istringstream lines(
      repo_->git({"cat-file", "--batch-all-objects", "--batch-check", "--unordered"}));
  std::string oid;
  std::string type;
  for (std::uint64_t size = 0; lines >> oid >> type >> size;) {
    if (size >= 100) sizes.insert(size);
  }
  for (const std::size_t piece : {1U, 13U, 4096U}) {
    PackScanner scanner(ObjectFormat::sha1, kNoBudgetLimit, 100);
    feed_in_pieces(scanner, pack(kEverything, {"--delta-base-offset"}), piece);
    std::multiset<std::uint64_t> found;
    std::size_t blobs = 0;
    for (const LargeObject& object : scanner.large()) {
      found.insert(object.size);
      if (!object.blob) continue;
      ++blobs;
      EXPECT_EQ(repo_->git({"cat-file", "-s", object.blob->hex()}), std::to_string(object.size));
    }
    EXPECT_EQ(found, sizes);
    EXPECT_GT(blobs, 0U);
  }
}

TEST_F(RealPacks, LeaveNothingInMemoryOfCommitsThatNobodyAskedFor) {
  const std::string whole = pack(kEverything, {"--delta-base-offset"});
  PackScanner scanner(ObjectFormat::sha1, std::nullopt, 100);
  feed_in_pieces(scanner, whole, 4096);
  EXPECT_TRUE(scanner.finished());
  EXPECT_TRUE(scanner.commits().empty());
  EXPECT_FALSE(scanner.large().empty());
}

// Whatever git takes in has every object in front of the large one.
TEST_F(RealPacks, CanBeCutBeforeALargeObject) {
  const std::string whole = pack("main\n^main~9", {"--delta-base-offset"});
  for (const std::uint64_t large : {200U, 1900U, 1930U}) {
    for (const std::size_t piece : {1U, 13U, 4096U}) {
      SCOPED_TRACE(std::to_string(large) + ' ' + std::to_string(piece));
      PackCut cut(ObjectFormat::sha1, large);
      std::string kept;
      for (std::size_t at = 0; at < whole.size() && !cut.found(); at += piece) {
        kept += as_text(cut.pass(as_bytes(std::string_view(whole).substr(at, piece))));
      }
      ASSERT_TRUE(cut.found());
      EXPECT_GE(*cut.found(), large);
      EXPECT_TRUE(whole.starts_with(kept));
      const auto repo = test::GitRepo::init(
          *folder_ / ("cut" + std::to_string(large) + '-' + std::to_string(piece)));
      repo.git({"index-pack", "--stdin"}, kept + cut.rest());
      const std::string all = repo.git({"cat-file", "--batch-all-objects", "--batch-check"});
      EXPECT_EQ(std::count(all.begin(), all.end(), '\n') + 1, cut.object_count());
    }
  }
}

TEST_F(RealPacks, PassUncutIfNothingInThemIsLarge) {
  const std::string whole = pack(kEverything, {"--delta-base-offset"});
  PackCut cut(ObjectFormat::sha1, 1'000'000);
  std::string kept;
  for (std::size_t at = 0; at < whole.size(); at += 7) {
    kept += as_text(cut.pass(as_bytes(std::string_view(whole).substr(at, 7))));
  }
  EXPECT_EQ(kept, whole);
  EXPECT_EQ(cut.found(), std::nullopt);
}

TEST_F(RealPacks, AreNotFinishedBeforeTheirLastObject) {
  const std::string whole = pack("main", {"--delta-base-offset"});
  for (std::size_t size = 0; size + 20 < whole.size(); size += 97) {
    PackScanner scanner(ObjectFormat::sha1, kNoBudgetLimit);
    scanner.feed(as_bytes(std::string_view(whole).substr(0, size)));
    EXPECT_FALSE(scanner.finished()) << size;
  }
}

TEST_F(RealPacks, WithAnyByteChangedAreReadOrRefusedAndNeverInventAParentOfACommit) {
  const std::string whole = pack("main\n^main~2", {"--delta-base-offset"});
  const Parents all = expected({"main", "topic"});
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (const int change : {0x01, 0x10, 0x80, 0xFF}) {
      std::string damaged = whole;
      damaged[at] = static_cast<char>(damaged[at] ^ change);
      PackScanner scanner(ObjectFormat::sha1, kNoBudgetLimit);
      const auto code = failure_of([&] { scanner.feed(as_bytes(damaged)); });
      EXPECT_TRUE(!code || code == FailureCode::protocol_error);
      // An id is the hash of what was read: a commit of the true history has its true parents.
      for (const auto& [commit, parents] : found_by(scanner)) {
        if (all.contains(commit)) {
          EXPECT_EQ(parents, all.at(commit));
        }
      }
    }
  }
}

TEST(PackScanner, TakesAnEmptyPack) {
  PackScanner scanner(ObjectFormat::sha1, 0);
  scanner.feed(as_bytes(make_pack({}, ObjectFormat::sha1)));
  EXPECT_TRUE(scanner.finished());
  EXPECT_EQ(scanner.object_count(), 0U);
  EXPECT_TRUE(scanner.commits().empty());
}

std::optional<FailureCode> refusal_of(const std::string& entry) {
  return failure_of([&] {
    PackScanner scanner(ObjectFormat::sha1, 1000);
    scanner.feed(as_bytes("PACK\0\0\0\2\0\0\0\1"s + entry));
  });
}

TEST(PackScanner, RefusesEntriesThatNoPackHas) {
  EXPECT_EQ(refusal_of("\x01x"s), FailureCode::protocol_error) << "type 0";
  EXPECT_EQ(refusal_of("\x51x"s), FailureCode::protocol_error) << "type 5";
  EXPECT_EQ(refusal_of("\x11not zlib"s), FailureCode::protocol_error);
  EXPECT_EQ(refusal_of("\x61\x7F"s), FailureCode::protocol_error) << "an offset before the pack";
  EXPECT_EQ(refusal_of("\x61\0"s), FailureCode::protocol_error) << "an offset of nothing";
  EXPECT_EQ(refusal_of("\x61" + std::string(20, '\xFF')), FailureCode::protocol_error);
}

TEST(PackScanner, CountsADeltaOnAnObjectOutsideOfThePackAsUnread) {
  // git makes such deltas of commits only when it reuses them; so here is one by hand.
  PackScanner scanner(ObjectFormat::sha1, 1000);
  scanner.feed(as_bytes("PACK\0\0\0\2\0\0\0\1\x75"s + std::string(20, '\xAB') + kDeflatedHello));
  EXPECT_TRUE(scanner.finished());
  EXPECT_EQ(scanner.unread(), 1U);
  EXPECT_TRUE(scanner.commits().empty());
}

TEST(PackScanner, GivesUpAPackThatInflatesWithoutEnd) {
  test::PackBuilder builder;
  const std::string zeros(40'000'000, '\0');
  for (int i = 0; i < 150; ++i) builder.add(test::PackBuilder::blob, zeros);
  const std::string pack = builder.pack();
  PackScanner scanner(ObjectFormat::sha1, 0);
  EXPECT_EQ(failure_of([&] { feed_in_pieces(scanner, pack, 65'536); }),
            FailureCode::limit_exceeded);
  EXPECT_FALSE(scanner.finished());
  EXPECT_GT(scanner.unread(), 0U) << "whoever asks must not take it for read";
}

TEST(PackScanner, RefusesASizeThatDoesNotFitInto64Bits) {
  // Ten bytes hold 67 bits; an eleventh can hold no more than a mistake.
  EXPECT_EQ(refusal_of("\x90" + std::string(10, '\x80')), FailureCode::protocol_error);
}

TEST(PackScanner, RefusesAnObjectThatIsNotAsLongAsItSays) {
  EXPECT_EQ(refusal_of("\x35" + kDeflatedHello), std::nullopt);
  EXPECT_EQ(refusal_of("\x34" + kDeflatedHello), FailureCode::protocol_error);
  EXPECT_EQ(refusal_of("\x36" + kDeflatedHello), FailureCode::protocol_error);
}

}  // namespace
}  // namespace occ::wire
