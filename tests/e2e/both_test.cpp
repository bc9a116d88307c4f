// direction: both: whichever side is ahead moves the other, and nothing is lost on either.
#include "e2e/merge.hpp"

#include <gmock/gmock.h>

namespace occ::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

const Inputs kBoth{{"direction", "both"}};

Inputs both_and(const Inputs& more) {
  Inputs all = more;
  all.insert(kBoth.begin(), kBoth.end());
  return all;
}

// What the run says of a ref of the source; an empty object if it says nothing.
json on_source(const StepRun& run, const std::string& ref) {
  if (!run.result.is_object()) return json::object();
  for (const json& each : run.result["refs"]) {
    if (each.value("side", "") == "source" && each.value("target_ref", "") == ref) return each;
  }
  return json::object();
}

class Both : public OverTransport {
 protected:
  void SetUp() override {
    world.source.commits("main", 3);
    world.source.branch("dev", "main");
    world.source.light_tag("v1", "main");
    world.mirror();
  }

  // What belongs to the target alone is not on the source, and both are whole.
  void expect_source(const RefMap& refs, const StepRun& run) const {
    EXPECT_EQ(difference(refs, world.source.refs()), "") << run.story();
    EXPECT_EQ(world.source.fsck(), "");
  }

  void expect_in_step(const StepRun& run, const RefMap& refs) const {
    expect_source(refs, run);
    expect_target(world, refs, run);
    EXPECT_EQ(run.exit_code(), 0) << run.story();
  }

  [[nodiscard]] RefMap with(RefMap refs, const RefMap& changes) const {
    for (const auto& [name, id] : changes) refs[name] = id;
    return refs;
  }
};

INSTANTIATE_TEST_SUITE_P(Transports, Both,
                         testing::Values(Transport::http, Transport::http_filter,
                                         Transport::http_github, Transport::path),
                         transport_test_name);

TEST_P(Both, MovesWhicheverSideIsBehind) {
  world.target.commits("main", 2);
  world.source.commit("dev");
  const RefMap all = with(world.source.refs(), {{kMain, world.target.tip("main")}});
  const StepRun run = world.sync(kBoth);
  expect_in_step(run, all);
  expect_status(run, 0, "synced");
  EXPECT_EQ(run.output("has_changes"), "true");
  EXPECT_EQ(on_source(run, kMain).value("result", ""), "updated");
  EXPECT_EQ(run.result_of("refs/heads/dev"), "updated");
}

TEST_P(Both, MovesTheSourceAloneIfOnlyTheTargetChanged) {
  world.target.commit("main");
  const RefMap all = world.target.refs();
  const StepRun run = world.sync(kBoth);
  expect_in_step(run, all);
  expect_status(run, 0, "synced");
  // There is nothing on the target that a rollback could take back.
  EXPECT_THAT(run.log(), testing::Not(HasSubstr("To undo this run")));
}

TEST_P(Both, IsFollowedByARunThatHasNothingToDo) {
  world.target.commit("main");
  world.source.commit("dev");
  EXPECT_EQ(world.sync(kBoth).exit_code(), 0);
  const RefMap all = world.source.refs();
  const StepRun again = world.sync(kBoth);
  expect_in_step(again, all);
  expect_status(again, 0, "in_sync");
  EXPECT_EQ(again.output("has_changes"), "false");
}

TEST_P(Both, BringsNewBranchesAndTagsAcross) {
  world.source.commit("of-the-source");
  world.source.annotated_tag("s1", "of-the-source");
  world.target.commit("of/the/target");
  const std::string tag = world.target.annotated_tag("t1", "of/the/target");
  const RefMap all = with(
      world.source.refs(),
      {{"refs/heads/of/the/target", world.target.tip("of/the/target")}, {"refs/tags/t1", tag}});
  const StepRun run = world.sync(kBoth);
  expect_in_step(run, all);
  EXPECT_EQ(on_source(run, "refs/tags/t1").value("result", ""), "created");
}

TEST_P(Both, BringsOnlyWhatIsSelected) {
  world.target.commit("wip");
  world.target.light_tag("nightly", "wip");
  world.target.commit("release");
  const RefMap before = world.source.refs();
  const StepRun run = world.sync(both_and({{"branches", "**\n!wip"}, {"sync_tags", "v*"}}));
  EXPECT_EQ(run.exit_code(), 0) << run.story();
  expect_source(with(before, {{"refs/heads/release", world.target.tip("release")}}), run);
}

