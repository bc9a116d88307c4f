#include "report/result_json.hpp"

#include "samples.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace occ::report {
namespace {

using transfer::RefOutcome;
using transfer::Result;

RefOutcome outcome(std::string name, Result result) {
  RefOutcome outcome;
  outcome.planned.source_ref = outcome.planned.target_ref = std::move(name);
  outcome.result = result;
  return outcome;
}

Report sample() {
  Report report;
  report.source = "a/source";
  report.target = "b/target";
  RefOutcome updated = outcome("refs/heads/main", Result::updated);
  updated.planned.old_oid = test::id('1');
  updated.planned.new_oid = test::id('2');
  updated.planned.action = plan::Action::update;
  updated.planned.relation = plan::Relation::fast_forward;
  updated.planned.ahead = 3;
  updated.planned.behind = 0;
  updated.reason = "3 commits ahead";
  RefOutcome parted = outcome("refs/heads/x", Result::diverged);
  parted.error = FailureCode::diverged;
  report.outcome.refs = {updated, parted};
  return report;
}

nlohmann::json parsed(const Report& report, std::size_t limit = 500'000) {
  return nlohmann::json::parse(result_json(report, limit));
}

TEST(ResultJson, TellsEveryRef) {
  const auto json = parsed(sample());
  EXPECT_EQ(json.at("status"), "partial");
  EXPECT_EQ(json.at("source"), "a/source");
  EXPECT_EQ(json.at("target"), "b/target");
  EXPECT_EQ(json.at("dry_run"), false);
  EXPECT_EQ(json.at("refs_left_out"), 0);
  EXPECT_TRUE(json.at("error").is_null());
  ASSERT_EQ(json.at("refs").size(), 2U);
  const auto& main = json.at("refs").at(0);
  EXPECT_EQ(main.at("target_ref"), "refs/heads/main");
  EXPECT_EQ(main.at("action"), "update");
  EXPECT_EQ(main.at("relation"), "fast_forward");
  EXPECT_EQ(main.at("old"), test::digits('1'));
  EXPECT_EQ(main.at("new"), test::digits('2'));
  EXPECT_EQ(main.at("ahead"), 3);
  EXPECT_EQ(main.at("result"), "updated");
  EXPECT_TRUE(main.at("error").is_null());
  EXPECT_EQ(json.at("refs").at(1).at("error"), "diverged");
  EXPECT_TRUE(json.at("refs").at(1).at("old").is_null());
  EXPECT_TRUE(json.at("refs").at(1).at("ahead").is_null());
}

TEST(ResultJson, TellsWhatEndedTheRun) {
  Report report;
  report.outcome.failure = Failure(FailureCode::timeout, "'source' did not move");
  const auto json = parsed(report);
  EXPECT_EQ(json.at("error").at("id"), "timeout");
  EXPECT_EQ(json.at("error").at("message"), "'source' did not move");
  EXPECT_NE(json.at("error").at("remedy"), "");
  EXPECT_TRUE(json.at("refs").empty());
}

TEST(ResultJson, IsOneValidLineWhateverTheNamesHold) {
  Report report = sample();
  report.source = "\xFF\xFE";
  report.skipped_because = "\xC3";
  report.outcome.refs[0].planned.target_ref = "refs/heads/\xFF\"\n\\::error::";
  report.outcome.refs[0].reason = "\x01\x80";
  const std::string line = result_json(report);
  EXPECT_EQ(line.find('\n'), std::string::npos);
  EXPECT_TRUE(nlohmann::json::accept(line));
}

TEST(ResultJson, LeavesOutAllThatComesAfterTheFirstRefThatDoesNotFit) {
  Report report = sample();
  report.outcome.refs.at(1).reason = std::string(20'000, 'x');
  report.outcome.refs.push_back(outcome("refs/heads/y", Result::created));
  const auto json = parsed(report, 20'000);
  ASSERT_EQ(json.at("refs").size(), 1U);
  EXPECT_EQ(json.at("refs").at(0).at("target_ref"), "refs/heads/main");
  EXPECT_EQ(json.at("refs_left_out"), 2);
}

TEST(ResultJson, KeepsToItsLimitAndDropsTheQuietRefsFirst) {
  Report report = sample();
  for (int i = 0; i < 5000; ++i) {
    report.outcome.refs.insert(report.outcome.refs.begin(),
                               outcome("refs/heads/q" + std::to_string(i), Result::up_to_date));
  }
  const std::string line = result_json(report, 20'000);
  EXPECT_LE(line.size(), 20'000U);
  const auto json = nlohmann::json::parse(line);
  EXPECT_EQ(json.at("refs").at(0).at("target_ref"), "refs/heads/main");
  EXPECT_EQ(json.at("refs").at(1).at("target_ref"), "refs/heads/x");
  EXPECT_EQ(json.at("refs").size() + json.at("refs_left_out").get<std::size_t>(), 5002U);
}

}  // namespace
}  // namespace occ::report
