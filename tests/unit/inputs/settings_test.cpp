#include "inputs/settings.hpp"

#include "inputs/input_table.hpp"
#include "inputs/reader.hpp"
#include "inputs/secrets.hpp"
#include "samples.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace occ::inputs {
namespace {

using test::failure_of;
using test::failure_text;

// The least that a run needs.
Environment least() {
  return {{"INPUT_SOURCE_REPO", "a/source"}, {"INPUT_TARGET_REPO", "b/target"}};
}

Environment with(std::initializer_list<std::pair<const std::string, std::string>> more) {
  Environment environment = least();
  for (const auto& [name, value] : more) environment[name] = value;
  return environment;
}

TEST(ReadSettings, SaysWhatMayStandInsteadOfAWordThatIsNone) {
  const std::string report = failure_text([] {
    (void)read_settings(with({{"INPUT_REPORT", "html"}}));
  });
  EXPECT_NE(report.find("'html' is not true, false or full"), std::string::npos) << report;
  const std::string prune = failure_text([] {
    (void)read_settings(with({{"INPUT_PRUNE", "yes"}}));
  });
  EXPECT_NE(prune.find("write one of the two"), std::string::npos) << prune;
}

TEST(ReadSettings, HasTheDefaultsThatTheTableTells) {
  const Settings settings = read_settings(least());
  EXPECT_EQ(settings.source.name, "a/source");
  EXPECT_EQ(settings.target.name, "b/target");
  EXPECT_FALSE(settings.branches.has_value());
  EXPECT_EQ(settings.tags.target_name("v1"), "v1");
  EXPECT_FALSE(settings.move_tags);
  EXPECT_FALSE(settings.prune);
  EXPECT_EQ(settings.max_deletions, 10);
  EXPECT_TRUE(settings.create_branches);
  EXPECT_FALSE(settings.dry_run);
  EXPECT_FALSE(settings.force_sync);
  EXPECT_EQ(settings.on_divergence, OnDivergence::fail);
  EXPECT_FALSE(settings.atomic);
  EXPECT_TRUE(settings.require_successful_build);
  EXPECT_EQ(settings.network.retries, 3);
  EXPECT_EQ(settings.network.timeout, std::chrono::seconds(300));
  EXPECT_FALSE(settings.triggering_run.has_value());
}

TEST(ReadSettings, FallsBackOnTheVariablesThatWorkflowsUse) {
  const Settings settings =
      read_settings({{"SOURCE_REPO", "a/b"}, {"TARGET_REPO", "c/d"}, {"SYNC_BRANCH", "release/*"}});
  EXPECT_EQ(settings.source.name, "a/b");
  EXPECT_EQ(settings.target.name, "c/d");
  ASSERT_TRUE(settings.branches.has_value());
  EXPECT_EQ(settings.branches->target_name("release/1"), "release/1");
}

TEST(ReadSettings, TakesTheWorkflowsRepositoryForTheSourceInTheEnd) {
  EXPECT_EQ(read_settings({{"GITHUB_REPOSITORY", "own/repo"}, {"TARGET_REPO", "c/d"}}).source.name,
            "own/repo");
}

TEST(ReadSettings, LetsAnInputGoBeforeAVariable) {
  const Settings settings = read_settings(with({{"SOURCE_REPO", "x/x"},
                                                {"TARGET_REPO", "y/y"},
                                                {"SYNC_BRANCH", "z"},
                                                {"INPUT_BRANCHES", "main"}}));
  EXPECT_EQ(settings.source.name, "a/source");
  EXPECT_EQ(settings.target.name, "b/target");
  EXPECT_EQ(settings.branches->literal_names(), std::vector<std::string>{"main"});
}

TEST(ReadSettings, TellsAllMistakesAtOnce) {
  const Environment wrong{{"INPUT_TARGET_REPO", "what is this"},
                          {"INPUT_PRUNE", "yes"},
                          {"INPUT_MAX_DELETIONS", "many"},
                          {"INPUT_RETRIES", "11"},
                          {"INPUT_TIMEOUT", "0"},
                          {"INPUT_ON_DIVERGENCE", "merge"},
                          {"INPUT_BRANCHES", "a..b"},
                          {"INPUT_SYNC_TAGS", "+x"}};
  EXPECT_EQ(failure_of([&] { (void)read_settings(wrong); }), FailureCode::bad_input);
  const std::string text = failure_text([&] { (void)read_settings(wrong); });
  for (const std::string_view input :
       {"source_repo: ", "target_repo: ", "prune: ", "max_deletions: ", "retries: ", "timeout: ",
        "on_divergence: ", "branches: ", "sync_tags: "}) {
    EXPECT_NE(text.find(input), std::string::npos) << input << " in " << text;
  }
}

TEST(ReadSettings, ReadsBooleansAsYamlDoes) {
  for (const std::string text : {"true", "True", "TRUE", " true\n"}) {
    EXPECT_TRUE(read_settings(with({{"INPUT_DRY_RUN", text}})).dry_run) << text;
  }
  for (const std::string text : {"false", "False", "FALSE", ""}) {
    EXPECT_FALSE(read_settings(with({{"INPUT_DRY_RUN", text}})).dry_run) << text;
  }
  for (const std::string text : {"yes", "1", "tRuE", "on", "true false"}) {
    EXPECT_EQ(failure_of([&] {
                (void)read_settings(with({{"INPUT_DRY_RUN", text}}));
              }),
              FailureCode::bad_input)
        << text;
  }
}

TEST(ReadSettings, ReadsEveryBooleanInput) {
  const Settings settings = read_settings(with({{"INPUT_MOVE_TAGS", "true"},
                                                {"INPUT_PRUNE", "true"},
                                                {"INPUT_CREATE_BRANCHES", "false"},
                                                {"INPUT_FORCE_SYNC", "true"},
                                                {"INPUT_ATOMIC", "true"},
                                                {"INPUT_REQUIRE_SUCCESSFUL_BUILD", "false"}}));
  EXPECT_TRUE(settings.move_tags);
  EXPECT_TRUE(settings.prune);
  EXPECT_FALSE(settings.create_branches);
  EXPECT_TRUE(settings.force_sync);
  EXPECT_TRUE(settings.atomic);
  EXPECT_FALSE(settings.require_successful_build);
}

TEST(ReadSettings, KnowsTheWaysToTreatADivergence) {
  EXPECT_EQ(read_settings(with({{"INPUT_ON_DIVERGENCE", "skip"}})).on_divergence,
            OnDivergence::skip);
  EXPECT_EQ(read_settings(with({{"INPUT_ON_DIVERGENCE", "overwrite"}})).on_divergence,
            OnDivergence::overwrite);
}

TEST(ReadSettings, ReadsTagsAsABooleanOrAsRules) {
  EXPECT_TRUE(read_settings(with({{"INPUT_SYNC_TAGS", "false"}})).tags.empty());
  const RefRules some = read_settings(with({{"INPUT_SYNC_TAGS", "v*"}})).tags;
  EXPECT_EQ(some.target_name("v1"), "v1");
  EXPECT_EQ(some.target_name("x"), std::nullopt);
}

TEST(ReadSettings, RefusesNumbersOutsideTheirRange) {
  for (const std::string text : {"-1", "11", "3x", "x", "1e1", "99999999999999999999", "0x1"}) {
    EXPECT_EQ(failure_of([&] {
                (void)read_settings(with({{"INPUT_RETRIES", text}}));
              }),
              FailureCode::bad_input)
        << text;
  }
  EXPECT_EQ(read_settings(with({{"INPUT_RETRIES", "0"}})).network.retries, 0);
  EXPECT_EQ(read_settings(with({{"INPUT_MAX_DELETIONS", "0"}})).max_deletions, 0);
}

TEST(ReadSettings, RefusesATargetThatIsTheSourceUnlessRefsAreRenamed) {
  const Environment same = with({{"INPUT_TARGET_REPO", "https://github.com/a/source"}});
  EXPECT_EQ(failure_of([&] { (void)read_settings(same); }), FailureCode::bad_input);
  Environment renamed = same;
  renamed["INPUT_BRANCHES"] = "main:copy";
  EXPECT_EQ(failure_of([&] { (void)read_settings(renamed); }), std::nullopt);
}

TEST(ReadSettings, RefusesSeveralTargetsInWords) {
  const std::string text = failure_text([] {
    (void)read_settings(with({{"INPUT_TARGET_REPO", "a/b\nc/d"}}));
  });
  EXPECT_NE(text.find("more than one line"), std::string::npos) << text;
}

TEST(Usernames, EndAtAColonAndAreRefusedWithOne) {
  for (const char* target : {"b/target", "https://a%3Ab:pw@host/x"}) {
    Environment environment{{"INPUT_SOURCE_REPO", "a/source"},
                            {"INPUT_TARGET_REPO", target},
                            {"INPUT_TARGET_TOKEN", "t"}};
    if (std::string_view(target) == "b/target") environment["INPUT_TARGET_USERNAME"] = "a:b";
    const std::string text = failure_text([&] { static_cast<void>(read_settings(environment)); });
    EXPECT_TRUE(text.starts_with("target_username: has a ':'")) << text;
  }
}

TEST(Tokens, GoToTheServerTheyWereGivenFor) {
  const Settings settings = read_settings(with({{"INPUT_SOURCE_TOKEN", "for-source"},
                                                {"INPUT_TARGET_TOKEN", "for-target"},
                                                {"INPUT_GITHUB_TOKEN", "of-workflow"}}));
  EXPECT_EQ(settings.source.password.reveal(), "for-source");
  EXPECT_EQ(settings.target.password.reveal(), "for-target");
  EXPECT_EQ(settings.source.username, "x-access-token");
}

TEST(Tokens, OfTheWorkflowGoToItsOwnServerAlone) {
  Environment environment = with({{"INPUT_GITHUB_TOKEN", "of-workflow"}});
  EXPECT_EQ(read_settings(environment).source.password.reveal(), "of-workflow");
  for (const std::string other :
       {"https://gitlab.com/a/b", "http://github.com/a/b", "https://github.com.evil.org/a/b",
        "https://github.com:8443/a/b"}) {
    environment["INPUT_TARGET_REPO"] = other;
    EXPECT_TRUE(read_settings(environment).target.password.empty()) << other;
  }
  environment["GITHUB_SERVER_URL"] = "https://ghe.example.org";
  environment["INPUT_TARGET_REPO"] = "https://github.com/a/b";
  EXPECT_TRUE(read_settings(environment).target.password.empty());
}

TEST(Tokens, WithinAnAddressAreTaken) {
  const Settings settings =
      read_settings(with({{"INPUT_TARGET_REPO", "https://me:s3cret@gitlab.com/a/b"}}));
  EXPECT_EQ(settings.target.username, "me");
  EXPECT_EQ(settings.target.password.reveal(), "s3cret");
}

TEST(Tokens, WithinAnAddressInThePlaceOfTheUserAreTaken) {
  const Settings settings =
      read_settings(with({{"INPUT_TARGET_REPO", "https://glpat-123@gitlab.com/a/b"}}));
  EXPECT_EQ(settings.target.password.reveal(), "glpat-123");
  EXPECT_EQ(settings.target.username, "x-access-token");
}

TEST(Tokens, WithinAnAddressGoBeforeTheWorkflowsOwn) {
  const Settings settings = read_settings(with(
      {{"INPUT_GITHUB_TOKEN", "of-workflow"},
       {"INPUT_TARGET_REPO", "https://ghp_0123456789abcdefghijklmnopqrstuvwxyz@github.com/a/b"}}));
  EXPECT_EQ(settings.target.password.reveal(), "ghp_0123456789abcdefghijklmnopqrstuvwxyz");
  EXPECT_EQ(settings.target.username, "x-access-token");
}

TEST(Tokens, OfTheWorkflowGoWithAUserNameThatIsOnlyAName) {
  const Settings settings =
      read_settings(with({{"INPUT_GITHUB_TOKEN", "of-workflow"},
                          {"INPUT_TARGET_REPO", "https://alice@github.com/a/b"}}));
  EXPECT_EQ(settings.target.password.reveal(), "of-workflow");
}

TEST(Tokens, AreNotReadForPathsAndSsh) {
  const Settings settings = read_settings(with({{"INPUT_TARGET_REPO", "/srv/b.git"},
                                                {"INPUT_SOURCE_REPO", "git@github.com:a/b"},
                                                {"INPUT_TARGET_TOKEN", "x"},
                                                {"INPUT_GITHUB_TOKEN", "y"}}));
  EXPECT_TRUE(settings.target.password.empty());
  EXPECT_TRUE(settings.source.password.empty());
}

TEST(Tokens, AreNeverInTheTextOfAFailure) {
  const std::string text = failure_text([] {
    (void)read_settings({{"INPUT_SOURCE_TOKEN", "s3cret"},
                         {"INPUT_TARGET_TOKEN", "s3cret"},
                         {"INPUT_GITHUB_TOKEN", "s3cret"},
                         {"INPUT_SSH_PRIVATE_KEY", "s3cret"},
                         {"INPUT_SOURCE_REPO", "https://u:s3cret@host"},
                         {"INPUT_TARGET_REPO", "s3cret@host/a/b"},
                         {"INPUT_PRUNE", "?"}});
  });
  EXPECT_NE(text, "");
  EXPECT_EQ(text.find("s3cret"), std::string::npos) << text;
}

TEST(Tokens, AreNotInTheEnvironmentOfChildren) {
  const Settings settings = read_settings(with({{"INPUT_TARGET_TOKEN", "s3cret"},
                                                {"git_pat", "s3cret"},
                                                {"GITHUB_TOKEN", "s3cret"},
                                                {"ACTIONS_RUNTIME_TOKEN", "s3cret"},
                                                {"PATH", "/bin"},
                                                {"HOME", "/home/me"}}));
  const auto& all = settings.network.child_environment;
  EXPECT_TRUE(std::find(all.begin(), all.end(), "PATH=/bin") != all.end());
  for (const std::string& each : all) EXPECT_EQ(each.find("s3cret"), std::string::npos) << each;
}

// The commonest mistake: the secret is not defined, so the input is empty.
TEST(ReadSettings, SaysWhereTheWorkflowsTokenStandsInForTheTargets) {
  const auto borrows = [](const std::string& target, const std::string& token) {
    return read_settings({{"INPUT_SOURCE_REPO", "a/source"},
                          {"INPUT_TARGET_REPO", target},
                          {"INPUT_TARGET_TOKEN", token},
                          {"INPUT_GITHUB_TOKEN", "ghs_1"}})
        .target.borrows_token;
  };
  EXPECT_TRUE(borrows("b/target", ""));
  EXPECT_FALSE(borrows("b/target", "ghs_2"));
  EXPECT_FALSE(borrows("https://gitlab.com/b/c", ""));
  EXPECT_FALSE(borrows("https://x:y@github.com/b/c", ""));
}

std::set<std::string> revealed(const std::vector<Secret>& secrets) {
  std::set<std::string> all;
  for (const Secret& secret : secrets) all.insert(secret.reveal());
  return all;
}

TEST(FindSecrets, FindsAllOfThemWhateverElseIsWrong) {
  const auto found = revealed(find_secrets({{"INPUT_SOURCE_TOKEN", "one"},
                                            {"INPUT_TARGET_TOKEN", "two"},
                                            {"INPUT_GITHUB_TOKEN", "three"},
                                            {"INPUT_SSH_PRIVATE_KEY", "four"},
                                            {"INPUT_SOURCE_REPO", "https://u:fi%76e@host"},
                                            {"TARGET_REPO", "https://six@host/x"},
                                            {"INPUT_PRUNE", "?"}}));
  EXPECT_EQ(found, (std::set<std::string>{"one", "two", "three", "four", "five", "fi%76e", "six"}));
}

TEST(FindSecrets, ReadsASchemeInAnyCase) {
  EXPECT_EQ(revealed(find_secrets({{"INPUT_TARGET_REPO", "HTTPS://u:one@host/x"}})),
            std::set<std::string>{"one"});
}

TEST(FindSecrets, TakesTheUserOfAnSshAddressForNoSecretButItsPassword) {
  EXPECT_TRUE(find_secrets({{"INPUT_TARGET_REPO", "ssh://deploy@host/x"}}).empty());
  EXPECT_EQ(revealed(find_secrets({{"INPUT_TARGET_REPO", "ssh://deploy:one@host/x"}})),
            std::set<std::string>{"one"});
}

// Gitea, and GitHub's older way: the token is the name, and the password a filler.
TEST(FindSecrets, FindsATokenInThePlaceOfAName) {
  EXPECT_EQ(revealed(find_secrets({{"INPUT_TARGET_REPO", "https://t0ken%2D1:x-oauth-basic@h/r"}})),
            (std::set<std::string>{"t0ken-1", "t0ken%2D1", "x-oauth-basic"}));
  EXPECT_EQ(revealed(find_secrets({{"INPUT_TARGET_REPO", "https://t0ken:@h/r"}})),
            (std::set<std::string>{"t0ken"}));
  EXPECT_EQ(revealed(find_secrets({{"INPUT_TARGET_REPO", "https://ghp_1:words@h/r"}})),
            (std::set<std::string>{"ghp_1", "words"}));
  EXPECT_EQ(revealed(find_secrets(
                {{"INPUT_TARGET_REPO", "https://1a2b3c4d5e6f7a8b9c0d1a2b3c4d5e6f:words@h/r"}})),
            (std::set<std::string>{"1a2b3c4d5e6f7a8b9c0d1a2b3c4d5e6f", "words"}));
  EXPECT_EQ(revealed(find_secrets({{"INPUT_TARGET_REPO", "https://somebody:words@h/r"}})),
            (std::set<std::string>{"words"}));
}

TEST(FindSecrets, FindsTheLoginOfAnAddressWithoutItsScheme) {
  for (const std::string text : {"//x:t0ken@h/a", "x:t0ken@h/a", "https:/x:t0ken@h/a",
                                 "htps://x:t0ken@h/a", "/x:t0ken@h/a", "https//x:t0ken@h/a"}) {
    EXPECT_EQ(revealed(find_secrets({{"INPUT_TARGET_REPO", text}})), std::set<std::string>{"t0ken"})
        << text;
  }
}

TEST(FindSecrets, FindsThePasswordOfAProxy) {
  for (const std::string name : {"http_proxy", "HTTPS_PROXY", "ALL_PROXY", "https_proxy"}) {
    EXPECT_EQ(revealed(find_secrets({{name, "http://me:pr0xy%21@proxy.example:3128"}})),
              (std::set<std::string>{"pr0xy!", "pr0xy%21"}));
    EXPECT_EQ(revealed(find_secrets({{name, "me:pr0xy@proxy.example:3128/"}})),
              std::set<std::string>{"pr0xy"});
    EXPECT_TRUE(find_secrets({{name, "http://proxy.example:3128"}}).empty());
  }
}

TEST(FindSecrets, FindsNothingWhereThereIsNothing) {
  EXPECT_TRUE(find_secrets(least()).empty());
  EXPECT_TRUE(find_secrets({{"INPUT_SOURCE_REPO", "https://host/a@b"}}).empty());
}

TEST(ReadRunnerContext, ReadsWhatTheRunnerTells) {
  const RunnerContext runner = read_runner_context({{"GITHUB_ACTIONS", "true"},
                                                    {"RUNNER_DEBUG", "1"},
                                                    {"GITHUB_OUTPUT", "/o"},
                                                    {"GITHUB_STEP_SUMMARY", "/s"},
                                                    {"RUNNER_TEMP", "/t"},
                                                    {"GITHUB_RUN_ID", "42"}});
  EXPECT_TRUE(runner.is_action);
  EXPECT_TRUE(runner.debug);
  EXPECT_EQ(runner.output_file, "/o");
  EXPECT_EQ(runner.summary_file, "/s");
  EXPECT_EQ(runner.temp_folder, "/t");
  EXPECT_EQ(runner.run_id, "42");
  EXPECT_EQ(runner.server_url, "https://github.com");
}

TEST(ReadRunnerContext, IsATerminalsWithoutARunner) {
  const RunnerContext runner = read_runner_context({});
  EXPECT_FALSE(runner.is_action);
  EXPECT_FALSE(runner.debug);
  EXPECT_EQ(runner.output_file, "");
  EXPECT_NE(runner.temp_folder, "");
}

TEST(VariableName, IsTheOneThatTheRunnerMakes) {
  EXPECT_EQ(variable_name("source_repo"), "INPUT_SOURCE_REPO");
  EXPECT_EQ(variable_name("a b"), "INPUT_A_B");
}

TEST(InputTable, NamesEveryInputOnce) {
  std::set<std::string_view> seen;
  for (const InputDefinition& input : input_table()) {
    EXPECT_TRUE(seen.insert(input.name).second) << input.name;
    EXPECT_TRUE(input.description.ends_with('.')) << input.name;
  }
}

}  // namespace
}  // namespace occ::inputs
