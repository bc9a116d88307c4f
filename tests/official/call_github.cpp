// Asks GitHub's REST API with the github room, for github.test.mjs. Standard input: JSON
// {api_url, token, calls: [{do: "facts" | "open" | "close", …}]}. The answers go to the file named
// by the first argument; notices are printed. The waits between tries are a thousandth of the real
// ones.
#include "github/pull_requests.hpp"
#include "github/token.hpp"

#include <nlohmann/json.hpp>

#include <fstream>
#include <iostream>
#include <string>

namespace {

using nlohmann::json;
using namespace occ;

class PrintedTrace final : public Trace {
 public:
  void debug(std::string_view text) override { std::cout << "debug: " << text << '\n'; }
  void notice(std::string_view text) override { std::cout << "notice: " << text << '\n'; }
  void remote(std::string_view /*side*/, std::string_view /*text*/) override {}
  void progress(std::uint64_t /*pack_bytes*/) override {}
};

json told(const github::PullRequest& pull) {
  return {
      {"number", pull.number}, {"url", pull.url}, {"is_new", pull.is_new}, {"notes", pull.notes}};
}

json told(const github::RepositoryFacts& facts) {
  return {{"full_name", facts.full_name},
          {"scopes", facts.scopes ? json(*facts.scopes) : json()},
          {"can_push", facts.can_push},
          {"archived", facts.archived},
          {"default_branch", facts.default_branch}};
}

github::PullRequestWish wish_in(const json& call) {
  github::PullRequestWish wish;
  wish.head = call.at("head");
  wish.base = call.at("base");
  wish.title = call.at("title");
  wish.body = call.at("body");
  wish.labels = call.value("labels", wish.labels);
  wish.reviewers = call.value("reviewers", wish.reviewers);
  wish.assignees = call.value("assignees", wish.assignees);
  wish.draft = call.value("draft", false);
  return wish;
}

json answer_to(github::Api& api, const json& call) {
  try {
    if (call.at("do") == "facts") return told(github::repository_facts(api));
    if (call.at("do") == "open") return told(github::open_or_update(api, wish_in(call)));
    const auto closed =
        github::close_if_open(api, call.at("head"), call.at("base"), call.at("comment"));
    return closed ? told(*closed) : json();
  } catch (const Failure& failure) {
    return {{"failure", failure.entry().id}, {"detail", failure.what()}};
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const json task = json::parse(std::cin);
  net::Loop loop({});
  PrintedTrace trace;
  github::ApiPatience patience;
  patience.between = {std::chrono::milliseconds(1), std::chrono::milliseconds(30)};
  patience.unnamed_rate_limit = std::chrono::milliseconds(60);
  patience.margin = std::chrono::milliseconds(1);
  github::Api api({.api_url = task.at("api_url"),
                   .repository = "octo/target",
                   .token = Secret(task.at("token")),
                   .trust = {}},
                  loop, trace, patience);
  json answers = json::array();
  for (const json& call : task.at("calls")) answers.push_back(answer_to(api, call));
  std::ofstream(argv[1]) << answers.dump();
}