TEST_P(Both, MeansTheSourcesDefaultBranchIfNoneIsNamed) {
  world.target.commit("main");
  world.target.commit("dev");
  world.target.commit("other");
  const RefMap before = world.source.refs();
  const StepRun run = world.sync(both_and({{"branches", ""}}));
  EXPECT_EQ(run.exit_code(), 0) << run.story();
  expect_source(with(before, {{kMain, world.target.tip("main")}}), run);
}

TEST_P(Both, BringsABranchThatIsNamedAndOnlyTheTargetHas) {
  world.target.commit("theirs");
  const RefMap before = world.source.refs();
  const StepRun run = world.sync(both_and({{"branches", "main, theirs"}}));
  EXPECT_EQ(run.exit_code(), 0) << run.story();
  expect_source(with(before, {{"refs/heads/theirs", world.target.tip("theirs")}}), run);
}

TEST_P(Both, LeavesATagThatDiffersAndFails) {
  world.target.commit("main");
  world.target.light_tag("v1", "main");
  world.source.commit("dev");
  const std::string of_source = world.source.tip("refs/tags/v1");
  const std::string of_target = world.target.tip("refs/tags/v1");
  const RefMap all = with(world.source.refs(), {{kMain, world.target.tip("main")}});
  const StepRun run = world.sync(kBoth);
  expect_status(run, 1, "partial");
  EXPECT_EQ(run.error_of("refs/tags/v1"), "tag_moved");
  expect_source(all, run);
  expect_target(world, with(all, {{"refs/tags/v1", of_target}}), run);
  EXPECT_NE(of_source, of_target);
}

TEST_P(Both, MovesATagOfTheTargetAloneWhenTold) {
  world.target.commit("main");
  world.target.light_tag("v1", "main");
  const RefMap all = with(world.source.refs(), {{kMain, world.target.tip("main")}});
  expect_in_step(world.sync(both_and({{"move_tags", "true"}})), all);
}

TEST_P(Both, EndsOnTheMergeOfWhatDiverged) {
  part(world);
  const std::string of_source = world.source.tip("main");
  const std::string of_target = world.target.tip("main");
  const StepRun run = world.sync(both_and(kMerge));
  expect_merge(world, run, of_target, of_source);
  expect_in_step(run, with(world.source.refs(), {{kMain, world.target.tip("main")}}));
  expect_status(world.sync(both_and(kMerge)), 0, "in_sync");
}

TEST_P(Both, LeavesADivergenceOnBothSides) {
  part(world);
  world.source.commit("dev");
  const RefMap of_source = world.source.refs();
  const std::string of_target = world.target.tip("main");
  const StepRun run = world.sync(kBoth);
  expect_status(run, 1, "partial");
  EXPECT_EQ(run.error_of(kMain), "diverged");
  expect_source(of_source, run);
  expect_target(world, with(of_source, {{kMain, of_target}}), run);
}

TEST_P(Both, LeavesAConflictOnBothSides) {
  part_with_conflict(world);
  world.target.commit("dev");
  const RefMap before = world.source.refs();
  const std::string of_target = world.target.tip("main");
  const StepRun run = world.sync(both_and(kMerge));
  EXPECT_EQ(run.exit_code(), 1) << run.story();
  EXPECT_EQ(run.error_of(kMain), "merge_conflict");
  const RefMap all = with(before, {{"refs/heads/dev", world.target.tip("dev")}});
  expect_source(all, run);
  expect_target(world, with(all, {{kMain, of_target}}), run);
}

TEST_P(Both, OverwritesTheTargetAloneWhenToldTo) {
  part(world);
  world.target.commit("dev");  // ahead: not a divergence, so it goes to the source
  const RefMap all = with(world.source.refs(), {{"refs/heads/dev", world.target.tip("dev")}});
  expect_in_step(world.sync(both_and({{"on_divergence", "overwrite"}})), all);
}

TEST_P(Both, ForcedStillLosesNothingThatIsAhead) {
  world.target.commit("main");
  const RefMap all = world.target.refs();
  expect_in_step(world.sync(both_and({{"force_sync", "true"}})), all);
}

