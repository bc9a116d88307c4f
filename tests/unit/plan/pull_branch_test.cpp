#include "plan/pull_branch.hpp"

#include "inputs/ref_rules.hpp"

#include <gtest/gtest.h>

namespace occ::plan {
namespace {

TEST(PullBranchName, IsMadeOfTheSourceAndTheBranch) {
  EXPECT_EQ(pull_branch_name("octo/source", "main"), "refs/heads/sync/octo/source/main");
  EXPECT_EQ(pull_branch_name("octo/source", "a/b"), "refs/heads/sync/octo/source/a/b");
}

TEST(PullBranchName, LeavesOutWhatIsNoName) {
  EXPECT_EQ(pull_branch_name("https://host:8443/a/b.git", "x"), "refs/heads/sync/host-8443/a/b/x");
  EXPECT_EQ(pull_branch_name("git@host:a/b.git", "x"), "refs/heads/sync/git-host-a/b/x");
  EXPECT_EQ(pull_branch_name("/srv/git/a.git", "x"), "refs/heads/sync/srv/git/a/x");
  EXPECT_EQ(pull_branch_name("../a", "x"), "refs/heads/sync/a/x");
}

TEST(PullBranchName, IsAlwaysValid) {
  for (const char* source :
       {"", "/", "...", "a..b", "a//b", "a/.b", "a.lock", "a.lock/b", "-a", "a b~c^d:e?f*g[h\\i",
        "a\nb\x01", "@", "a@{1}", "\xFF\xFE", "a/", "https://", "https://[::1]:80/x y"}) {
    const std::string name = pull_branch_name(source, "main");
    EXPECT_TRUE(inputs::is_valid_ref_name(name.substr(11))) << source << " became " << name;
    EXPECT_TRUE(name.starts_with("refs/heads/sync/")) << name;
    EXPECT_TRUE(name.ends_with("/main")) << name;
    EXPECT_EQ(name.find("//"), std::string::npos) << name;
  }
}

}  // namespace
}  // namespace occ::plan
