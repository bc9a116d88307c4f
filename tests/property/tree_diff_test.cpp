// What differs between two trees, against `git diff --raw -M` and `--numstat`.
#include "store/tree_diff.hpp"

#include "property/stored.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <sstream>

namespace occ::test {
namespace {

struct File {
  std::string content;  // of a submodule the id of its commit
  std::string mode = "100644";
};
using Files = std::map<std::string, File>;

File link_to(const std::string& target) {
  return {target, "120000"};
}
File submodule(char digit) {
  return {std::string(40, digit), "160000"};
}
File executable(const std::string& content) {
  return {content, "100755"};
}

std::string commit_of(const Files& files, long minute) {
  std::string stream = "commit refs/heads/main\n" + import_identity("committer", minute) +
                       import_data("a state") + "deleteall\n";
  for (const auto& [path, file] : files) {
    stream += file.mode == "160000"
                  ? "M 160000 " + file.content + ' ' + path + '\n'
                  : "M " + file.mode + " inline " + path + '\n' + import_data(file.content);
  }
  return stream + '\n';
}

std::vector<std::string> fields_of(const std::string& text) {
  std::vector<std::string> fields;
  std::istringstream in(text);
  for (std::string field; std::getline(in, field, '\0');) fields.push_back(field);
  return fields;
}

// Two states of a tree, as commits main~1 and main.
class Change {
 public:
  Change(const Files& before, const Files& after) {
    repo_.import(commit_of(before, 1) + commit_of(after, 2));
  }
  // Of trees that fast-import does not write.
  Change(const GitRepo& repo, const std::string& old_tree, const std::string& new_tree)
      : repo_(repo.copy_to(folder_ / "copy.git")) {
    const std::string first = repo_.git({"commit-tree", "-m", "before", old_tree});
    repo_.set_ref("refs/heads/main",
                  repo_.git({"commit-tree", "-m", "after", "-p", first, new_tree}));
  }

  // "old-mode new-mode letter similarity old-path new-path added removed", one of each file.
  std::set<std::string> told(store::Renames renames = store::Renames::similar) {
    const store::TreeDiff diff = compare(renames);
    std::set<std::string> all;
    store::CompareBudget budget;
    for (std::size_t i = 0; i < diff.deltas().size(); ++i) {
      const store::Delta& delta = diff.deltas()[i];
      const auto lines = diff.count_lines(i, budget).counts;
      std::ostringstream line;
      line << std::oct << delta.old_mode << ' ' << delta.new_mode << std::dec << ' '
           << "AMDRT"[letter(delta.kind)] << delta.similarity << ' ' << delta.old_path << ' '
           << delta.new_path << ' ';
      if (!lines) {
        line << '?';
      } else if (lines->binary) {
        line << "- -";
      } else {
        line << lines->added << ' ' << lines->removed;
      }
      all.insert(line.str());
    }
    EXPECT_EQ(all.size(), diff.deltas().size());
    return all;
  }

  store::TreeDiff compare(store::Renames renames) {
    if (!stored_) stored_ = std::make_unique<Stored>(repo_);
    return {stored_->store(), tree_of(repo_, "main~1"), tree_of(repo_, "main"), renames};
  }

  [[nodiscard]] std::set<std::string> of_git(const std::string& renames = "-M") const {
    const std::vector<std::string> raw =
        fields_of(repo_.git({"diff", "--raw", "-z", "--no-abbrev", renames, "main~1", "main"}));
    const std::vector<std::string> counts =
        fields_of(repo_.git({"diff", "--numstat", "-z", renames, "main~1", "main"}));
    std::map<std::string, std::string> lines;  // by new path
    for (std::size_t i = 0; i < counts.size(); ++i) {
      const std::size_t tab = counts[i].find('\t', counts[i].find('\t') + 1);
      const std::string path = counts[i].substr(tab + 1);
      std::string both = counts[i].substr(0, tab);
      both[both.find('\t')] = ' ';
      lines[path.empty() ? counts[i + 2] : path] = both;
      if (path.empty()) i += 2;
    }
    std::set<std::string> all;
    for (std::size_t i = 0; i < raw.size(); i += 2) {
      std::istringstream line(raw[i].substr(1));
      std::string old_mode, new_mode, old_oid, new_oid, letter;
      line >> old_mode >> new_mode >> old_oid >> new_oid >> letter;
      const std::string& old_path = raw[i + 1];
      if (letter[0] == 'R') ++i;
      const int similarity = letter[0] == 'R' ? std::stoi(letter.substr(1)) : 0;
      all.insert(without_zeros(old_mode) + ' ' + without_zeros(new_mode) + ' ' + letter[0] +
                 std::to_string(similarity) + ' ' + old_path + ' ' + raw[i + 1] + ' ' +
                 lines[raw[i + 1]]);
    }
    return all;
  }

