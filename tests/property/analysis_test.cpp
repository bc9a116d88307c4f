// The analysis against the real git, on generated histories: the same files, counts and conflicts.
#include "analysis/analysis.hpp"

#include "base/trace.hpp"
#include "net/loop.hpp"
#include "net/pipe_repository.hpp"
#include "support/git.hpp"
#include "support/temp_dir.hpp"
#include "transfer/ancestry_probe.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>
#include <sstream>

namespace occ::test {
namespace {

using analysis::ChangeKind;

constexpr int kHistories = 200;

// A tree of files that changes at random, and the fast-import commands that say so.
class RandomTree {
 public:
  enum class Style { edits_only, with_renames };

  RandomTree(unsigned seed, Style style) : random_(seed), style_(style) {}

  // From here on another way through the random numbers.
  void reseed(unsigned seed) { random_.seed(seed); }

  std::string change() {
    const int roll = pick(style_ == Style::with_renames ? 11 : 9);
    if (files_.size() < 4 || roll < 3) return add();
    if (roll < 7) return edit();
    if (roll == 7) return remove();
    if (roll == 8) return make_executable();
    return rename();
  }

 private:
  struct File {
    std::string content;
    std::string mode = "100644";
  };

  int pick(int limit) { return static_cast<int>(random_() % static_cast<unsigned>(limit)); }

  std::string some_path() {
    static const std::vector<std::string> kFolders{"", "src/", "src/deep/", "docs/"};
    return kFolders[static_cast<std::size_t>(pick(4))] + "file" + std::to_string(pick(12));
  }

  std::map<std::string, File>::iterator some_file() {
    return std::next(files_.begin(), pick(static_cast<int>(files_.size())));
  }

  static std::string write(const std::string& path, const File& file) {
    return "M " + file.mode + " inline " + path + '\n' + import_data(file.content);
  }

  std::string add() {
    std::string content;
    const int lines = 8 + pick(20);
    for (int i = 0; i < lines; ++i) {
      content += "line " + std::to_string(i) + " of " + std::to_string(pick(100000)) + '\n';
    }
    if (pick(12) == 0) content += std::string(3, '\0') + "binary" + std::to_string(pick(100));
    const std::string path = some_path();
    files_[path] = {content};
    return write(path, files_[path]);
  }

  std::string edit() {
    const auto at = some_file();
    std::string& content = at->second.content;
    const std::size_t from =
        content.find('\n', static_cast<std::size_t>(pick(static_cast<int>(content.size()))));
    if (from == std::string::npos) {
      content += "one more " + std::to_string(pick(1000)) + '\n';
    } else {
      content.insert(from + 1, "inserted " + std::to_string(pick(1000)) + '\n');
    }
    return write(at->first, at->second);
  }

  std::string remove() {
    const auto at = some_file();
    const std::string path = at->first;
    files_.erase(at);
    return "D " + path + '\n';
  }

  std::string make_executable() {
    const auto at = some_file();
    at->second.mode = "100755";
    return write(at->first, at->second);
  }

  std::string rename() {
    const auto at = some_file();
    const std::string to = some_path() + ".moved" + std::to_string(pick(1000));
    const std::string from = at->first;
    files_[to] = at->second;
    files_.erase(from);
    return "R " + from + ' ' + to + '\n';
  }

  std::mt19937 random_;
  Style style_;
  std::map<std::string, File> files_;
};

// Two repositories with a common past; the source's main is `ours_count` commits beyond it, the
// target's `theirs_count`.
struct History {
  TempDir folder;
  GitRepo source = GitRepo::init(folder / "source.git");
  GitRepo target = GitRepo::init(folder / "target.git");
  std::string old_tip;
  std::string new_tip;

