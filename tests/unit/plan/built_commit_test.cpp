// sync_built_commit in the plan: the branch that was built, up to the commit that was built.
#include "plan/plan.hpp"
#include "samples.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace occ::plan {
namespace {

using inputs::OnDivergence;
using inputs::RefRules;
using inputs::Settings;
using test::id;
using test::ref;

constexpr char kBuilt = 'b';

Settings built_settings(const std::string& branch = "main") {
  Settings settings;
  settings.branches = RefRules::all();
  settings.tags = RefRules::all();
  settings.source.name = "a/source";
  settings.sync_built_commit = true;
  settings.triggering_run.emplace();
  settings.triggering_run->head_branch = branch;
  settings.triggering_run->head_oid = id(kBuilt);
  return settings;
}

RefListing listing(std::vector<Ref> refs) {
  RefListing all;
  all.refs = std::move(refs);
  all.head_branch = "refs/heads/main";
  std::sort(all.refs.begin(), all.refs.end(),
            [](const Ref& a, const Ref& b) { return a.name < b.name; });
  return all;
}

const RefListing kSource =
    listing({ref("refs/heads/main", 'c'), ref("refs/heads/dev", 'd'), ref("refs/tags/v1", 'e')});
const RefListing kTarget = listing({ref("refs/heads/main", 'a'), ref("refs/heads/dev", '1')});

PlannedRef planned(const Plan& plan, std::string_view name) {
  for (const PlannedRef& each : plan.refs) {
    if (each.target_ref == name) return each;
  }
  ADD_FAILURE() << name << " is not in the plan";
  return {};
}

Plan plan_with(const Settings& settings, const Facts& facts = {}, const Build& build = {}) {
  return make_plan(settings, kSource, kTarget, facts, "refs/heads/main", build);
}

Facts built_is(Relation relation) {
  return {{{id(kBuilt), id('a')}, Ancestry{relation, 1, 2}}};
}

TEST(BuiltCommit, IsWhatTheBranchGoesTo) {
  const Plan plan = plan_with(built_settings(), built_is(Relation::fast_forward));
  const PlannedRef main = planned(plan, "refs/heads/main");
  EXPECT_EQ(main.action, Action::update);
  EXPECT_EQ(main.new_oid, id(kBuilt));
  EXPECT_EQ(planned(plan, "refs/heads/dev").action, Action::skip);
  EXPECT_EQ(planned(plan, "refs/tags/v1").action, Action::create);
}

TEST(BuiltCommit, IsAskedAboutBeforeItGoes) {
  const Plan plan = plan_with(built_settings());
  EXPECT_TRUE(plan.has_unknown());
  EXPECT_EQ(planned(plan, "refs/heads/main").new_oid, id(kBuilt));
}

TEST(BuiltCommit, ThatTheTargetHasGoneBeyondIsLeftWhateverTheUserAllows) {
  for (const bool force : {false, true}) {
    for (const auto divergence :
         {OnDivergence::fail, OnDivergence::skip, OnDivergence::overwrite}) {
      Settings settings = built_settings();
      settings.force_sync = force;
      settings.on_divergence = divergence;
      const Plan plan =
          plan_with(settings, built_is(Relation::target_ahead), {.target_follows = true});
      EXPECT_EQ(planned(plan, "refs/heads/main").action, Action::none);
    }
  }
}

// Commits of its own, on top of what was built: no later build's.
TEST(BuiltCommit, ThatTheTargetWentOnFromByItselfIsUpToTheUser) {
  Settings settings = built_settings();
  const Facts facts = built_is(Relation::target_ahead);
  EXPECT_EQ(planned(plan_with(settings, facts), "refs/heads/main").problem, FailureCode::diverged);
  settings.on_divergence = OnDivergence::overwrite;
  EXPECT_EQ(planned(plan_with(settings, facts), "refs/heads/main").action, Action::force);
  EXPECT_EQ(planned(plan_with(settings, facts), "refs/heads/main").new_oid, id(kBuilt));
}

TEST(BuiltCommit, ThatDivergedIsUpToTheUser) {
  Settings settings = built_settings();
  EXPECT_EQ(planned(plan_with(settings, built_is(Relation::diverged)), "refs/heads/main").problem,
            FailureCode::diverged);
  settings.on_divergence = OnDivergence::overwrite;
  EXPECT_EQ(planned(plan_with(settings, built_is(Relation::diverged)), "refs/heads/main").action,
            Action::force);
}

TEST(BuiltCommit, DeletesNothing) {
  Settings settings = built_settings();
  settings.prune = true;
  settings.max_deletions = 100;
  const RefListing target = listing(
      {ref("refs/heads/main", 'a'), ref("refs/heads/gone", '1'), ref("refs/tags/gone", '2')});
  const Plan plan = make_plan(settings, kSource, target, {}, "refs/heads/main");
  for (const PlannedRef& each : plan.refs) EXPECT_NE(each.action, Action::remove);
}

TEST(BuiltCommit, GoesUnderTheNameThatTheRulesGive) {
  Settings settings = built_settings("dev");
  std::string mistake;
  settings.branches = RefRules::parse("dev:upstream/dev", mistake).value();
  const Plan plan = plan_with(settings);
  EXPECT_EQ(planned(plan, "refs/heads/upstream/dev").new_oid, id(kBuilt));
}

TEST(BuiltCommit, OfAnotherBranchMovesNone) {
  const Plan plan = plan_with(built_settings("elsewhere"));
  for (const char* name : {"refs/heads/main", "refs/heads/dev"}) {
    EXPECT_EQ(planned(plan, name).action, Action::skip);
  }
}

TEST(BuiltCommit, IsNotLookedForWithoutAnEventOrAnId) {
  Settings settings = built_settings();
  settings.triggering_run->head_oid.reset();
  EXPECT_EQ(planned(plan_with(settings), "refs/heads/main").new_oid, id('c'));
  settings.triggering_run.reset();
  EXPECT_EQ(planned(plan_with(settings), "refs/heads/main").new_oid, id('c'));
  settings = built_settings();
  settings.sync_built_commit = false;
  EXPECT_EQ(planned(plan_with(settings), "refs/heads/main").new_oid, id('c'));
}

TEST(BuiltCommit, IsNotPassedByTags) {
  const Settings settings = built_settings();
  const RefListing target = listing({ref("refs/heads/main", 'a'), ref("refs/tags/v1", '9')});
  for (const RefListing& there : {kTarget, target}) {
    const Plan plan =
        make_plan(settings, kSource, there, {}, "refs/heads/main", {.unbuilt_tags = {id('e')}});
    EXPECT_EQ(planned(plan, "refs/tags/v1").action, Action::skip);
    EXPECT_FALSE(planned(plan, "refs/tags/v1").problem.has_value());
  }
}

}  // namespace
}  // namespace occ::plan