 private:
  static std::size_t letter(store::DeltaKind kind) {
    switch (kind) {
      case store::DeltaKind::added:
        return 0;
      case store::DeltaKind::modified:
        return 1;
      case store::DeltaKind::deleted:
        return 2;
      case store::DeltaKind::renamed:
        return 3;
      case store::DeltaKind::type_changed:
        return 4;
    }
    return 0;
  }

  static std::string without_zeros(const std::string& mode) {
    const std::size_t at = mode.find_first_not_of('0');
    return at == std::string::npos ? "0" : mode.substr(at);
  }

  TempDir folder_;
  GitRepo repo_ = GitRepo::init(folder_ / "repo.git");
  std::unique_ptr<Stored> stored_;
};

std::string numbers(int from, int to) {
  std::string lines;
  for (int i = from; i < to; ++i) lines += std::to_string(i * 7919) + '\n';
  return lines;
}

TEST(TreeDiff, CountsTheLinesOfTypeChangesAsGit) {
  Change change({{"file", {"one\ntwo\n"}},
                 {"link", link_to("elsewhere")},
                 {"sub", submodule('1')},
                 {"sub-to-link", submodule('1')},
                 {"exec", executable("q")},
                 {"binary", {std::string("\0\1", 2)}},
                 {"moved", submodule('1')},
                 {"same", {"text"}},
                 {"crlf", {"a\r\nb\r\n"}},
                 {"folder", {"a file\n"}},
                 {"other/file", {"in a folder\n"}}},
                {{"file", link_to("elsewhere")},
                 {"link", {"one\ntwo"}},
                 {"sub", {"a file now\n"}},
                 {"sub-to-link", link_to("there")},
                 {"exec", link_to("q")},
                 {"binary", link_to("there")},
                 {"moved", submodule('2')},
                 {"same", executable("text")},
                 {"crlf", {"a\nb\n"}},
                 {"folder/file", {"a file\nand more\n"}},
                 {"other", {"no folder\n"}},
                 {"empty", {""}}});
  EXPECT_EQ(change.told(), change.of_git());
}

// Modes by name: those of before git wrote 100644 and 100755 only.
std::string write_tree(const GitRepo& repo,
                       const std::map<std::string, std::pair<std::string, std::string>>& files) {
  std::string tree;
  for (const auto& [name, file] : files) {
    const Oid oid = *Oid::from_hex(repo.git({"hash-object", "-w", "--stdin"}, file.second));
    tree += file.first + ' ' + name;
    tree += '\0';
    tree.append(oid.raw().begin(), oid.raw().begin() + 20);
  }
  return repo.git({"hash-object", "-t", "tree", "-w", "--literally", "--stdin"}, tree);
}

TEST(TreeDiff, ReadsHistoricModesAsGit) {
  TempDir folder;
  const GitRepo repo = GitRepo::init(folder / "repo.git");
  const std::string before = write_tree(repo, {{"changed", {"100664", "1\n"}},
                                               {"deleted", {"100664", "2\n"}},
                                               {"executable", {"100775", "6\n"}},
                                               {"mode-only", {"100664", "3\n"}},
                                               {"now-executable", {"100664", "4\n"}},
                                               {"private", {"100600", "7\n"}},
                                               {"renamed", {"100664", "5\n"}}});
  const std::string after = write_tree(repo, {{"added", {"100664", "1\n2\n"}},
                                              {"changed", {"100664", "1\n1\n"}},
                                              {"executable", {"100755", "6\n"}},
                                              {"mode-only", {"100644", "3\n"}},
                                              {"new-name", {"100644", "5\n"}},
                                              {"now-executable", {"100775", "4\n"}},
                                              {"private", {"100640", "7\n"}}});
  Change change(repo, before, after);
  EXPECT_EQ(change.told(), change.of_git());
  EXPECT_EQ(change.told(store::Renames::none), change.of_git("--no-renames"));
}

TEST(TreeDiff, FindsExactRenamesWithoutLimit) {
  Files before;
  Files after;
  for (int i = 0; i < 1500; ++i) {
    const std::string name = "/d" + std::to_string(i % 7) + "/f" + std::to_string(i);
    before["src" + name] = after["lib" + name] = {"content " + std::to_string(i) + '\n'};
  }
  Change change(before, after);
  const store::TreeDiff exact = change.compare(store::Renames::exact);
  EXPECT_EQ(exact.deltas().size(), 1500U);
  EXPECT_EQ(exact.rename_gap(), store::RenameGap::none);
  EXPECT_EQ(change.told(), change.of_git());
}

TEST(TreeDiff, FindsLinksAndSubmodulesThatMoved) {
  Change change({{"a/sub", submodule('1')},
                 {"link", link_to("there")},
                 {"link-to-file", link_to("zzz")},
                 {"near-link", link_to(numbers(0, 50))},
                 {"empty", {""}},
                 {"tool", executable("run\n")}},
                {{"b/sub", submodule('1')},
                 {"link2", link_to("there")},
                 {"file", {"zzz"}},
                 {"near-link2", link_to(numbers(0, 51))},
                 {"moved/empty2", {""}},
                 {"moved/tool", {"run\n"}}});
  EXPECT_EQ(change.told(), change.of_git());
}

TEST(TreeDiff, PrefersTheSameNameAmongIdenticalFiles) {
  Change change({{"a/x", {"same\n"}}, {"a/y", {"same\n"}}, {"a/z", {"same\n"}}},
                {{"b/y", {"same\n"}}, {"c/x", {"same\n"}}, {"c/w", {"same\n"}}});
  EXPECT_EQ(change.told(), change.of_git());
}

TEST(TreeDiff, SaysWhichRenamesItDidNotLookFor) {
  Change change({{"old", {numbers(0, 50)}}}, {{"new", {numbers(0, 51)}}});
  EXPECT_EQ(change.compare(store::Renames::exact).rename_gap(), store::RenameGap::content_not_read);
  EXPECT_EQ(change.compare(store::Renames::similar).rename_gap(), store::RenameGap::none);
  Files before;
  Files after;
  for (int i = 0; i < 1010; ++i) {
    before["old" + std::to_string(i)] = {"old " + std::to_string(i) + '\n'};
    after["new" + std::to_string(i)] = {"new " + std::to_string(i) + '\n'};
  }
  before["a/same-name"] = {numbers(0, 50)};
  after["b/same-name"] = {numbers(0, 52)};
  Change many(before, after);
  EXPECT_EQ(many.compare(store::Renames::similar).rename_gap(), store::RenameGap::too_many_files);
  EXPECT_EQ(many.told(), many.of_git());
}

// Files that move, change and double at random.
class RandomChange {
 public:
  explicit RandomChange(unsigned seed) : random_(seed) {
    for (int i = 0; i < 30; ++i) before_[path()] = file();
    after_ = before_;
    for (int i = 0; i < 20; ++i) {
      const auto at = std::next(after_.begin(), pick(static_cast<int>(after_.size())));
      File moved = at->second;
      const int roll = pick(10);
      if (roll < 7) after_.erase(at);
      if (roll < 1) continue;
      if (roll > 3 && moved.mode != "160000") edit(moved.content);
      if (roll == 9 && moved.mode == "100644") moved.mode = "100755";
      after_[path()] = moved;
    }
  }