  History(unsigned seed, RandomTree::Style style, int source_commits, int target_commits) {
    RandomTree tree(seed, style);
    long minute = 0;
    const auto commits = [&](RandomTree& files, int count, const std::string& from) {
      std::string stream;
      for (int i = 0; i < count; ++i) {
        ++minute;
        stream += "commit refs/heads/main\n" + import_identity("committer", minute) +
                  import_data("commit " + std::to_string(minute) +
                              "\n\nCo-authored-by: Someone <some@example.org>\n");
        if (i == 0 && !from.empty()) stream += "from " + from + '\n';
        for (int change = 0; change < 4; ++change) stream += files.change();
      }
      return stream;
    };
    source.import(commits(tree, 5, ""));
    const std::string base = source.tip("main");
    target.take_all_from(source);
    RandomTree fork = tree;
    fork.reseed(seed + 100'000);
    if (target_commits > 0) target.import(commits(fork, target_commits, base));
    source.import(commits(tree, source_commits, base));
    old_tip = target.tip("main");
    new_tip = source.tip("main");
  }
};

// Runs the program's own stages on a history, up to the analysis.
class Analysed {
 public:
  explicit Analysed(const History& history)
      : loop_({}),
        source_repository_(net::open_local_repository(access(history.source), loop_, trace_)),
        target_repository_(net::open_local_repository(access(history.target), loop_, trace_)),
        source_("source", *source_repository_, trace_),
        target_("target", *target_repository_, trace_) {
    target_.start_listing(net::Service::receive_pack);
    const RefListing listing = target_.finish_listing();
    ref_.target_ref = ref_.source_ref = "refs/heads/main";
    ref_.old_oid = *Oid::from_hex(history.old_tip);
    ref_.new_oid = *Oid::from_hex(history.new_tip);
    transfer::AncestryProbe probe(source_, target_, listing);
    const plan::Ancestry ancestry = probe.ask(ref_.new_oid, ref_.old_oid);
    ref_.relation = ancestry.relation;
    ref_.ahead = ancestry.ahead;
    ref_.behind = ancestry.behind;
    ref_.parting.edit().commits = ancestry.parting;
    ref_.action = plan::Action::update;
    plan::Plan plan;
    plan.refs.push_back(ref_);
    analysis::AnalysisOptions options;
    analysis::ObjectPool pool({store_folder_.path().string()});
    findings_ = analysis::analyse(plan, listing, source_, target_, pool, options);
  }

  [[nodiscard]] const plan::PlannedRef& ref() const { return ref_; }
  [[nodiscard]] const analysis::RefFindings& findings() const { return findings_.refs.at(0); }

 private:
  static net::LocalAccess access(const GitRepo& repo) {
    net::LocalAccess access;
    access.path = repo.path().string();
    for (const auto& [name, value] : git_environment()) {
      access.environment.push_back(name + '=' + value);
    }
    return access;
  }

