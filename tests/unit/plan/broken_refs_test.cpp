#include "plan/broken_refs.hpp"

#include "plan/rollback.hpp"
#include "samples.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace occ::plan {
namespace {

using inputs::RefRules;
using inputs::Settings;
using test::failure_of;
using test::id;
using test::ref;
using testing::HasSubstr;

Settings all_refs() {
  Settings settings;
  settings.branches = RefRules::all();
  settings.tags = RefRules::all();
  settings.source.name = "a/source";
  settings.target.name = "b/target";
  settings.prune = true;
  settings.force_sync = true;
  settings.move_tags = true;
  return settings;
}

RefListing listing(std::vector<Ref> refs, std::vector<std::string> broken = {}) {
  RefListing all;
  all.refs = std::move(refs);
  all.broken = std::move(broken);
  all.head_branch = "refs/heads/main";
  return all;
}

const PlannedRef* find(const Plan& plan, std::string_view target_ref) {
  for (const PlannedRef& each : plan.refs) {
    if (each.target_ref == target_ref) return &each;
  }
  return nullptr;
}

void expect_blocked(const Plan& plan, std::string_view name, std::string_view side) {
  const PlannedRef* planned = find(plan, name);
  ASSERT_NE(planned, nullptr) << name;
  EXPECT_EQ(name_of(planned->action), "blocked");
  EXPECT_EQ(planned->problem, FailureCode::broken_ref);
  EXPECT_THAT(planned->reason, HasSubstr(side));
  EXPECT_TRUE(plan.backups.empty());
}

TEST(BrokenRefs, AreToldByWhatIsWrongWithThem) {
  RefListing source = listing({ref("refs/heads/main", '1')},
                              {"refs/heads/a b", "refs/heads/null", "refs/heads/twice"});
  source.listed_twice = {"refs/heads/twice"};
  const Plan plan =
      make_plan(all_refs(), source, listing({ref("refs/heads/main", '1')}), {}, "refs/heads/main");
  ASSERT_NE(find(plan, "refs/heads/twice"), nullptr);
  EXPECT_THAT(find(plan, "refs/heads/twice")->reason, HasSubstr("lists it twice"));
  EXPECT_THAT(find(plan, "refs/heads/a b")->reason, HasSubstr("a name that no ref can have"));
  EXPECT_THAT(find(plan, "refs/heads/null")->reason, HasSubstr("without a commit"));
}

TEST(BrokenRefs, OfTheSourceAreNeitherCreatedNorForcedNorPruned) {
  const Plan plan = make_plan(
      all_refs(), listing({ref("refs/heads/main", '1')}, {"refs/heads/b", "refs/tags/t"}),
      listing({ref("refs/heads/b", '2'), ref("refs/heads/main", '1')}), {}, "refs/heads/main");
  expect_blocked(plan, "refs/heads/b", "a/source");
  expect_blocked(plan, "refs/tags/t", "a/source");
  EXPECT_EQ(find(plan, "refs/heads/b")->old_oid, id('2'));
  EXPECT_FALSE(plan.has_commands());
}

TEST(BrokenRefs, OfTheTargetAreNeitherCreatedNorForcedNorPruned) {
  const Plan plan =
      make_plan(all_refs(), listing({ref("refs/heads/b", '2'), ref("refs/heads/main", '1')}),
                listing({ref("refs/heads/main", '1')}, {"refs/heads/b", "refs/heads/theirs"}), {},
                "refs/heads/main");
  expect_blocked(plan, "refs/heads/b", "b/target");
  expect_blocked(plan, "refs/heads/theirs", "b/target");
  EXPECT_FALSE(plan.has_commands());
}

TEST(BrokenRefs, AreToldUnderTheNameThatTheyWouldHaveOnTheTarget) {
  Settings settings = all_refs();
  std::string mistake;
  settings.branches = RefRules::parse("main, part/*:mirror/*", mistake);
  const Plan plan =
      make_plan(settings, listing({ref("refs/heads/main", '1')}, {"refs/heads/part/x"}),
                listing({ref("refs/heads/main", '1'), ref("refs/heads/mirror/x", '2')}), {}, "");
  expect_blocked(plan, "refs/heads/mirror/x", "a/source");
}

TEST(BrokenRefs, ThatNoPatternSelectsAreNoBusinessOfTheRun) {
  Settings settings = all_refs();
  settings.branches = RefRules::only("main");
  settings.tags = RefRules::none();
  const Plan plan =
      make_plan(settings, listing({ref("refs/heads/main", '1')}, {"refs/heads/b", "refs/tags/t"}),
                listing({ref("refs/heads/main", '1')}, {"refs/heads/c"}), {}, "");
  EXPECT_EQ(plan.refs.size(), 1U);
}

TEST(BrokenRefs, AloneMakeNoEmptySource) {
  const Plan plan = make_plan(all_refs(), listing({}, {"refs/heads/main"}),
                              listing({ref("refs/heads/main", '1')}), {}, "");
  expect_blocked(plan, "refs/heads/main", "a/source");
}

TEST(BrokenRefs, AreNotTakenForGoneByARollback) {
  const std::vector<Movement> movements{{"refs/heads/new", Oid(), id('1')},
                                        {"refs/heads/moved", id('1'), id('2')}};
  const Plan plan = make_rollback_plan(
      all_refs(), listing({}, {"refs/heads/moved", "refs/heads/new"}), movements, "7-1");
  expect_blocked(plan, "refs/heads/new", "b/target");
  expect_blocked(plan, "refs/heads/moved", "b/target");
}

// What a server says of its HEAD selects one branch, or none.
TEST(DefaultBranch, IsNeverAPattern) {
  Settings settings = all_refs();
  settings.branches.reset();
  settings.tags = RefRules::none();
  for (const char* head : {"refs/heads/*", "refs/heads/m?in", "refs/heads/[m]ain", "refs/heads/",
                           "refs/heads/a b", "refs/heads/../x"}) {
    RefListing source = listing({ref("refs/heads/main", '1'), ref("refs/heads/other", '2')});
    source.head_branch = head;
    const RefListing target = listing({ref("refs/heads/own", '3'), ref("refs/heads/zz", '4')});
    EXPECT_EQ(failure_of([&] { (void)make_plan(settings, source, target, {}, ""); }),
              FailureCode::source_branch_missing)
        << head;
  }
}

}  // namespace
}  // namespace occ::plan