  [[nodiscard]] const Files& before() const { return before_; }
  [[nodiscard]] const Files& after() const { return after_; }

 private:
  int pick(int limit) { return static_cast<int>(random_() % static_cast<unsigned>(limit)); }

  std::string path() {
    return std::string(1, static_cast<char>('a' + pick(5))) + "/f" + std::to_string(pick(40));
  }

  File file() {
    const int roll = pick(20);
    if (roll == 0) return {""};
    if (roll == 1) return link_to("f" + std::to_string(pick(3)));
    if (roll == 2) return submodule(static_cast<char>('1' + pick(3)));
    if (roll == 3) return {"twin\n"};
    if (roll == 4) return {std::string("\0binary", 7) + numbers(pick(9), 30)};
    const int start = pick(4) * 20;
    return {numbers(start, start + 4 + pick(40))};
  }

  void edit(std::string& content) {
    for (int i = pick(12); i >= 0; --i) {
      const std::size_t at = content.empty() ? 0 : content.find('\n', random_() % content.size());
      const std::string line = "edit " + std::to_string(pick(100'000)) + '\n';
      if (at == std::string::npos || content.empty()) {
        content += line;
      } else if (pick(3) == 0) {
        content.erase(at + 1, content.find('\n', at + 1) - at);
      } else {
        content.insert(at + 1, line);
      }
    }
  }

  std::mt19937 random_;
  Files before_;
  Files after_;
};

TEST(TreeDiff, FindsTheRenamesThatGitFinds) {
  std::size_t renames = 0;
  for (unsigned seed = 0; seed < 60; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const RandomChange random(seed);
    Change change(random.before(), random.after());
    const std::set<std::string> told = change.told();
    EXPECT_EQ(told, change.of_git());
    renames += static_cast<std::size_t>(std::count_if(
        told.begin(), told.end(),
        [](const std::string& line) { return line.find(" R") != std::string::npos; }));
  }
  EXPECT_GT(renames, 200U);
}

}  // namespace
}  // namespace occ::test
