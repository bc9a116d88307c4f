// What a workflow sees of a run: outputs, log, annotations, summary; and that foreign text in them
// stays text.
#include "e2e/expect.hpp"
#include "support/markdown.hpp"
#include "support/workflow_log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace occ::test {
namespace {

using testing::AnyOf;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Key;
using testing::Not;

// The letters that Markdown, HTML, shells and runners care about, as far as git allows them.
constexpr const char* kHostileBranch =
    "a|b`<img/src=x/onerror=alert(1)>``@everyone%0A##{x}$(id)\";'&<!--</td>\xE2\x80\xAEtxt";

constexpr const char* kHostileText =
    "::error::PWNED-A\n"
    "::set-output name=status::PWNED-B\n"
    "::add-mask::e\n"
    "::stop-commands::PWNED-C\n"
    "in the middle ##[error]PWNED-D\n"
    "##[group]PWNED-E\n"
    "a return\r::warning::PWNED-F\n"
    "\x1b[31mred\x1b[0m \x1b]0;title\x07 \x1b[2J\n"
    "| broken | row |\n"
    "</td></table><script>alert(1)</script> <img src=x> @everyone\n"
    "``` fence\n"
    "<!-- open\n";

// The log shows foreign text and obeys none of it.
void expect_log_obeys_nobody(const StepRun& run) {
  for (const WorkflowCommand& command : workflow_commands(run.log())) {
    EXPECT_THAT(command.name, AnyOf("add-mask", "debug", "endgroup", "error", "group", "notice",
                                    "warning", "stop-commands"))
        << command.message;
    for (const auto& [name, value] : command.properties) {
      EXPECT_THAT(value, Not(HasSubstr("PWNED"))) << name;
    }
    if (command.name != "error" && command.name != "warning" && command.name != "notice") {
      EXPECT_THAT(command.message, Not(HasSubstr("PWNED"))) << command.name;
    }
    if (command.name == "add-mask") {
      EXPECT_GT(command.message.size(), 3U);
    }
    EXPECT_FALSE(command.message.starts_with("PWNED")) << command.name;
  }
  EXPECT_THAT(run.log(), Not(HasSubstr("##[")));
  EXPECT_THAT(run.log(), Not(HasSubstr("\x1b]")));
  EXPECT_THAT(run.log(), Not(HasSubstr("\x1b[2J")));
}

void expect_summary_holds_together(const StepRun& run) {
  EXPECT_THAT(broken_table_rows(run.summary), IsEmpty()) << run.summary;
  const std::string live = live_markdown(run.summary);
  for (const char* broken_out : {"<img", "<script", "</table", "<!--", "@everyone", "\x1b", "\r"}) {
    EXPECT_THAT(live, Not(HasSubstr(broken_out)));
  }
}

using Hostile = OverTransport;

INSTANTIATE_TEST_SUITE_P(Transports, Hostile, testing::Values(Transport::http, Transport::path),
                         transport_test_name);

TEST_P(Hostile, BranchNamesAreSyncedAndStayText) {
  world.source.commits("main", 2);
  world.source.branch(kHostileBranch, "main");
  world.source.annotated_tag(kHostileBranch, "main");
  const StepRun run = world.sync();
  expect_synced(world, run);
  expect_log_obeys_nobody(run);
  expect_summary_holds_together(run);
  EXPECT_EQ(run.result_of("refs/heads/" + std::string(kHostileBranch)), "created");
}

TEST_P(Hostile, BranchNamesThatAreNotUtf8AreSynced) {
  const std::string name = "caf\xE9-\xFF\xC0\x80";
  world.source.commits("main", 2);
  world.source.branch(name, "main");
  const StepRun run = world.sync();
  expect_synced(world, run);
  EXPECT_EQ(run.result.value("refs", nlohmann::json::array()).size(), 2U) << run.raw_outputs;
}

TEST_P(Hostile, HookTextWithoutEndIsCutShort) {
  world.source.commits("main", 2);
  world.target.hook("pre-receive",
                    "yes 'a line of some length, again and again \xFF' | head -c 5000000 >&2\n"
                    "exit 1\n");
  const StepRun run = world.sync();
  EXPECT_EQ(run.exit_code(), 1);
  EXPECT_EQ(run.output("status"), "failed");
  EXPECT_LT(run.summary.size(), 1'048'576U);
  EXPECT_LT(run.raw_outputs.size(), 1'048'576U);
  ASSERT_TRUE(run.process.peak_rss_kib.contains(kProgramName));
  EXPECT_LT(run.process.peak_rss_kib.at(kProgramName), 64 * 1024);
}

TEST_P(Hostile, BranchNamesStayTextWhenTheyAreRefused) {
  world.source.commits("main", 2);
  world.source.branch(kHostileBranch, "main");
  world.mirror();
  world.target.commit(kHostileBranch, {{"theirs", "1\n"}});
  world.source.commit(kHostileBranch, {{"ours", "1\n"}});
  const StepRun run = world.sync();
  expect_status(run, 1, "failed");
  EXPECT_EQ(run.result_of("refs/heads/" + std::string(kHostileBranch)), "diverged");
  expect_log_obeys_nobody(run);
  expect_summary_holds_together(run);
}

TEST_P(Hostile, HookTextReachesTheUserAsText) {
  world.source.commits("main", 2);
  write_file(world.target.path() / "text", kHostileText);
  world.target.hook("pre-receive", "cat text >&2\nexit 1\n");
  const StepRun run = world.sync();
  expect_status(run, 1, "failed");
  expect_target(world, {}, run);
  EXPECT_THAT(run.log(), HasSubstr("PWNED-A"));
  expect_log_obeys_nobody(run);
  expect_summary_holds_together(run);
}

TEST_P(Hostile, HookTextOfAGoodPushStaysText) {
  world.source.commits("main", 2);
  write_file(world.target.path() / "text", kHostileText);
  world.target.hook("post-receive", "cat text >&2\n");
  const StepRun run = world.sync();
  expect_synced(world, run);
  expect_log_obeys_nobody(run);
  expect_summary_holds_together(run);
}

class Face : public testing::Test {
 protected:
  World world{Transport::path};

