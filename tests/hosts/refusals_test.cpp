// What the hosts decline, in their own words: it is known for what it is, the side is named, and
// what nobody declined lands.
#include "hosts/on_hosts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace occ::test {
namespace {

using testing::HasSubstr;

struct Case {
  Host host;
  HostRefusal refusal;
};

void PrintTo(const Case& each, std::ostream* out) {
  *out << name_of(each.host) << each.refusal.name;
}

std::vector<Case> all_refusals() {
  std::vector<Case> cases;
  for (const Host host : hosts_here()) {
    for (const HostRefusal& refusal : profile_of(host).refusals) cases.push_back({host, refusal});
  }
  return cases;
}

class Refusal : public testing::TestWithParam<Case> {
 protected:
  World world{WorldOptions{.target_host = GetParam().host}};

  void SetUp() override {
    world.source.commits("main", 3);
    world.source.branch("dev", "main");
    world.mirror();
    world.target.hook("pre-receive", GetParam().refusal.hook);
    world.source.commit("main");
  }

  void expect_told_in_the_hosts_words(const StepRun& run) const {
    const HostRefusal& refusal = GetParam().refusal;
    if (!refusal.error.empty()) {
      EXPECT_EQ(run.error_of("refs/heads/main"), refusal.error) << run.story();
    }
    EXPECT_NE(run.error_of("refs/heads/main"), "") << run.story();
    EXPECT_THAT(run.log(), HasSubstr(refusal.text));
    EXPECT_THAT(run.summary, HasSubstr("target"));
  }
};

INSTANTIATE_TEST_SUITE_P(Hosts, Refusal, testing::ValuesIn(all_refusals()),
                         [](const testing::TestParamInfo<Case>& each) {
                           return name_of(each.param.host) + each.param.refusal.name;
                         });

TEST_P(Refusal, IsKnownForWhatItIs) {
  const RefMap before = world.target.refs();
  const StepRun run = world.sync();
  expect_status(run, 1, "failed");
  expect_told_in_the_hosts_words(run);
  expect_target(world, before, run);
}

// hosts 17: a hook that dislikes one ref sinks the whole push.
TEST_P(Refusal, OfOneBranchDoesNotSinkTheOthers) {
  const std::string main = world.target.tip("main");
  world.source.commit("dev");
  world.source.light_tag("v1", "dev");
  const StepRun run = world.sync();
  expect_status(run, 1, "partial");
  expect_told_in_the_hosts_words(run);
  RefMap expected = world.source.refs();
  expected["refs/heads/main"] = main;
  expect_target(world, expected, run);
}

// hosts 5: one push may update so many refs, and the count is a setting that nobody can ask for.
TEST(GitHub, ThatLimitsTheRefsOfAPushGetsThemInParts) {
  World world(WorldOptions{.target_host = Host::github});
  world.source.commits("main", 3);
  world.mirror();
  for (int i = 0; i < 12; ++i) {
    const std::string name = "branch-" + std::to_string(i);
    world.source.branch(name, "main");
    world.source.commit(name, {{name, "1\n"}});
  }
  world.source.commit("main");
  for (const int most : {5, 2}) {
    SCOPED_TRACE(most);
    world.target.hook("pre-receive", hook_against_more_refs_than(most));
    expect_synced(world, world.sync());
    for (int i = 0; i < 12; ++i) world.source.commit("branch-" + std::to_string(i));
  }
}

// hosts 18: the branch lands, and the record is what is told as refused.
TEST(Gitea, ThatTakesBranchesAndTagsAloneGetsThem) {
  World world(WorldOptions{.target_host = Host::gitea});
  world.source.commits("main", 3);
  world.source.branch("dev", "main");
  world.mirror();
  world.target.hook("pre-receive", hook_against_other_refs());
  world.source.commit("main");
  world.source.light_tag("v1", "main");
  const StepRun run = world.sync();
  expect_target(world, world.source.refs(), run);
  EXPECT_EQ(run.exit_code(), 0) << run.story();
  EXPECT_FALSE(world.target.refs().contains(kLedgerRef));
  EXPECT_THAT(run.log(), HasSubstr("record"));
}

// hosts 18: nothing is overwritten without the backup that was asked for.
TEST(Gitea, ThatTakesNoBackupIsNotOverwritten) {
  HistoryWorld world(WorldOptions{.target_host = Host::gitea});
  world.source.commits("main", 3);
  world.source.branch("dev", "main");
  world.mirror();
  world.target.hook("pre-receive", hook_against_other_refs());
  const std::string theirs = world.diverge("main");
  world.source.commit("dev");
  const StepRun run = world.sync({{"on_divergence", "overwrite"}});
  EXPECT_EQ(run.error_of("refs/heads/main"), "backup_refused") << run.story();
  RefMap expected = world.source.refs();
  expected["refs/heads/main"] = theirs;
  expect_target(world, expected, run);
}

}  // namespace
}  // namespace occ::test