  SilentTrace trace_;
  TempDir store_folder_;
  net::Loop loop_;
  std::unique_ptr<net::Repository> source_repository_;
  std::unique_ptr<net::Repository> target_repository_;
  transfer::Remote source_;
  transfer::Remote target_;
  plan::PlannedRef ref_;
  analysis::Findings findings_;
};

// Both sides' objects in one place, for git to judge.
GitRepo joined(const History& history, const TempDir& folder) {
  GitRepo both = history.source.copy_to(folder / "both.git");
  both.git({"fetch", "-q", history.target.path().string(), "+refs/heads/main:refs/heads/theirs"});
  return both;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::string letter_of(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::added:
      return "A";
    case ChangeKind::deleted:
      return "D";
    case ChangeKind::renamed:
      return "R";
    case ChangeKind::copied:
      return "C";
    case ChangeKind::type_changed:
      return "T";
    case ChangeKind::modified:
      break;
  }
  return "M";
}

std::set<std::string> changed_files(const analysis::FileChanges& changes) {
  std::set<std::string> all;
  for (const analysis::FileChange& file : changes.files) {
    all.insert(letter_of(file.kind) + '\t' + (file.old_path.empty() ? "" : file.old_path + '\t') +
               file.path);
  }
  return all;
}

// Without the percentage of a rename.
std::set<std::string> changed_files_of_git(const GitRepo& both, const History& history) {
  std::set<std::string> all;
  for (std::string line :
       lines_of(both.git({"diff", "--name-status", "-M", history.old_tip, history.new_tip}))) {
    const std::size_t tab = line.find('\t');
    all.insert(line.substr(0, 1) + line.substr(tab));
  }
  return all;
}

std::set<std::string> line_counts(const analysis::FileChanges& changes) {
  std::set<std::string> all;
  for (const analysis::FileChange& file : changes.files) {
    if (file.kind == ChangeKind::renamed) continue;  // git writes {old => new}
    all.insert(file.binary
                   ? "-\t-\t" + file.path
                   : std::to_string(file.added_lines.value_or(999'999)) + '\t' +
                         std::to_string(file.removed_lines.value_or(999'999)) + '\t' + file.path);
  }
  return all;
}

std::set<std::string> line_counts_of_git(const GitRepo& both, const History& history) {
  std::set<std::string> all;
  for (const std::string& line :
       lines_of(both.git({"diff", "--numstat", "-M", history.old_tip, history.new_tip}))) {
    if (line.find(" => ") == std::string::npos) all.insert(line);
  }
  return all;
}

struct GitMerge {
  bool clean = false;
  std::set<std::string> paths;
};

GitMerge merge_of_git(const GitRepo& both, const History& history) {
  // A merge with conflicts ends with status 1, which is no error here.
  const ProcessResult run = run_process(
      {"git", "-C", both.path().string(), "-c", "merge.directoryRenames=false", "merge-tree",
       "--write-tree", "--name-only", "--no-messages", history.old_tip, history.new_tip},
      {.env = git_environment()});
  GitMerge merge{run.exit_code == 0, {}};
  const std::vector<std::string> lines = lines_of(run.out);
  for (std::size_t i = 1; i < lines.size(); ++i) merge.paths.insert(lines[i]);
  return merge;
}

std::set<std::string> conflict_paths(const analysis::Divergence& divergence) {
  std::set<std::string> paths;
  for (const analysis::Conflict& conflict : divergence.conflicts) paths.insert(conflict.path);
  return paths;
}

TEST(Analysis, TellsTheSameFilesAndLinesAsGit) {
  for (unsigned seed = 0; seed < kHistories; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const History history(seed, RandomTree::Style::edits_only, 1 + static_cast<int>(seed % 4), 0);
    TempDir folder;
    const GitRepo both = joined(history, folder);
    const Analysed analysed(history);
    const analysis::RefFindings& findings = analysed.findings();
    ASSERT_EQ(findings.not_analysed_because, "");
    EXPECT_EQ(findings.changes.not_counted_because, "");
    EXPECT_EQ(changed_files(findings.changes), changed_files_of_git(both, history));
    EXPECT_EQ(line_counts(findings.changes), line_counts_of_git(both, history));
    std::vector<std::string> listed;
    for (const analysis::Commit& commit : findings.commits.commits) {
      listed.push_back(commit.oid.hex());
      EXPECT_EQ(commit.co_authors.size(), 1U);
    }
    EXPECT_EQ(listed, lines_of(both.git({"rev-list", history.old_tip + ".." + history.new_tip})));
  }
}

TEST(Analysis, FindsExactRenames) {
  for (unsigned seed = 0; seed < 60; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const History history(seed, RandomTree::Style::with_renames, 1, 0);
    TempDir folder;
    const GitRepo both = joined(history, folder);
    const Analysed analysed(history);
    // Exact renames are found by both in the same way; what is only alike may be told differently.
    std::set<std::string> ours;
    for (const analysis::FileChange& file : analysed.findings().changes.files) {
      if (file.similarity == 100) ours.insert(file.old_path + " -> " + file.path);
    }
    std::set<std::string> of_git;
    for (const std::string& line : lines_of(
             both.git({"diff", "--name-status", "-M100%", history.old_tip, history.new_tip}))) {
      if (!line.starts_with("R100")) continue;
      const std::size_t second = line.find('\t', 5);
      of_git.insert(line.substr(5, second - 5) + " -> " + line.substr(second + 1));
    }
    EXPECT_EQ(ours, of_git);
  }
}

TEST(Analysis, FindsTheConflictsThatGitFinds) {
  int clean = 0;
  int with_conflicts = 0;
  for (unsigned seed = 0; seed < kHistories; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const History history(seed, RandomTree::Style::edits_only, 1 + static_cast<int>(seed % 3),
                          1 + static_cast<int>(seed % 2));
    TempDir folder;
    const GitRepo both = joined(history, folder);
    const Analysed analysed(history);
    ASSERT_EQ(analysed.ref().relation, plan::Relation::diverged);
    const AheadBehind counts = both.ahead_behind(history.new_tip, history.old_tip);
    EXPECT_EQ(analysed.ref().ahead, static_cast<std::uint64_t>(counts.ahead));
    EXPECT_EQ(analysed.ref().behind, static_cast<std::uint64_t>(counts.behind));
    ASSERT_TRUE(analysed.findings().divergence.has_value());
    const analysis::Divergence& divergence = *analysed.findings().divergence;
    ASSERT_TRUE(divergence.merge_was_tried) << divergence.not_tried_because;
    const GitMerge merge = merge_of_git(both, history);
    EXPECT_EQ(divergence.merges_cleanly, merge.clean);
    EXPECT_EQ(conflict_paths(divergence), merge.paths);
    EXPECT_EQ(divergence.target_commits.commits.size(), static_cast<std::size_t>(counts.behind));
    ++(merge.clean ? clean : with_conflicts);
  }
  // The histories are of both kinds, or the comparison would say little.
  EXPECT_GT(clean, 10);
  EXPECT_GT(with_conflicts, 40);
}

}  // namespace
}  // namespace occ::test
