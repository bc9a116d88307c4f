#include "github/token.hpp"

#include "github/scripted_api.hpp"
#include "samples.hpp"

namespace occ::github {
namespace {

using nlohmann::json;

json repository() {
  return {{"full_name", "octo/target"},
          {"default_branch", "main"},
          {"archived", false},
          {"permissions", {{"admin", false}, {"push", true}, {"pull", true}}}};
}

TEST(RepositoryFacts, TellWhatAClassicTokenMay) {
  ScriptedApi github({told(200, repository(), {{"X-OAuth-Scopes", "repo, workflow ,"}})});
  const RepositoryFacts facts = repository_facts(github.api());
  EXPECT_EQ(github.asked(), std::vector<std::string>{"GET /repos/octo/target"});
  EXPECT_EQ(facts.full_name, "octo/target");
  EXPECT_EQ(facts.default_branch, "main");
  EXPECT_EQ(facts.scopes, (std::vector<std::string>{"repo", "workflow"}));
  EXPECT_TRUE(facts.can_push);
  EXPECT_FALSE(facts.archived);
}

TEST(RepositoryFacts, TellATokenWithoutScopesFromOneWhoseScopesCannotBeRead) {
  ScriptedApi github({told(200, repository(), {{"X-OAuth-Scopes", ""}}), told(200, repository())});
  EXPECT_EQ(repository_facts(github.api()).scopes, std::vector<std::string>{});
  EXPECT_EQ(repository_facts(github.api()).scopes, std::nullopt);
}

TEST(RepositoryFacts, TellARepositoryThatTakesNoPush) {
  json told_of = repository();
  told_of["archived"] = true;
  told_of["permissions"]["push"] = false;
  ScriptedApi github({told(200, told_of)});
  const RepositoryFacts facts = repository_facts(github.api());
  EXPECT_TRUE(facts.archived);
  EXPECT_FALSE(facts.can_push);
}

TEST(RepositoryFacts, DenyNothingThatGitHubDoesNotDeny) {
  ScriptedApi github({told(200, {{"permissions", nullptr}, {"default_branch", 7}})});
  const RepositoryFacts facts = repository_facts(github.api());
  EXPECT_TRUE(facts.can_push);
  EXPECT_EQ(facts.default_branch, "");
}

TEST(RepositoryFacts, AreNotToBeHadOfARepositoryThatIsNotThere) {
  ScriptedApi github({refused(404, "Not Found"), told(200, {1, 2})});
  const auto ask = [&] { static_cast<void>(repository_facts(github.api())); };
  EXPECT_EQ(test::failure_of(ask), FailureCode::repository_not_found);
  EXPECT_EQ(test::failure_of(ask), FailureCode::protocol_error);
}

}  // namespace
}  // namespace occ::github
