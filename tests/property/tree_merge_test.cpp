// Merged trees against `git merge-tree --write-tree`, and what a conflict shows of its files.
#include "store/tree_merge.hpp"

#include "property/stored.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <functional>
#include <iomanip>
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

struct File {
  std::string content;  // of a submodule the id of its commit
  std::string mode = "100644";
};
using Files = std::map<std::string, File>;

std::string commit_on(const std::string& branch, const Files& files) {
  std::string stream = "commit refs/heads/" + branch + '\n' + import_identity("committer", 1) +
                       import_data("a state") + "from refs/heads/root^0\ndeleteall\n";
  for (const auto& [path, file] : files) {
    stream += file.mode == "160000"
                  ? "M 160000 " + file.content + ' ' + path + '\n'
                  : "M " + file.mode + " inline " + path + '\n' + import_data(file.content);
  }
  return stream + '\n';
}

using Entries = std::map<std::string, std::string>;  // path → mode and id

struct Merged {
  std::set<std::string> conflicts;
  Entries clean;  // what stands where no side stopped
};

class ThreeTrees {
 public:
  ThreeTrees(const Files& base, const Files& ours, const Files& theirs) {
    repo_.commit("root");
    repo_.import(commit_on("base", base) + commit_on("ours", ours) + commit_on("theirs", theirs));
    stored_.emplace(repo_);
  }

  Merged told(store::Renames renames = store::Renames::similar) {
    const store::WrittenMerge written =
        store::write_merge(stored_->store(), tree_of(repo_, "base"), tree_of(repo_, "ours"),
                           tree_of(repo_, "theirs"), renames, store::Resolve::ours);
    Merged merged;
    for (const store::MergeConflict& each : written.conflicts) {
      for (const auto* side : {&each.ours, &each.theirs, &each.base}) {
        if (!*side) continue;
        merged.conflicts.insert((*side)->path);
        break;
      }
    }
    const store::TreeDiff all(stored_->store(), Oid(), *written.tree, store::Renames::none);
    for (const store::Delta& delta : all.deltas()) {
      if (merged.conflicts.contains(delta.new_path)) continue;
      std::ostringstream mode;
      mode << std::oct << delta.new_mode;
      merged.clean[delta.new_path] = mode.str() + ' ' + delta.new_oid.hex();
    }
    return merged;
  }

  // `git merge-tree` wants commits with a common one.
  Merged of_git(const std::string& renames = "merge.renames=true") const {
    const auto commit = [&](const std::string& of, const std::vector<std::string>& parent) {
      std::vector<std::string> command{"commit-tree", "-m", "x", of + "^{tree}"};
      command.insert(command.end(), parent.begin(), parent.end());
      return repo_.git(command);
    };
    const std::string base = commit("base", {});
    const ProcessResult run =
        run_process({"git", "-C", repo_.path().string(), "-c", "merge.directoryRenames=false", "-c",
                     renames, "merge-tree", "--write-tree", "--name-only", "--no-messages",
                     commit("ours", {"-p", base}), commit("theirs", {"-p", base})},
                    {.env = git_environment()});
    EXPECT_LE(run.exit_code, 1) << run.err;
    std::istringstream lines(run.out);
    std::string tree;
    std::getline(lines, tree);
    Merged merged;
    for (std::string line; std::getline(lines, line);) {
      merged.conflicts.insert(line.substr(0, line.find('~')));  // of two types, one moves aside
    }
    std::istringstream entries(repo_.git({"ls-tree", "-r", tree}));
    for (std::string line; std::getline(entries, line);) {
      const std::string path = line.substr(line.find('\t') + 1);
      if (merged.conflicts.contains(path.substr(0, path.find('~')))) continue;
      merged.clean[path] = line.substr(0, 6) + ' ' + line.substr(line.find('\t') - 40, 40);
    }
    return merged;
  }

 private:
  TempDir folder_;
  GitRepo repo_ = GitRepo::init(folder_ / "repo.git");
  std::optional<Stored> stored_;
};

// One of the two has it, and the other has not, or otherwise.
template <typename Set>
std::set<std::string> difference_of(const Set& one, const Set& other) {
  const auto name = [](const auto& each) {
    if constexpr (requires { each.second; }) {
      return each.first + ' ' + each.second;
    } else {
      return each;
    }
  };
  std::set<std::string> names;
  for (const auto& each : one) names.insert(name(each));
  std::set<std::string> only;
  for (const auto& each : other) {
    if (names.erase(name(each)) == 0) only.insert("git: " + name(each));
  }
  only.merge(names);
  return only;
}

void expect_as_git(const Merged& told, const Merged& of_git) {
  EXPECT_EQ(difference_of(told.conflicts, of_git.conflicts), std::set<std::string>{});
  EXPECT_EQ(difference_of(told.clean, of_git.clean), std::set<std::string>{});
}

// Some commit.
std::string some_id(const std::string& text) {
  std::ostringstream id;
  id << std::hex << std::setfill('0') << std::setw(40) << std::hash<std::string>{}(text);
  return id.str();
}

// What one name can stand for: nothing, or one of two contents as each kind of file.
std::optional<File> state(int which, const std::string& name) {
  const std::string text = (which % 2 == 0 ? "one of " : "another of ") + name + '\n';
  switch (which / 2) {
    case 0:
      return File{text, "100644"};
    case 1:
      return File{text, "100755"};
    case 2:
      return File{text, "120000"};
    case 3:
      return File{some_id(text), "160000"};
    default:
      return std::nullopt;
  }
}

