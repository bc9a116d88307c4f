// on_divergence: merge against `git merge-tree --write-tree`, on generated histories.
// MERGE_HISTORIES says how many (default 25), MERGE_FIRST_SEED where to begin.
#include "property/diverging_history.hpp"
#include "support/runner.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <map>
#include <set>
#include <sstream>

namespace occ::test {
namespace {

constexpr const char* kMain = "refs/heads/main";

unsigned number_from(const char* variable, unsigned otherwise) {
  const char* text = std::getenv(variable);  // NOLINT(concurrency-mt-unsafe)
  return text == nullptr ? otherwise : static_cast<unsigned>(std::stoul(text));
}

using Entries = std::map<std::string, std::string>;  // path → "mode type id"

Entries entries(const GitRepo& repo, const std::string& tree) {
  Entries all;
  std::istringstream lines(repo.git({"-c", "core.quotePath=false", "ls-tree", "-r", tree}));
  for (std::string line; std::getline(lines, line);) {
    const std::size_t tab = line.find('\t');
    all[line.substr(tab + 1)] = line.substr(0, tab);
  }
  return all;
}

std::string at(const Entries& all, const std::string& path) {
  const auto found = all.find(path);
  return found == all.end() ? "nothing" : found->second;
}

struct GitMerge {
  bool clean = false;
  std::string tree;
  std::set<std::string> conflicts;
  std::map<bool, Entries> sides;  // where it stopped; true: the target's
};

GitMerge merge_of_git(const DivergingHistory& history) {
  // A merge with conflicts ends with status 1, which is no error here.
  const ProcessResult run = run_process(
      {"git", "-C", history.both().path().string(), "-c", "merge.directoryRenames=false",
       "merge-tree", "--write-tree", "--no-messages", history.target_tip(), history.source_tip()},
      {.env = git_environment()});
  GitMerge merge;
  merge.clean = run.exit_code == 0;
  std::istringstream lines(run.out);
  std::getline(lines, merge.tree);
  std::string mode, id;
  for (int stage = 0; lines >> mode >> id >> stage;) {
    std::string path;
    std::getline(lines >> std::ws, path);
    merge.conflicts.insert(path);
    if (stage > 1) merge.sides[stage == 2][path] = mode + " blob " + id;
  }
  return merge;
}

// One run on fresh copies of both sides.
struct Attempt {
  GitRepo target;
  StepRun run;
  std::string tip;  // of the target's main, afterwards
};

class Merging {
 public:
  explicit Merging(unsigned seed)
      : history_(seed), of_git_(merge_of_git(history_)), with_filter_(seed % 2 == 0) {
    const GitRepo source = history_.repository("source", history_.source_tip());
    if (with_filter_) source.config("uploadpack.allowFilter", "true");
    source_ = source.path();
  }

  [[nodiscard]] const DivergingHistory& history() const { return history_; }
  [[nodiscard]] const GitMerge& of_git() const { return of_git_; }

  Attempt attempt(const std::string& on_conflict) {
    GitRepo target =
        history_.repository("target" + std::to_string(++attempts_), history_.target_tip());
    if (with_filter_) target.config("uploadpack.allowFilter", "true");
    StepRun run = runner_.run({{"source_repo", source_.string()},
                               {"target_repo", target.path().string()},
                               {"branches", "main"},
                               {"on_divergence", "merge"},
                               {"on_conflict", on_conflict},
                               {"history", "false"},
                               {"report", "false"}});
    std::string tip = target.tip("main");
    return {std::move(target), std::move(run), std::move(tip)};
  }