TEST_P(Both, OnlyTellsInADryRun) {
  world.target.commits("main", 2);
  world.source.commit("dev");
  world.target.commit("new");
  const RefMap of_source = world.source.refs();
  const RefMap of_target = world.target.refs();
  const StepRun run = world.sync(both_and({{"dry_run", "true"}}));
  expect_status(run, 0, "would_sync");
  EXPECT_EQ(world.source.refs(), of_source);
  EXPECT_EQ(world.target.refs(), of_target);
  EXPECT_EQ(on_source(run, kMain).value("result", ""), "would_update") << run.story();
  EXPECT_EQ(on_source(run, "refs/heads/new").value("result", ""), "would_create");
  EXPECT_EQ(run.result_of("refs/heads/dev"), "would_update");
}

TEST_P(Both, CanBeTriedOnAnEmptyTarget) {
  world.target.replace_refs({});
  const RefMap before = world.source.refs();
  const StepRun dry = world.sync(both_and({{"dry_run", "true"}}));
  expect_status(dry, 0, "would_sync");
  expect_in_step(world.sync(kBoth), before);
}

TEST_P(Both, CanBeTriedOnATargetWithOtherBranches) {
  world.target.replace_refs({{"refs/heads/other", world.target.tip("main")}});
  const StepRun dry =
      world.sync(both_and({{"dry_run", "true"}, {"branches", "main"}, {"sync_tags", "false"}}));
  expect_status(dry, 0, "would_sync");
}

TEST_P(Both, DeletesNothingThatAnEmptySourceLacks) {
  world.source.replace_refs({});
  const RefMap before = world.target.refs();
  const StepRun run = world.sync(kBoth);
  EXPECT_EQ(run.error(), "source_empty") << run.story();
  EXPECT_EQ(world.target.refs(), before);
}

TEST_P(Both, OverwritesNobodyWhoWritesToTheSourceMeanwhile) {
  const std::string base = world.source.tip("main");
  const std::string foreign = world.source.commit("main", {{"foreign", "1\n"}});
  world.source.set_ref(kMain, base);
  world.source.set_ref("refs/heads/aside", foreign);
  world.target.commit("main", {{"of-the-target", "2\n"}});
  const std::string of_target = world.target.tip("main");
  world.source.hook("pre-receive",
                    "unset GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY "
                    "GIT_ALTERNATE_OBJECT_DIRECTORIES\ngit update-ref refs/heads/main " +
                        foreign + "\n");
  const StepRun run = world.sync(both_and({{"retries", "2"}}));
  EXPECT_EQ(world.source.tip("main"), foreign) << run.story();
  EXPECT_EQ(world.target.tip("main"), of_target);
  EXPECT_EQ(world.source.fsck(), "");
  // Nobody may believe that the two are in step.
  EXPECT_THAT(run.output("status"), testing::AnyOf("partial", "failed", "synced", "skipped"));
  EXPECT_NE(on_source(run, kMain).value("result", "diverged"), "updated");
}

TEST_P(Both, TellsWhatTheSourceRefused) {
  world.target.commit("main");
  world.source.commit("dev");
  const RefMap before = world.source.refs();
  world.source.hook("update", "echo this one is closed >&2; exit 1\n");
  const StepRun run = world.sync(kBoth);
  EXPECT_EQ(run.exit_code(), 1) << run.story();
  EXPECT_EQ(run.output("status"), "partial");
  EXPECT_EQ(on_source(run, kMain).value("error", ""), "hook_declined");
  expect_source(before, run);
  EXPECT_EQ(world.target.tip("dev"), world.source.tip("dev"));
}

TEST(BothWithoutRights, BringTheTargetInStepAndHealLater) {
  World world({.transport = Transport::http, .source_server = {.pushes_forbidden = true}});
  world.source.commits("main", 3);
  world.source.branch("dev", "main");
  world.mirror();
  world.target.commit("main");
  world.source.commit("dev");
  const RefMap before = world.source.refs();
  const StepRun run = world.sync(kBoth);
  EXPECT_NE(run.exit_code(), 0) << run.story();
  EXPECT_EQ(run.output("status"), "partial");
  EXPECT_EQ(run.error(), "no_permission");
  EXPECT_THAT(run.log(), HasSubstr("the source could not be brought up to it"));
  EXPECT_EQ(world.target.tip("dev"), world.source.tip("dev"));
  EXPECT_EQ(world.source.refs(), before);
  EXPECT_EQ(run.result_of("refs/heads/dev"), "updated");

  const Inputs with_rights{{"source_repo", world.source.path().string()}, {"source_token", ""}};
  const StepRun healed = world.sync(both_and(with_rights));
  expect_status(healed, 0, "synced");
  EXPECT_EQ(difference(world.target.user_refs(), world.source.refs()), "");
}