  void SetUp() override {
    world.source.commits("main", 3);
    world.mirror();
  }
};

using Outputs = Face;

TEST_F(Outputs, AreAllThereAfterEveryKindOfRun) {
  const std::vector<std::string> names{"has_changes",      "source_commit",  "target_commit",
                                       "commits_ahead",    "commits_behind", "has_conflicts",
                                       "can_fast_forward", "status",         "result",
                                       "bytes_received",   "bytes_sent",     "duration_ms"};
  const auto expect_all = [&](const StepRun& run) {
    for (const auto& name : names) EXPECT_THAT(run.outputs, Contains(Key(name))) << run.story();
    EXPECT_TRUE(run.result.is_object()) << run.output("result");
    EXPECT_EQ(run.result.value("status", ""), run.output("status"));
  };
  expect_all(world.sync());
  world.source.commit("main");
  expect_all(world.sync({{"dry_run", "true"}}));
  expect_all(world.sync());
  world.source.amend("main", {{"again", "1\n"}});
  expect_all(world.sync());
  expect_all(world.sync({{"source_repo", (world.folder() / "absent").string()}}));
  expect_all(world.sync({{"dry_run", "perhaps"}}));
}

TEST_F(Outputs, HoldOneEntryForEachRef) {
  world.source.branch("new", "main");
  world.source.commit("main");
  const StepRun run = world.sync();
  const std::vector<std::string> keys{"source_ref", "target_ref", "action", "relation",
                                      "old",        "new",        "ahead",  "behind",
                                      "result",     "reason",     "error"};
  ASSERT_EQ(run.result.value("refs", nlohmann::json::array()).size(), 2U) << run.story();
  for (const auto& entry : run.result["refs"]) {
    for (const auto& key : keys) EXPECT_TRUE(entry.contains(key)) << key << " in " << entry;
  }
  EXPECT_EQ(run.ref("refs/heads/new")["old"], nullptr);
  EXPECT_EQ(run.ref("refs/heads/new")["new"], world.source.tip("new"));
  EXPECT_EQ(run.ref("refs/heads/new")["action"], "create");
  EXPECT_EQ(run.ref("refs/heads/main")["action"], "update");
}

TEST_F(Outputs, UseADelimiterThatNobodyCanGuess) {
  const auto delimiters = [](const StepRun& run) {
    std::vector<std::string> found;
    for (const auto& line : log_lines(run.raw_outputs)) {
      const auto at = line.find("<<");
      const auto equals = line.find('=');
      if (at < equals) found.push_back(line.substr(at + 2));
    }
    std::sort(found.begin(), found.end());
    return found;
  };
  const auto first = delimiters(world.sync());
  const auto second = delimiters(world.sync());
  EXPECT_GE(first.size(), 12U);
  std::vector<std::string> common;
  std::set_intersection(first.begin(), first.end(), second.begin(), second.end(),
                        std::back_inserter(common));
  EXPECT_THAT(common, IsEmpty());
  for (const auto& delimiter : first) EXPECT_GE(delimiter.size(), 20U);
}

using Log = Face;

TEST_F(Log, AnnotatesAFailure) {
  world.source.amend("main", {{"again", "1\n"}});
  const StepRun run = world.sync();
  EXPECT_EQ(run.exit_code(), 1) << run.story();
  auto commands = workflow_commands(run.process.out);
  const auto annotation =
      std::find_if(commands.begin(), commands.end(),
                   [](const WorkflowCommand& command) { return command.name == "error"; });
  ASSERT_NE(annotation, commands.end()) << run.story();
  EXPECT_EQ(annotation->properties["title"], "main");
  EXPECT_THAT(annotation->message, HasSubstr("on_divergence"));
}

TEST_F(Log, ClosesEveryGroupThatItOpens) {
  world.source.commit("main");
  const StepRun run = world.sync();
  int open = 0;
  int groups = 0;
  for (const auto& command : workflow_commands(run.process.out)) {
    if (command.name == "group") ++open, ++groups;
    if (command.name == "endgroup") --open;
    EXPECT_THAT(open, AnyOf(0, 1)) << "groups do not nest";
  }
  EXPECT_EQ(open, 0);
  EXPECT_GT(groups, 0);
}

TEST_F(Log, GoesToStandardOutputAlone) {
  world.source.commit("main");
  const StepRun run = world.sync();
  EXPECT_EQ(run.process.err, "");
  EXPECT_NE(run.process.out, "");
}

TEST_F(Log, SaysNothingOfDebuggingUnlessAsked) {
  world.source.commit("main");
  const StepRun run = world.sync();
  expect_synced(world, run);
  EXPECT_THAT(run.process.out, Not(HasSubstr("::debug::")));
}

using Summary = Face;

TEST_F(Summary, ShowsEachRefWithItsResult) {
  world.source.branch("new-one", "main");
  world.source.commit("main");
  const StepRun run = world.sync();
  expect_synced(world, run);
  EXPECT_THAT(run.summary, HasSubstr("| --"));
  EXPECT_THAT(run.summary, HasSubstr("new-one"));
  EXPECT_THAT(run.summary, HasSubstr(world.source.tip("main").substr(0, 7)));
  expect_summary_holds_together(run);
}

TEST_F(Summary, StaysBelowTheRunnersLimit) {
  RefMap refs = world.source.refs();
  for (int i = 0; i < 12'000; ++i) {
    refs["refs/heads/a-branch-with-a-rather-long-name-as-people-like-them/" + std::to_string(i)] =
        refs["refs/heads/main"];
  }
  world.source.replace_refs(refs);
  const StepRun run = world.sync({{"dry_run", "true"}});
  EXPECT_EQ(run.exit_code(), 0) << run.process.err;
  EXPECT_LT(run.summary.size(), 1'048'576U);
  EXPECT_GT(run.summary.size(), 1000U);
  expect_summary_holds_together(run);
}

using Terminal = Face;

TEST_F(Terminal, TakesEveryInputAsAFlag) {
  world.source.branch("dev", "main");
  world.source.commit("dev");
  const StepRun run =
      world.runner().run_in_terminal({"--source_repo=" + world.source.path().string(),
                                      "--target_repo=" + world.target.path().string(),
                                      "--branches=dev:copy", "--sync_tags=false"});
  EXPECT_EQ(run.exit_code(), 0) << run.story();
  expect_target(
      world,
      {{"refs/heads/main", world.source.tip("main")}, {"refs/heads/copy", world.source.tip("dev")}},
      run);
  EXPECT_THAT(run.process.out, HasSubstr("copy"));
}

TEST_F(Terminal, RefusesAFlagThatItDoesNotKnow) {
  const StepRun run = world.runner().run_in_terminal({"--no_such_input=1"});
  EXPECT_EQ(run.exit_code(), 2) << run.story();
  EXPECT_THAT(run.log(), HasSubstr("no_such_input"));
}

}  // namespace
}  // namespace occ::test
