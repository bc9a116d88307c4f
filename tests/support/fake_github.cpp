#include "support/fake_github.hpp"

#include <algorithm>

namespace occ::test {
namespace {

using nlohmann::json;

constexpr const char* kPrefix = "/repos/octo/target";

CannedResponse told(int status, const json& body) {
  return {.status = status,
          .headers = {{"Content-Type", "application/json; charset=utf-8"}},
          .body = body.dump()};
}

CannedResponse invalid(const std::string& message) {
  return told(
      422, {{"message", "Validation Failed"},
            {"errors", {{{"resource", "PullRequest"}, {"code", "custom"}, {"message", message}}}}});
}

// "POST /pulls/7/requested_reviewers" → "POST /pulls/#/requested_reviewers"
std::string kind_of(const CannedRequest& request) {
  std::string path = request.target.substr(0, request.target.find('?'));
  if (path.starts_with(kPrefix)) path.erase(0, std::string(kPrefix).size());
  std::string kind = request.method + ' ';
  for (std::size_t i = 0; i < path.size(); ++i) {
    const bool digit = path[i] >= '0' && path[i] <= '9';
    if (!digit) kind += path[i];
    if (digit && kind.back() != '#') kind += '#';
  }
  return kind;
}

json body_of(const CannedRequest& request) {
  return json::parse(request.body, nullptr, /*allow_exceptions=*/false);
}

}  // namespace

FakeGitHub::FakeGitHub(const GitRepo& repository, std::string token)
    : repository_(repository),
      token_(std::move(token)),
      server_([this](const CannedRequest& request) { return answer(request); }) {}

std::vector<std::string> FakeGitHub::asked() const {
  std::vector<std::string> kinds;
  for (const CannedRequest& request : server_.requests()) kinds.push_back(kind_of(request));
  return kinds;
}

json FakeGitHub::sent(const std::string& kind) const {
  json last;
  for (const CannedRequest& request : server_.requests()) {
    if (kind_of(request) == kind) last = body_of(request);
  }
  return last;
}

std::vector<json> FakeGitHub::pulls() const {
  const std::lock_guard lock(mutex_);
  return pulls_;
}

void FakeGitHub::refuse(const std::string& kind, int status, const json& body) {
  const std::lock_guard lock(mutex_);
  refusals_.emplace_back(kind, told(status, body));
}

void FakeGitHub::stop_refusing() {
  const std::lock_guard lock(mutex_);
  refusals_.clear();
}

void FakeGitHub::tell_scopes(std::string scopes) {
  const std::lock_guard lock(mutex_);
  scopes_ = std::move(scopes);
}

void FakeGitHub::close_all() {
  const std::lock_guard lock(mutex_);
  for (json& pull : pulls_) pull["state"] = "closed";
}

CannedResponse FakeGitHub::answer(const CannedRequest& request) {
  const std::lock_guard lock(mutex_);
  const auto login = request.headers.find("authorization");
  if (login == request.headers.end() || login->second != "Bearer " + token_) {
    return told(401, {{"message", "Bad credentials"}});
  }
  const std::string kind = kind_of(request);
  for (const auto& [refused, with] : refusals_) {
    if (refused == kind) return with;
  }
  if (kind == "GET " && !scopes_.empty()) {
    CannedResponse repository = told(200, {{"full_name", "octo/target"}});
    repository.headers["X-OAuth-Scopes"] = scopes_;
    return repository;
  }
  const std::size_t mark = request.target.find('?');
  if (kind == "GET /pulls")
    return list(mark == std::string::npos ? "" : request.target.substr(mark));
  if (kind == "POST /pulls") return open(body_of(request));
  const std::size_t hash = kind.find('#');
  const std::size_t digits = request.target.find_first_of("0123456789");
  if (hash != std::string::npos && digits != std::string::npos) {
    const int number = std::stoi(request.target.substr(digits));
    for (json& pull : pulls_) {
      if (pull["number"] == number) return change(pull, kind, body_of(request));
    }
  }
  return told(404, {{"message", "Not Found"}});
}

CannedResponse FakeGitHub::list(const std::string& query) const {
  json found = json::array();
  for (const json& pull : pulls_) {
    const bool open = pull["state"] == "open" || query.find("state=open") == std::string::npos;
    if (open) found.push_back(pull);
  }
  return told(200, found);
}

bool FakeGitHub::brings_commits(const std::string& head, const std::string& base) const {
  return repository_.git({"rev-list", "--count", "refs/heads/" + base + "..refs/heads/" + head}) !=
         "0";
}

CannedResponse FakeGitHub::open(const json& wish) {
  const std::string head = wish.value("head", "");
  const std::string base = wish.value("base", "");
  const RefMap refs = repository_.refs();
  if (!refs.contains("refs/heads/" + head)) return invalid("head is invalid");
  if (!refs.contains("refs/heads/" + base)) return invalid("base is invalid");
  for (const json& pull : pulls_) {
    if (pull["state"] == "open" && pull["head"]["ref"] == head && pull["base"]["ref"] == base) {
      return invalid("A pull request already exists for octo:" + head + ".");
    }
  }
  if (!brings_commits(head, base)) return invalid("No commits between " + base + " and " + head);
  const json repository{{"id", 99}, {"full_name", "octo/target"}};
  const int number = 7 + static_cast<int>(pulls_.size());
  pulls_.push_back(
      {{"number", number},
       {"state", "open"},
       {"html_url", "https://github.example/octo/target/pull/" + std::to_string(number)},
       {"title", wish.value("title", "")},
       {"body", wish.value("body", "")},
       {"draft", wish.value("draft", false)},
       {"comments_made", json::array()},
       {"head", {{"ref", head}, {"repo", repository}}},
       {"base", {{"ref", base}, {"repo", repository}}}});
  return told(201, pulls_.back());
}

CannedResponse FakeGitHub::change(json& pull, const std::string& what, const json& wish) {
  if (what == "PATCH /pulls/#") {
    for (const char* field : {"title", "body", "state"}) {
      if (wish.contains(field)) pull[field] = wish[field];
    }
    return told(200, pull);
  }
  if (what == "POST /issues/#/comments") {
    pull["comments_made"].push_back(wish.value("body", ""));
    return told(201, {{"id", 1}});
  }
  if (what == "POST /issues/#/labels") return told(200, json::array());
  if (what == "POST /issues/#/assignees") {
    json assigned = json::array();
    for (const json& user : wish["assignees"]) assigned.push_back({{"login", user}});
    return told(201, {{"assignees", assigned}});
  }
  if (what == "POST /pulls/#/requested_reviewers") return told(201, pull);
  return told(404, {{"message", "Not Found"}});
}

}  // namespace occ::test
