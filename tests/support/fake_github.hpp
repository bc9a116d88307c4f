// As much of GitHub's REST API as pull requests of one repository need, with state, over HTTP.
// What it says of a real GitHub is held to GitHub's description by tests/official; here it counts
// what was asked, and by whom.
#pragma once

#include "support/canned_server.hpp"
#include "support/git.hpp"

#include <nlohmann/json.hpp>

#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace occ::test {

class FakeGitHub {
 public:
  // `repository`: the repository "octo/target" itself, whose branches decide what can be opened.
  FakeGitHub(const GitRepo& repository, std::string token);

  [[nodiscard]] std::string url() const { return server_.origin(); }
  // "POST /pulls" and so on, below /repos/octo/target, without the query.
  [[nodiscard]] std::vector<std::string> asked() const;
  [[nodiscard]] std::vector<CannedRequest> requests() const { return server_.requests(); }
  // The JSON that came with the last request of this kind; null if there was none.
  [[nodiscard]] nlohmann::json sent(const std::string& kind) const;
  // All pull requests ever opened, oldest first, as the API tells them, with their comments.
  [[nodiscard]] std::vector<nlohmann::json> pulls() const;
  // From now on answers `kind`, as asked() names it, with this refusal.
  void refuse(const std::string& kind, int status, const nlohmann::json& body);
  void stop_refusing();
  // From now on tells these scopes of a token to whoever asks for the repository.
  void tell_scopes(std::string scopes);
  void close_all();  // as if somebody had merged them

 private:
  [[nodiscard]] CannedResponse answer(const CannedRequest& request);
  [[nodiscard]] CannedResponse list(const std::string& query) const;
  [[nodiscard]] CannedResponse open(const nlohmann::json& wish);
  [[nodiscard]] CannedResponse change(nlohmann::json& pull, const std::string& what,
                                      const nlohmann::json& wish);
  [[nodiscard]] bool brings_commits(const std::string& head, const std::string& base) const;

  const GitRepo& repository_;
  std::string token_;
  std::string scopes_;  // of the token; empty: not told, as of a fine-grained one
  mutable std::mutex mutex_;
  std::vector<nlohmann::json> pulls_;
  std::vector<std::pair<std::string, CannedResponse>> refusals_;
  CannedServer server_;  // last: its thread uses the rest
};

}  // namespace occ::test
