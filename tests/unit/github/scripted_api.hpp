// GitHub's API as a test writes it down: one answer for each request, in order. What was asked is
// looked at afterwards.
#pragma once

#include "github/api.hpp"
#include "support/canned_server.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace occ::github {

class Notices final : public Trace {
 public:
  void debug(std::string_view text) override { debugged.emplace_back(text); }
  void notice(std::string_view text) override { noticed.emplace_back(text); }
  void remote(std::string_view /*side*/, std::string_view /*text*/) override {}
  void progress(std::uint64_t /*pack_bytes*/) override {}

  std::vector<std::string> noticed;
  std::vector<std::string> debugged;
};

inline test::CannedResponse told(int status, const nlohmann::json& body,
                                 std::map<std::string, std::string> headers = {}) {
  headers.emplace("Content-Type", "application/json; charset=utf-8");
  return {.status = status, .headers = std::move(headers), .body = body.dump()};
}

inline test::CannedResponse refused(int status, const std::string& message,
                                    std::map<std::string, std::string> headers = {}) {
  return told(status, {{"message", message}}, std::move(headers));
}

// A 422 in the form that failed validations have.
inline test::CannedResponse invalid(const std::string& message) {
  return told(
      422, {{"message", "Validation Failed"},
            {"errors", {{{"resource", "PullRequest"}, {"code", "custom"}, {"message", message}}}}});
}

class ScriptedApi {
 public:
  static constexpr const char* kToken = "ghp_0123456789abcdefSECRET";

  explicit ScriptedApi(std::vector<test::CannedResponse> answers, std::string prefix = {})
      : answers_(answers.begin(), answers.end()),
        server_([this](const test::CannedRequest&) { return next(); }) {
    access_.api_url = server_.origin() + prefix;
    access_.repository = "octo/target";
    access_.token = Secret(kToken);
    patience_.between = {std::chrono::milliseconds(1), std::chrono::milliseconds(2)};
    patience_.unnamed_rate_limit = std::chrono::milliseconds(2);
    patience_.margin = std::chrono::milliseconds(1);
    patience_.now = [] { return std::chrono::system_clock::time_point(kNow); };
  }

  // The moment at which the test's clock stands.
  static constexpr std::chrono::seconds kNow{1'772'000'000};

  Api& api() {
    if (!api_) api_ = std::make_unique<Api>(access_, loop_, trace, patience_);
    return *api_;
  }

  // "GET /repos/octo/target/pulls?state=open" of each request.
  [[nodiscard]] std::vector<std::string> asked() const {
    std::vector<std::string> lines;
    for (const auto& request : server_.requests()) {
      lines.push_back(request.method + ' ' + request.target);
    }
    return lines;
  }
  [[nodiscard]] test::CannedRequest request(std::size_t number) const {
    return server_.requests().at(number);
  }
  [[nodiscard]] nlohmann::json body(std::size_t number) const {
    return nlohmann::json::parse(request(number).body);
  }
  [[nodiscard]] std::string origin() const { return server_.origin(); }
  [[nodiscard]] ApiPatience& patience() { return patience_; }
  [[nodiscard]] ApiAccess& access() { return access_; }
  // For answers that name the server's own address.
  void then(test::CannedResponse answer) { answers_.push_back(std::move(answer)); }

  Notices trace;

 private:
  test::CannedResponse next() {
    if (answers_.empty()) return refused(418, "the script has ended");
    test::CannedResponse answer = answers_.front();
    answers_.pop_front();
    return answer;
  }

  std::deque<test::CannedResponse> answers_;
  net::Loop loop_{{}};
  ApiAccess access_;
  ApiPatience patience_;
  std::unique_ptr<Api> api_;
  test::CannedServer server_;  // last: its thread uses what stands above
};

}  // namespace occ::github
