// on_divergence: merge where it cannot be, and inputs that make no sense.
#include "e2e/merge.hpp"

#include <gmock/gmock.h>

namespace occ::test {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(MergeLimits, OldServersAreToldOfClearly) {
  World world(Transport::http_v0);
  world.source.commits("main", 3);
  world.mirror();
  part_with_conflict(world);
  const RefMap before = world.target.refs();
  const StepRun run = world.sync(merge_and({{"on_conflict", "theirs"}}));
  EXPECT_EQ(world.target.fsck(), "");
  if (run.exit_code() == 0) return;  // it sent what was needed
  expect_status(run, 1, "failed");
  EXPECT_EQ(run.error_of(kMain), "diverged") << run.story();
  EXPECT_THAT(run.ref(kMain).value("reason", ""), HasSubstr("no merge"));
  EXPECT_EQ(world.target.refs(), before);
}

TEST(MergeLimits, RepositoriesWithLongIdsAreToldOfClearly) {
  World world({.transport = Transport::path,
               .source = {.object_format = "sha256"},
               .target = {.object_format = "sha256"}});
  world.source.commits("main", 3);
  world.mirror();
  part(world);
  const RefMap before = world.target.refs();
  const StepRun run = world.sync(kMerge);
  EXPECT_EQ(run.exit_code(), 1) << run.story();
  EXPECT_EQ(run.error_of(kMain), "diverged") << run.story();
  EXPECT_THAT(run.ref(kMain).value("reason", ""), HasSubstr("SHA-256"));
  EXPECT_EQ(world.target.refs(), before);
}

TEST(MergeLimits, HistoriesThatMetTwiceAreRefused) {
  World world(Transport::path);
  world.source.commits("main", 3);
  world.mirror();
  part(world);
  const std::string of_source = world.source.tip("main");
  const std::string of_target = world.target.tip("main");
  world.source.git({"fetch", "-q", world.target.path().string(), of_target});
  world.target.git({"fetch", "-q", world.source.path().string(), of_source});
  world.source.merge("main", of_target, {{"of-the-target/main", "new here\n"}});
  world.target.merge("main", of_source, {{"of-the-source/main", "new there\n"}});
  world.source.commit("main", {{"last", "of all\n"}});
  const RefMap before = world.target.refs();
  const StepRun run = world.sync(kMerge);
  expect_status(run, 1, "failed");
  EXPECT_EQ(run.error_of(kMain), "diverged") << run.story();
  EXPECT_THAT(run.ref(kMain).value("reason", ""), HasSubstr("met more than once"));
  EXPECT_EQ(world.target.refs(), before);
}

TEST(MergeLimits, AShallowTargetStaysWhole) {
  World world(Transport::path);
  world.source.commits("main", 6);
  GitRepo target = world.source.shallow_copy_to(world.folder() / "shallow.git", 2);
  target.commit("main", {{"of-the-target", "2\n"}});
  world.source.commit("main", {{"of-the-source", "1\n"}});
  const std::string before = target.tip("main");
  const StepRun run = world.sync(merge_and({{"target_repo", target.path().string()}}));
  EXPECT_EQ(target.fsck(), "");
  if (run.exit_code() == 0) {
    EXPECT_EQ(parents_of(target, "main"), before + ' ' + world.source.tip("main")) << run.story();
  } else {
    EXPECT_EQ(target.tip("main"), before) << run.story();
    EXPECT_EQ(run.exit_code(), 1) << run.story();
  }
}

TEST(MergeLimits, NoSecretOfAnAddressEntersTheCommit) {
  World world(Transport::http);
  world.source.commits("main", 3);
  world.mirror();
  part(world);
  std::string address = world.source_server().url("source.git");
  const std::string login = "x-access-token:s0urce%2Bt%2Fken%3D%3F%26%257eA~b%22c%7C8LkQz@";
  address.insert(address.find("://") + 3, login);
  const StepRun run = world.sync(merge_and({{"source_repo", address}, {"source_token", ""}}));
  EXPECT_EQ(run.result_of(kMain), "merged") << run.story();
  const std::string commit = world.target.git({"cat-file", "commit", "main"});
  EXPECT_THAT(commit, Not(HasSubstr("s0urce")));
  EXPECT_THAT(commit, Not(HasSubstr("x-access-token")));
}

class MergeAuthor : public testing::TestWithParam<const char*> {};

INSTANTIATE_TEST_SUITE_P(Bad, MergeAuthor,
                         testing::Values("Nobody", "<only@example.org>", "A <a@example.org",
                                         "A a@b>", "A <<a@b>>", "A <a@b> <c@d>", "A <a@b> ",
                                         "A\nparent 0 <a@b>", "A <a\n@b>", "A\tB <a@b>"),
                         [](const auto& each) { return "Number" + std::to_string(each.index); });

TEST_P(MergeAuthor, ThatCouldBreakACommitIsRefused) {
  World world(Transport::path);
  world.source.commits("main", 2);
  world.mirror();
  part(world);
  const RefMap before = world.target.refs();
  const StepRun run = world.sync(merge_and({{"merge_author", GetParam()}}));
  if (std::string(GetParam()).ends_with(' ')) {  // a runner trims inputs, and so do we
    EXPECT_EQ(run.exit_code(), 0) << run.story();
    EXPECT_EQ(world.target.fsck(), "");
    return;
  }
  EXPECT_EQ(run.exit_code(), 2) << run.story();
  EXPECT_EQ(run.error(), "bad_input");
  EXPECT_THAT(run.log(), HasSubstr("merge_author"));
  EXPECT_EQ(world.target.refs(), before);
}

TEST(MergeInputs, ThatMakeNoSenseAreToldTogether) {
  World world(Transport::path);
  world.source.commits("main", 2);
  const StepRun run = world.sync({{"on_divergence", "rebase"}, {"on_conflict", "mine"}});
  EXPECT_EQ(run.exit_code(), 2) << run.story();
  EXPECT_THAT(run.log(), HasSubstr("on_divergence"));
  EXPECT_THAT(run.log(), HasSubstr("on_conflict"));
}

}  // namespace
}  // namespace occ::test