TEST(BothWithoutRights, HaveNothingToFailAtIfTheTargetHasNothingNew) {
  World world({.transport = Transport::http, .source_server = {.pushes_forbidden = true}});
  world.source.commits("main", 3);
  world.mirror();
  world.source.commit("main");
  const StepRun run = world.sync(kBoth);
  // The source's receive-pack has to be asked what it has; 403 there is told, the target is done.
  EXPECT_EQ(world.target.tip("main"), world.source.tip("main"));
  EXPECT_THAT(run.error(), testing::AnyOf("", "no_permission")) << run.story();
}

class BothInputs : public testing::TestWithParam<Inputs> {};

INSTANTIATE_TEST_SUITE_P(Bad, BothInputs,
                         testing::Values(Inputs{{"prune", "true"}},
                                         Inputs{{"branches", "main:trunk"}},
                                         Inputs{{"sync_tags", "v*:old-v*"}},
                                         Inputs{{"direction", "sideways"}}),
                         [](const auto& each) { return "Number" + std::to_string(each.index); });

TEST_P(BothInputs, ThatCannotGoBothWaysAreRefused) {
  World world(Transport::path);
  world.source.commits("main", 2);
  const StepRun run = world.sync(both_and(GetParam()));
  EXPECT_EQ(run.exit_code(), 2) << run.story();
  EXPECT_EQ(run.error(), "bad_input");
  EXPECT_EQ(world.target.refs(), RefMap());
}

TEST_P(Both, WithAtomicBringsNothingBackWhereNotAllCanGoThere) {
  world.source.commit("main");
  world.target.commit("main", {{"theirs", "1\n"}});
  world.target.branch("theirs", "main");
  world.source.branch("ours", "main");
  const RefMap there = world.source.refs();
  const RefMap here = world.target.user_refs();
  for (const char* dry : {"true", "false"}) {
    const StepRun run = world.sync(both_and({{"atomic", "true"}, {"dry_run", dry}}));
    EXPECT_THAT(run.log(), HasSubstr("brought to the source either")) << run.story();
    expect_source(there, run);
    expect_target(world, here, run);
  }
  EXPECT_EQ(world.sync(both_and({{"atomic", "true"}, {"on_divergence", "skip"}})).exit_code(), 0);
  EXPECT_EQ(world.source.refs().count("refs/heads/theirs"), 1U);
}

// The source moves while the target is brought up to it.
TEST_P(Both, TellsOfWhatTheSourceGotMeanwhile) {
  if (GetParam() == Transport::path) return;  // the report comes before the hook has ended
  world.target.commit("dev", {{"theirs", "1\n"}});
  world.source.commit("main");
  world.target.hook("post-receive", "cd " + world.source.path().string() +
                                        " && unset GIT_DIR GIT_QUARANTINE_PATH "
                                        "GIT_OBJECT_DIRECTORY && test -e once && exit 0\n"
                                        "touch once\n"
                                        "new=$(git commit-tree -p refs/heads/dev -m ours "
                                        "refs/heads/dev^{tree})\n"
                                        "git update-ref refs/heads/dev $new\n");
  const StepRun run = world.sync(both_and({}));
  EXPECT_EQ(run.exit_code(), 1) << run.story();
  EXPECT_EQ(on_source(run, "refs/heads/dev").value("error", ""), "diverged") << run.story();
}

TEST_P(Both, TellsInADryRunThatAMergeReachesTheSource) {
  world.source.commit("main", {{"ours", "1\n"}});
  world.target.commit("main", {{"theirs", "1\n"}});
  const StepRun run = world.sync(both_and({{"on_divergence", "merge"}, {"dry_run", "true"}}));
  const json main = on_source(run, "refs/heads/main");
  EXPECT_EQ(main.value("result", ""), "would_update") << run.story();
  EXPECT_EQ(main.value("relation", ""), "fast_forward");
}

TEST_P(Both, KeepsTheWordsOfAHookOfTheSource) {
  world.target.branch("theirs", "main");
  world.source.hook("update", "echo 'ticket missing' >&2\nexit 1\n");
  const StepRun run = world.sync(both_and({}));
  EXPECT_THAT(on_source(run, "refs/heads/theirs").value("reason", ""), HasSubstr("ticket missing"))
      << run.story();
}

}  // namespace
}  // namespace occ::test
