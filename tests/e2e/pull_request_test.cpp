// What diverged is left to a pull request on the target.
#include "e2e/merge.hpp"
#include "support/fake_github.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>

namespace occ::test {
namespace {

using nlohmann::json;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr const char* kBranch = "refs/heads/sync/octo/source/main";

// octo/source and octo/target on one server, which is the workflow's own, and GitHub's API beside.
class PullRequests : public testing::Test {
 protected:
  World world{Transport::http};
  FakeGitHub github{world.target, World::kTargetToken};

  void SetUp() override {
    const auto owner = world.target_server().repositories() / "octo";
    std::filesystem::create_directories(owner);
    std::filesystem::create_directory_symlink(world.target.path(), owner / "target.git");
    std::filesystem::create_directory_symlink(world.source.path(), owner / "source.git");
    world.runner().set_env("GITHUB_SERVER_URL", world.target_server().origin());
    world.runner().set_env("GITHUB_API_URL", github.url());
    world.source.commits("main", 3);
    world.source.commit("main", {{"contested", "as it was\n"}});
    world.mirror();
    part_with_conflict(world);
  }

  StepRun sync(const Inputs& more = {}) {
    Inputs all = more;
    const Inputs usual{{"source_repo", "octo/source"},
                       {"target_repo", "octo/target"},
                       {"source_token", World::kTargetToken},
                       {"on_divergence", "pull_request"}};
    all.insert(usual.begin(), usual.end());
    return world.sync(all);
  }

  [[nodiscard]] RefMap target_refs() const { return world.target.user_refs(); }

  // What a reviewer does on the sync branch.
  void resolve_by_hand() {
    world.target.merge("sync/octo/source/main", kMain, {{"contested", "as both agree\n"}});
  }

