// A source and a target whose main branches have parted, and what a merge of them must be.
#pragma once

#include "e2e/expect.hpp"

#include <gtest/gtest.h>

#include <string>

namespace occ::test {

constexpr const char* kMain = "refs/heads/main";

inline std::string parents_of(const GitRepo& repo, const std::string& commit) {
  return repo.git({"log", "-1", "--format=%P", commit});
}

inline std::string file_of(const GitRepo& repo, const std::string& commit,
                           const std::string& path) {
  return repo.git({"show", commit + ":" + path});
}

// main of the target is a merge of these two tips, and the run says so.
inline void expect_merge(const World& world, const StepRun& run, const std::string& target_tip,
                         const std::string& source_tip, const std::string& branch = "main") {
  EXPECT_EQ(run.exit_code(), 0) << run.story();
  EXPECT_EQ(run.result_of("refs/heads/" + branch), "merged") << run.story();
  EXPECT_EQ(run.ref("refs/heads/" + branch).value("new", ""), world.target.tip(branch));
  EXPECT_EQ(parents_of(world.target, branch), target_tip + ' ' + source_tip);
  EXPECT_EQ(world.target.fsck(), "");
}

// Gives each side a commit of its own on `branch`: merged without a conflict.
inline void part(World& world, const std::string& branch = "main") {
  world.source.commit(branch, {{"of-the-source/" + branch, "new there\n"}});
  world.target.commit(branch, {{"of-the-target/" + branch, "new here\n"}});
}

// Both sides change the same line of `path`.
inline void part_with_conflict(World& world, const std::string& path = "contested",
                               const std::string& branch = "main") {
  world.source.commit(branch, {{path, "as the source says\n"}, {"of-the-source", "1\n"}});
  world.target.commit(branch, {{path, "as the target says\n"}, {"of-the-target", "2\n"}});
}

inline const Inputs kMerge{{"on_divergence", "merge"}};

inline Inputs merge_and(const Inputs& more) {
  Inputs all = more;
  all.insert(kMerge.begin(), kMerge.end());
  return all;
}

}  // namespace occ::test