TEST(MergeTrees, SettlesEveryMeetingOfKindsAndModesAsGit) {
  constexpr int kStates = 9;
  Files base;
  Files ours;
  Files theirs;
  for (int i = 0; i < kStates * kStates * kStates; ++i) {
    // Git 2.39 fails an assertion where a submodule meets another kind.
    const std::array which{i / (kStates * kStates), i / kStates % kStates, i % kStates};
    const auto is = [&](int from, int to) {
      return std::any_of(which.begin(), which.end(), [&](int w) { return w >= from && w < to; });
    };
    if (is(6, 8) && is(0, 6)) continue;
    const std::string name =
        std::to_string(which[0]) + '/' + std::to_string(which[1]) + '-' + std::to_string(which[2]);
    if (const auto file = state(which[0], name)) base[name] = *file;
    if (const auto file = state(which[1], name)) ours[name] = *file;
    if (const auto file = state(which[2], name)) theirs[name] = *file;
  }
  ThreeTrees trees(base, ours, theirs);
  Merged told = trees.told();
  const Merged of_git = trees.of_git();
  // Where both sides made another kind of the file git 2.39 takes ours for good.
  for (const std::string& path : difference_of(told.conflicts, of_git.conflicts)) {
    const auto is_link = [](char digit) { return digit == '4' || digit == '5'; };
    const bool both_turned =
        is_link(path[0]) != is_link(path[2]) && is_link(path[2]) == is_link(path[4]);
    if (!both_turned || told.conflicts.erase(path) == 0) continue;
    told.clean[path] = of_git.clean.at(path);
  }
  expect_as_git(told, of_git);
}

std::string numbers(int from, int to) {
  std::string lines;
  for (int i = from; i < to; ++i) lines += std::to_string(i * 7919) + '\n';
  return lines;
}

const std::string kText = numbers(0, 60);      // NOLINT(cert-err58-cpp)
const std::string kOther = numbers(100, 160);  // NOLINT(cert-err58-cpp)

TEST(MergeTrees, MergesWhatBothSidesRenamedAlike) {
  ThreeTrees trees({{"old", {kText}}, {"k", {"1"}}}, {{"new", {"t\n" + kText}}, {"k", {"1"}}},
                   {{"new", {kText + "s\n"}}, {"k", {"1"}}});
  const Merged told = trees.told();
  EXPECT_EQ(told.conflicts, std::set<std::string>{});
  expect_as_git(told, trees.of_git());
}

TEST(MergeTrees, TellsOneConflictForEachRename) {
  const Files base{{"old", {kText}}, {"k", {"1"}}, {"o2", {kOther}}};
  const Files renamed{{"new", {kText}}, {"k", {"1"}}, {"o2", {kOther}}};
  const std::vector<std::pair<Files, std::string>> others{
      {{{"k", {"1"}}, {"o2", {kOther}}}, "deleted"},
      {{{"k", {"1"}}, {"o2", {kOther}}, {"old", {kText}}, {"new", {"else\n"}}}, "added"},
      {{{"k", {"1"}}, {"o2", {kOther}}, {"old", {kText + "x\n"}}, {"new", {"else\n"}}},
       "added and edited"},
      {{{"k", {"1"}}, {"old", {kText}}, {"new", {kOther}}}, "two to one"},
      {{{"k", {"1"}}, {"o2", {kOther}}, {"elsewhere", {kText}}}, "one to two"},
      {{{"k", {"1"}}, {"o2", {kOther}}, {"old", {kText + "x\n"}}}, "edited"},
      {{{"k", {"1"}}, {"o2", {kOther}}, {"old", {kText, "100755"}}}, "executable"},
      {{{"k", {"1"}}, {"o2", {kOther}}, {"old", {"target", "120000"}}}, "a link"},
      {{{"k", {"1"}}, {"o2", {kOther}}, {"old/file", {"a folder\n"}}}, "a folder"},
  };
  for (const auto& [other, what] : others) {
    SCOPED_TRACE(what);
    ThreeTrees one(base, renamed, other);
    expect_as_git(one.told(), one.of_git());
    ThreeTrees two(base, other, renamed);
    expect_as_git(two.told(), two.of_git());
  }
}

// As an empty commit does.
TEST(MergeTrees, NeedsNoObjectIfOneSideLeftTheBaseAlone) {
  TempDir folder;
  const store::ObjectStore nothing(folder.path().string());
  const Oid base = *Oid::from_hex(std::string(40, 'a'));
  const Oid other = *Oid::from_hex(std::string(40, 'b'));
  for (const auto& [ours, theirs] : {std::pair{base, base}, {other, base}, {base, other}}) {
    EXPECT_TRUE(store::merge_trees(nothing, base, ours, theirs, store::Renames::similar).clean);
    const store::WrittenMerge written = store::write_merge(
        nothing, base, ours, theirs, store::Renames::similar, store::Resolve::nothing);
    EXPECT_EQ(written.tree, ours == base ? theirs : ours);
    EXPECT_TRUE(written.objects.empty());
  }
}

}  // namespace
}  // namespace occ::test
