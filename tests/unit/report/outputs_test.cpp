#include "report/outputs.hpp"

#include <gtest/gtest.h>

#include <map>

namespace occ::report {
namespace {

using plan::Action;
using plan::Relation;
using transfer::RefOutcome;
using transfer::Result;

const Oid kOld = *Oid::from_hex(std::string(40, 'a'));
const Oid kNew = *Oid::from_hex(std::string(40, 'b'));
const Oid kMerge = *Oid::from_hex(std::string(40, 'c'));

RefOutcome branch(std::string name, Action action, Relation relation, Result result) {
  RefOutcome outcome;
  outcome.planned.source_ref = outcome.planned.target_ref = "refs/heads/" + std::move(name);
  outcome.planned.action = action;
  outcome.planned.relation = relation;
  outcome.planned.old_oid = kOld;
  outcome.planned.new_oid = kNew;
  outcome.result = result;
  return outcome;
}

std::map<std::string, std::string, std::less<>> outputs(std::vector<RefOutcome> refs) {
  Report report;
  report.outcome.refs = std::move(refs);
  std::map<std::string, std::string, std::less<>> all;
  for (auto& [name, value] : outputs_of(report)) {
    EXPECT_TRUE(all.emplace(name, std::move(value)).second) << name << " stands twice";
  }
  return all;
}

TEST(Outputs, SayNoChangeOfARefusedPush) {
  RefOutcome refused = branch("main", Action::update, Relation::fast_forward, Result::rejected);
  refused.error = FailureCode::protected_branch;
  EXPECT_EQ(outputs({refused}).at("has_changes"), "false");
  RefOutcome lost = branch("main", Action::update, Relation::fast_forward, Result::unconfirmed);
  EXPECT_EQ(outputs({lost}).at("has_changes"), "false");
  RefOutcome landed = branch("main", Action::update, Relation::fast_forward, Result::updated);
  EXPECT_EQ(outputs({refused, landed}).at("has_changes"), "true");
  RefOutcome would = branch("main", Action::update, Relation::fast_forward, Result::would_update);
  EXPECT_EQ(outputs({would}).at("has_changes"), "true");
}

TEST(Outputs, SpeakOfTheBranchAndNotOfItsPullRequests) {
  RefOutcome helper =
      branch("sync/octo/source/main", Action::create, Relation::new_ref, Result::created);
  helper.planned.old_oid = Oid();
  RefOutcome main = branch("main", Action::skip, Relation::diverged, Result::skipped);
  main.planned.ahead = 2;
  main.planned.behind = 1;
  main.planned.parting.edit().pull_branch = helper.planned.target_ref;
  const auto all = outputs({helper, main});
  EXPECT_EQ(all.at("target_commit"), kOld.hex());
  EXPECT_EQ(all.at("commits_ahead"), "2");
  EXPECT_EQ(all.at("commits_behind"), "1");
}

TEST(Outputs, NameTheSourcesCommitWhereAMergeIsPushed) {
  RefOutcome merged = branch("main", Action::merge, Relation::diverged, Result::merged);
  merged.planned.parting.edit().source_oid = kNew;
  merged.planned.new_oid = kMerge;
  EXPECT_EQ(outputs({merged}).at("source_commit"), kNew.hex());
}

TEST(Outputs, CountTheCommitsOfANewBranchWhereAReportLookedAtThem) {
  Report report;
  report.outcome.refs = {branch("new", Action::create, Relation::new_ref, Result::would_create)};
  report.outcome.refs[0].planned.old_oid = Oid();
  const auto ahead = [&] {
    std::string value;
    for (const auto& [name, each] : outputs_of(report)) {
      if (name == "commits_ahead") value = each;
    }
    return value;
  };
  EXPECT_EQ(ahead(), "");
  analysis::RefFindings found;
  found.target_ref = "refs/heads/new";
  found.commits.commits.resize(2);
  found.commits.left_out = 5;
  report.findings.refs = {found};
  EXPECT_EQ(ahead(), "7");
  report.findings.refs[0].not_analysed_because = "it is too large";
  EXPECT_EQ(ahead(), "");
}

}  // namespace
}  // namespace occ::report
