#include "github/token.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace occ::github {
namespace {

using nlohmann::json;

// "repo, workflow"; an empty text is a token without scopes.
std::vector<std::string> scopes_in(std::string_view text) {
  std::vector<std::string> scopes;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(','), text.size());
    std::string_view scope = text.substr(0, end);
    while (scope.starts_with(' ')) scope.remove_prefix(1);
    while (scope.ends_with(' ')) scope.remove_suffix(1);
    if (!scope.empty()) scopes.emplace_back(scope);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return scopes;
}

std::string text_of(const json& body, const char* name) {
  const auto at = body.find(name);
  return at != body.end() && at->is_string() ? at->get<std::string>() : std::string();
}

bool flag_of(const json& body, const char* name, bool otherwise) {
  const auto at = body.find(name);
  return at != body.end() && at->is_boolean() ? at->get<bool>() : otherwise;
}

}  // namespace

RepositoryFacts repository_facts(Api& api) {
  const ApiRequest request{.permission = "Metadata: read"};
  const ApiAnswer answer = api.ask(request);
  if (!answer.is_success()) throw api.refusal(request, answer);
  if (!answer.body.is_object()) {
    throw Failure(FailureCode::protocol_error, "GitHub's answer tells of no repository");
  }
  RepositoryFacts facts;
  facts.full_name = text_of(answer.body, "full_name");
  facts.default_branch = text_of(answer.body, "default_branch");
  facts.archived = flag_of(answer.body, "archived", false);
  const auto permissions = answer.body.find("permissions");
  if (permissions != answer.body.end() && permissions->is_object()) {
    facts.can_push = flag_of(*permissions, "push", true);
  }
  if (answer.oauth_scopes) facts.scopes = scopes_in(*answer.oauth_scopes);
  return facts;
}

}  // namespace occ::github
