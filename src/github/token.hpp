// What GitHub says of a repository and of the token it is asked with, before anything is tried
// (REST API, "Get a repository"; "Scopes for OAuth apps: checking").
#pragma once

#include "github/api.hpp"

#include <optional>
#include <string>
#include <vector>

namespace occ::github {

struct RepositoryFacts {
  std::string full_name;  // owner/name as it is called today
  // Of a classic token; nothing: a fine-grained or an App's token, whose permissions cannot be
  // read.
  std::optional<std::vector<std::string>> scopes;
  bool can_push = true;  // false only if GitHub says so
  bool archived = false;
  std::string default_branch;  // short name
};

// One request. Throws Failure: authentication_failed, no_permission, repository_not_found, and what
// Api::ask throws.
[[nodiscard]] RepositoryFacts repository_facts(Api& api);

}  // namespace occ::github