 private:
  TempDir folder_;
  DivergingHistory history_;
  GitMerge of_git_;
  bool with_filter_;  // both sides, as on GitHub
  std::filesystem::path source_;
  Runner runner_{folder_ / "runner"};
  int attempts_ = 0;
};

bool merged(const Attempt& attempt) {
  return attempt.run.result_of(kMain) == "merged";
}

void expect_a_merge_commit(const Merging& merging, const Attempt& attempt) {
  EXPECT_EQ(attempt.run.exit_code(), 0) << attempt.run.story();
  EXPECT_EQ(attempt.target.git({"log", "-1", "--format=%P", "main"}),
            merging.history().target_tip() + ' ' + merging.history().source_tip());
  EXPECT_EQ(attempt.run.ref(kMain).value("new", ""), attempt.tip);
  EXPECT_EQ(attempt.target.fsck(), "");
}

void expect_left_alone(const Merging& merging, const Attempt& attempt) {
  EXPECT_EQ(attempt.run.exit_code(), 1) << attempt.run.story();
  EXPECT_EQ(attempt.run.output("status"), "failed");
  const std::string error = attempt.run.error_of(kMain);
  EXPECT_TRUE(error == "merge_conflict" || error == "diverged") << attempt.run.story();
  EXPECT_NE(attempt.run.ref(kMain).value("reason", ""), "");
  EXPECT_EQ(attempt.target.user_refs(), (RefMap{{kMain, merging.history().target_tip()}}));
}

// Where git stopped that side's version stands, under git's name, elsewhere git's own result.
// Returns the paths where that side's version stands though git has another name for it: renames.
std::set<std::string> expect_decided(const Merging& merging, const Attempt& attempt,
                                     bool is_target) {
  const Entries result = entries(attempt.target, "main");
  const Entries of_git = entries(merging.history().both(), merging.of_git().tree);
  const Entries side =
      entries(merging.history().both(),
              is_target ? merging.history().target_tip() : merging.history().source_tip());
  const auto& sides = merging.of_git().sides;
  const Entries stopped_side = sides.contains(is_target) ? sides.at(is_target) : Entries();
  std::set<std::string> otherwise;
  std::set<std::string> paths;
  for (const auto* all : {&result, &of_git, &side}) {
    for (const auto& [path, entry] : *all) paths.insert(path);
  }
  for (const std::string& path : paths) {
    const bool stopped = merging.of_git().conflicts.contains(path);
    if (at(result, path) == at(stopped ? stopped_side : of_git, path)) continue;
    otherwise.insert(path);
    EXPECT_EQ(at(result, path), at(side, path)) << path;
  }
  const ProcessResult markers = run_process(
      {"git", "-C", attempt.target.path().string(), "grep", "-I", "-l", "^<<<<<<<", "main"},
      {.env = git_environment()});
  EXPECT_EQ(markers.out, "");
  return otherwise;
}

std::string joined(const std::set<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += ' ' + word;
  return text;
}

struct Count {
  int merged = 0;
  int conflicts = 0;
  int refused = 0;  // where git merges
  int criss_cross = 0;
  int decided = 0;
  int decided_otherwise = 0;
};

void compare(unsigned seed, Count& count) {
  Merging merging(seed);
  const Attempt first = merging.attempt("fail");
  count.criss_cross += merging.history().is_criss_cross() ? 1 : 0;
  if (merged(first)) {
    ++count.merged;
    expect_a_merge_commit(merging, first);
    EXPECT_TRUE(merging.of_git().clean) << "git stops on" << joined(merging.of_git().conflicts);
    EXPECT_EQ(first.target.git({"rev-parse", "main^{tree}"}), merging.of_git().tree);
    const Attempt second = merging.attempt("fail");
    EXPECT_EQ(second.tip, first.tip);
    return;
  }
  expect_left_alone(merging, first);
  if (merging.of_git().clean) {
    ++count.refused;
    std::cout << "seed " << seed
              << ": git merges, the program does not: " << first.run.ref(kMain).value("reason", "")
              << '\n';
    return;
  }
  ++count.conflicts;
  for (const bool ours : {true, false}) {
    SCOPED_TRACE(ours ? "ours" : "theirs");
    const Attempt attempt = merging.attempt(ours ? "ours" : "theirs");
    if (!merged(attempt)) {
      expect_left_alone(merging, attempt);
      EXPECT_EQ(attempt.run.error_of(kMain), "diverged") << attempt.run.story();
      continue;
    }
    ++count.decided;
    expect_a_merge_commit(merging, attempt);
    const std::set<std::string> otherwise = expect_decided(merging, attempt, ours);
    if (otherwise.empty()) continue;
    ++count.decided_otherwise;
    std::cout << "seed " << seed << (ours ? " ours" : " theirs")
              << ": otherwise than git:" << joined(otherwise) << "; git stops on"
              << joined(merging.of_git().conflicts) << '\n';
  }
}

TEST(Merge, IsGitsOwnOrNone) {
  const unsigned first = number_from("MERGE_FIRST_SEED", 1);
  const unsigned histories = number_from("MERGE_HISTORIES", 25);
  Count count;
  for (unsigned seed = first; seed < first + histories; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    compare(seed, count);
  }
  std::cout << histories << " histories: " << count.merged << " merged, " << count.conflicts
            << " with conflicts, " << count.refused << " refused though git merges them; "
            << count.criss_cross << " criss-cross; " << count.decided << " merges decided, "
            << count.decided_otherwise << " of them otherwise than git\n";
}

}  // namespace
}  // namespace occ::test