  void expect_changes_nothing_there(const StepRun& run, std::size_t requests_before) const {
    const auto asked = github.asked();
    const std::vector<std::string> since(
        asked.begin() + static_cast<std::ptrdiff_t>(requests_before), asked.end());
    EXPECT_THAT(since, Each("GET /pulls")) << run.story();
  }
};

TEST_F(PullRequests, OpenOnceForABranchThatDiverged) {
  RefMap expected = target_refs();
  const StepRun run = sync();
  expect_status(run, 0, "synced");
  expected[kBranch] = world.source.tip("main");
  expect_target(world, expected, run);
  ASSERT_EQ(github.pulls().size(), 1U) << run.story();
  const json pull = github.pulls()[0];
  EXPECT_EQ(pull["head"]["ref"], "sync/octo/source/main");
  EXPECT_EQ(pull["base"]["ref"], "main");
  EXPECT_EQ(pull["title"], "Merge main of octo/source into main");
  EXPECT_THAT(pull["body"], HasSubstr(world.source.tip("main")));
  EXPECT_THAT(pull["body"], HasSubstr("contested"));
  EXPECT_EQ(pull["draft"], false);
  EXPECT_EQ(run.output("pull_request_url"), pull["html_url"]);
  EXPECT_EQ(run.result_of(kMain), "skipped");
  EXPECT_EQ(run.output("target_commit"), expected[kMain]);
  EXPECT_EQ(run.output("commits_ahead"), "1");
  EXPECT_THAT(run.summary, HasSubstr("github.example/octo/target/pull/7"));
}

TEST_F(PullRequests, StayAsTheyAreIfNothingChanged) {
  EXPECT_EQ(sync().exit_code(), 0);
  const std::size_t requests = github.requests().size();
  const json before = github.pulls();
  const RefMap refs = target_refs();
  const StepRun again = sync();
  expect_status(again, 0, "skipped");
  expect_target(world, refs, again);
  expect_changes_nothing_there(again, requests);
  EXPECT_EQ(json(github.pulls()), before);
  EXPECT_EQ(again.output("pull_request_url"), before[0]["html_url"]);
  EXPECT_EQ(again.output("has_changes"), "false");
}

TEST_F(PullRequests, AreBroughtUpToDateWhenTheSourceMoved) {
  EXPECT_EQ(sync().exit_code(), 0);
  world.source.commit("main", {{"contested", "as the source says now\n"}});
  const StepRun run = sync();
  EXPECT_EQ(run.exit_code(), 0) << run.story();
  EXPECT_EQ(world.target.tip(kBranch), world.source.tip("main"));
  EXPECT_EQ(run.result_of(kBranch), "updated");
  ASSERT_EQ(github.pulls().size(), 1U);
  EXPECT_THAT(github.pulls()[0]["body"], HasSubstr(world.source.tip("main")));
  EXPECT_THAT(github.asked(), Contains("PATCH /pulls/#"));
}

TEST_F(PullRequests, KeepWhatSomebodyCommittedToTheirBranch) {
  EXPECT_EQ(sync().exit_code(), 0);
  resolve_by_hand();
  const std::string by_hand = world.target.tip(kBranch);
  const StepRun idle = sync();
  EXPECT_EQ(idle.exit_code(), 0) << idle.story();
  EXPECT_EQ(world.target.tip(kBranch), by_hand);
  world.source.commit("main", {{"more", "of the source\n"}});
  const StepRun run = sync();
  EXPECT_EQ(run.exit_code(), 0) << run.story();
  EXPECT_EQ(world.target.tip(kBranch), by_hand);
  EXPECT_EQ(github.pulls()[0]["state"], "open");
}

// The branch stays behind a merged pull request unless GitHub deletes it.
TEST_F(PullRequests, GoOnAfterOneWasResolvedAndMerged) {
  EXPECT_EQ(sync().exit_code(), 0);
  resolve_by_hand();
  const std::string resolved = world.target.tip(kBranch);
  world.target.set_ref(kMain, resolved);
  static_cast<void>(world.target.commit("main", {{"after", "the merge\n"}}));
  github.close_all();
  expect_status(sync(), 0, "in_sync");
  world.source.commit("main", {{"more", "of the source\n"}});
  const StepRun run = sync();
  EXPECT_EQ(run.exit_code(), 0) << run.story();
  ASSERT_EQ(github.pulls().size(), 2U) << run.story();
  EXPECT_EQ(world.target.tip(kBranch), world.source.tip("main"));
}

TEST_F(PullRequests, CloseWhenTheBranchesAgreeAgain) {
  EXPECT_EQ(sync().exit_code(), 0);
  world.source.take_all_from(world.target);
  world.source.delete_ref(kBranch);
  const StepRun run = sync();
  EXPECT_EQ(run.exit_code(), 0) << run.story();
  const json pull = github.pulls()[0];
  EXPECT_EQ(pull["state"], "closed");
  EXPECT_THAT(pull["comments_made"], ElementsAre(HasSubstr("agree again")));
  EXPECT_EQ(run.output("pull_request_url"), "");
  const std::size_t requests = github.requests().size();
  const StepRun again = sync();
  expect_status(again, 0, "in_sync");
  expect_changes_nothing_there(again, requests);
}

TEST_F(PullRequests, AreNotOpenedForWhatCanBeFastForwarded) {
  world.target.set_ref(kMain, world.target.tip("main~1"));
  const StepRun run = sync();
  expect_synced(world, run);
  EXPECT_THAT(github.asked(), IsEmpty());
}

TEST_F(PullRequests, AreNotOpenedForATargetThatIsAhead) {
  world.source.set_ref(kMain, world.source.tip("main~1"));
  const StepRun run = sync();
  expect_status(run, 0, "in_sync");
  EXPECT_THAT(github.asked(), IsEmpty());
}

TEST_F(PullRequests, AreOnlyToldOfInADryRun) {
  const RefMap before = world.target.refs();
  const StepRun run = sync({{"dry_run", "true"}});
  expect_status(run, 0, "would_sync");
  EXPECT_EQ(world.target.refs(), before);
  EXPECT_THAT(github.asked(), IsEmpty());
  EXPECT_EQ(run.result_of(kBranch), "would_create");
  EXPECT_THAT(run.log(), HasSubstr("pull request"));
}

TEST_F(PullRequests, CarryWhatWasWishedFor) {
  const StepRun run = sync({{"pull_request_labels", "sync, needs care"},
                            {"pull_request_reviewers", "hubot\nocto/people"},
                            {"pull_request_assignees", "octocat"},
                            {"pull_request_draft", "true"}});
  EXPECT_EQ(run.exit_code(), 0) << run.story();
  EXPECT_EQ(github.sent("POST /pulls")["draft"], true);
  EXPECT_EQ(github.sent("POST /issues/#/labels"), (json{{"labels", {"sync", "needs care"}}}));
  EXPECT_EQ(github.sent("POST /issues/#/assignees"), (json{{"assignees", {"octocat"}}}));
  EXPECT_EQ(github.sent("POST /pulls/#/requested_reviewers"),
            (json{{"reviewers", {"hubot"}}, {"team_reviewers", {"people"}}}));
}

TEST_F(PullRequests, WithoutTheirExtrasAreStillOpened) {
  github.refuse("POST /issues/#/labels", 403, {{"message", "Resource not accessible"}});
  const StepRun run = sync({{"pull_request_labels", "sync"}});
  EXPECT_EQ(run.exit_code(), 0) << run.story();
  EXPECT_EQ(github.pulls().size(), 1U);
  EXPECT_THAT(run.log(), HasSubstr("the labels could not be set"));
}

TEST_F(PullRequests, ThatGitHubRefusesAreTheRefsError) {
  world.source.commit("dev");
  const std::vector<std::pair<int, std::string>> refusals{{403, "no_permission"},
                                                          {422, "api_refused"}};
  for (const auto& [status, error] : refusals) {
    github.refuse("POST /pulls", status, {{"message", "Not you, <b>`::error::`</b>"}});
    const StepRun run = sync();
    EXPECT_THAT(run.exit_code(), testing::AnyOf(1, 3)) << run.story();
    EXPECT_THAT(run.output("status"), testing::AnyOf("partial", "failed"));
    EXPECT_EQ(run.error_of(kMain), error) << run.story();
    EXPECT_THAT(run.log(), HasSubstr("Not you"));
    EXPECT_EQ(world.target.tip("dev"), world.source.tip("dev"));
    github.stop_refusing();
  }
}

TEST_F(PullRequests, ThatNobodyAnswersForAreTheRefsError) {
  world.runner().set_env("GITHUB_API_URL", "http://127.0.0.1:1");
  const StepRun run = sync();
  EXPECT_NE(run.exit_code(), 0) << run.story();
  EXPECT_EQ(run.error_of(kMain), "api_unreachable");
  EXPECT_THAT(run.log(), testing::AllOf(HasSubstr("Check GITHUB_API_URL"),
                                        Not(HasSubstr("Check the host and the port"))));
  EXPECT_EQ(world.target.tip(kBranch), world.source.tip("main"));
}

TEST_F(PullRequests, ThatAnotherServerAnswersForBlameNoRepository) {
  for (const int status : {401, 403, 404}) {
    const CannedServer page([&](const CannedRequest&) {
      return CannedResponse{.status = status, .body = "<html>no such page</html>"};
    });
    world.runner().set_env("GITHUB_API_URL", page.origin());
    const StepRun run = sync();
    EXPECT_EQ(run.error_of(kMain), "api_unreachable") << run.story();
    EXPECT_THAT(run.log(), Not(HasSubstr("Check the spelling of `target_repo`")));
  }
}

TEST_F(PullRequests, OfAnApiWithoutAnAddressAreBadInput) {
  const RefMap before = target_refs();
  for (const std::string url : {"foo bar", "api.github.com", "https://", "https://u@host/api"}) {
    world.runner().set_env("GITHUB_API_URL", url);
    const StepRun run = sync();
    EXPECT_EQ(run.exit_code(), 2) << run.story();
    EXPECT_THAT(run.log(), HasSubstr("GITHUB_API_URL: ")) << url;
    expect_target(world, before, run);
  }
}

TEST_F(PullRequests, TellTheTokenToTheApiAloneAndOnlyInItsHeader) {
  world.source.commit("main", {}, std::string("a token: ") + World::kTargetToken);
  const StepRun run = sync();
  EXPECT_EQ(run.exit_code(), 0) << run.story();
  ASSERT_FALSE(github.requests().empty());
  for (const CannedRequest& request : github.requests()) {
    EXPECT_EQ(request.headers.at("authorization"), std::string("Bearer ") + World::kTargetToken);
    EXPECT_THAT(request.body, Not(HasSubstr("9WxYv")));
    EXPECT_THAT(request.target, Not(HasSubstr("9WxYv")));
  }
  for (std::string line : {run.log(), run.summary, run.raw_outputs}) {
    for (std::size_t mask = line.find("::add-mask::"); mask != std::string::npos;
         mask = line.find("::add-mask::")) {
      line.erase(mask, line.find('\n', mask) - mask);
    }
    EXPECT_THAT(line, Not(HasSubstr("9WxYv")));
  }
}

TEST_F(PullRequests, MentionAndCloseNothingThatACommitNames) {
  world.source.commit("main", {{"@octocat/fixes #1 <img src=x>", "1\n"}},
                      "fixes #42 @octocat <script>alert(1)</script> --> ](http://evil.example)");
  world.target.commit("main", {{"x", "1\n"}}, "closes octo/target#3 <!-- \n\n@everyone");
  const StepRun run = sync();
  EXPECT_EQ(run.exit_code(), 0) << run.story();
  const std::string body = github.pulls().at(0)["body"];
  for (const char* evil :
       {"@octocat", "@everyone", "<script", "<img", "fixes #42", "target#3", "](http://evil"}) {
    EXPECT_THAT(body, Not(HasSubstr(evil)));
  }
  EXPECT_EQ(body.find("-->"), body.rfind("-->"));
}

TEST_F(PullRequests, AreWhatAMergeThatConflictsIsLeftTo) {
  const RefMap before = target_refs();
  const Inputs merge{{"on_divergence", "merge"}, {"on_conflict", "pull_request"}};
  const StepRun run = sync(merge);
  EXPECT_EQ(run.exit_code(), 0) << run.story();
  ASSERT_EQ(github.pulls().size(), 1U);
  EXPECT_EQ(world.target.tip("main"), before.at(kMain));
  EXPECT_EQ(world.target.tip(kBranch), world.source.tip("main"));
  // Once it can be merged, it is, and the pull request is closed.
  world.source.commit("main", {{"contested", "as the target says\n"}});
  const StepRun merged = sync(merge);
  expect_merge(world, merged, before.at(kMain), world.source.tip("main"));
  EXPECT_EQ(github.pulls()[0]["state"], "closed");
}

TEST_F(PullRequests, AreNotOpenedByAMergeThatSucceeds) {
  world.target.set_ref(kMain, world.target.tip("main~1"));
  world.target.commit("main", {{"elsewhere", "2\n"}});
  const std::string before = world.target.tip("main");
  const StepRun run = sync({{"on_divergence", "merge"}, {"on_conflict", "pull_request"}});
  expect_merge(world, run, before, world.source.tip("main"));
  EXPECT_THAT(github.asked(), IsEmpty());
}

TEST_F(PullRequests, AreNoMatterOfConflictsIfDivergenceIsSkipped) {
  const RefMap before = target_refs();
  const StepRun run = sync({{"on_divergence", "skip"}, {"on_conflict", "pull_request"}});
  expect_status(run, 0, "skipped");
  expect_target(world, before, run);
  EXPECT_THAT(github.asked(), IsEmpty());
}

TEST_F(PullRequests, KeepTheirBranchWhenOthersArePruned) {
  EXPECT_EQ(sync().exit_code(), 0);
  world.target.branch("stray", "main");
  const StepRun run = sync({{"prune", "true"}});
  EXPECT_EQ(run.exit_code(), 0) << run.story();
  EXPECT_EQ(world.target.tip(kBranch), world.source.tip("main"));
  EXPECT_FALSE(target_refs().contains("refs/heads/stray"));
}

TEST_F(PullRequests, LeaveNoBranchOnTheSourceWhenSyncingBothWays) {
  const Inputs both{{"direction", "both"}};
  const RefMap before = world.source.refs();
  EXPECT_EQ(sync(both).exit_code(), 0);
  const StepRun run = sync(both);
  EXPECT_EQ(run.exit_code(), 0) << run.story();
  EXPECT_EQ(difference(before, world.source.refs()), "");
  EXPECT_EQ(github.pulls().size(), 1U);
}

TEST_F(PullRequests, AreOneForEachBranch) {
  world.source.branch("a/dev", world.source.tip("main~1"));
  world.target.branch("a/dev", world.target.tip("main~1"));
  part_with_conflict(world, "contested", "a/dev");
  const StepRun run = sync();
  EXPECT_EQ(run.exit_code(), 0) << run.story();
  ASSERT_EQ(github.pulls().size(), 2U);
  EXPECT_EQ(world.target.tip("sync/octo/source/a/dev"), world.source.tip("a/dev"));
}

TEST_F(PullRequests, NeedATargetOnGitHub) {
  const RefMap before = target_refs();
  for (const std::string& target :
       {world.target.path().string(), world.source_server().url("octo/target.git"),
        world.target_server().url("target.git")}) {
    const StepRun run = sync({{"target_repo", target}, {"target_token", ""}});
    EXPECT_EQ(run.exit_code(), 2) << run.story();
    EXPECT_EQ(run.error(), "bad_input");
    EXPECT_THAT(run.log(), HasSubstr("on_divergence"));
  }
  EXPECT_EQ(difference(before, target_refs()), "");
  EXPECT_THAT(github.asked(), IsEmpty());
}

}  // namespace
}  // namespace occ::test
