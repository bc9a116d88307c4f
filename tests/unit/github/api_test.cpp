#include "github/scripted_api.hpp"
#include "samples.hpp"

#include <gmock/gmock.h>

namespace occ::github {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const json kNothingYet = json::array();

TEST(Api, SendsWhatTheApiAsksFor) {
  ScriptedApi github({told(201, {{"ok", true}})});
  const ApiAnswer answer = github.api().ask(
      {.method = "POST", .path = "/pulls", .query = {{"head", "octo:a b&c"}}, .body = {{"a", 1}}});
  EXPECT_EQ(answer.status, 201);
  EXPECT_EQ(answer.body["ok"], true);
  const auto sent = github.request(0);
  EXPECT_EQ(sent.method, "POST");
  EXPECT_EQ(sent.target, "/repos/octo/target/pulls?head=octo%3Aa%20b%26c");
  EXPECT_EQ(sent.headers.at("accept"), "application/vnd.github+json");
  EXPECT_EQ(sent.headers.at("x-github-api-version"), "2022-11-28");
  EXPECT_EQ(sent.headers.at("content-type"), "application/json");
  EXPECT_TRUE(sent.headers.at("user-agent").starts_with("sync-action/"));
  EXPECT_EQ(sent.headers.at("authorization"), std::string("Bearer ") + ScriptedApi::kToken);
  EXPECT_EQ(sent.body, R"({"a":1})");
}

TEST(Api, SendsNoAuthorizationWithoutAToken) {
  ScriptedApi github({told(200, {})});
  github.access().token = Secret();
  static_cast<void>(github.api().ask({}));
  EXPECT_FALSE(github.request(0).headers.contains("authorization"));
}

TEST(Api, KeepsThePathOfAnEnterpriseServer) {
  ScriptedApi github({told(200, {})}, "/api/v3/");
  static_cast<void>(github.api().ask({}));
  EXPECT_THAT(github.asked(), ElementsAre("GET /api/v3/repos/octo/target"));
}

TEST(Api, IsNotMadeOfWhatIsNoAddressOrNoRepository) {
  const auto failure_with = [](const std::string& url, const std::string& repository) {
    return test::failure_of([&] {
      net::Loop loop({});
      SilentTrace trace;
      const Api api({.api_url = url, .repository = repository, .token = {}, .trust = {}}, loop,
                    trace);
    });
  };
  EXPECT_EQ(failure_with("https://api.github.com", "octo/target"), std::nullopt);
  for (const std::string url : {"", "file:///etc", "https://user@host", "https://host/?a=b"}) {
    EXPECT_EQ(failure_with(url, "octo/target"), FailureCode::bad_input) << url;
  }
  for (const std::string name :
       {"", "octo", "octo/", "/target", "a/b/c", "../x", "a/..", "a/b?c"}) {
    EXPECT_EQ(failure_with("https://api.github.com", name), FailureCode::bad_input) << name;
  }
}

TEST(Api, ReadsAnAnswerWithoutABody) {
  ScriptedApi github({test::CannedResponse{.status = 204}});
  const ApiAnswer answer = github.api().ask({.method = "DELETE", .path = "/x"});
  EXPECT_TRUE(answer.is_success());
  EXPECT_TRUE(answer.body.is_null());
}

TEST(Api, TellsARefusalWithEndpointMessageAndPermission) {
  ScriptedApi github({refused(403, "Resource not accessible by\npersonal access token")});
  const std::string text = test::failure_text([&] {
    static_cast<void>(
        github.api().ask_for({.path = "/pulls", .permission = "Pull requests: read"}));
  });
  EXPECT_EQ(text,
            "GET /repos/octo/target/pulls: HTTP 403, 'Resource not accessible by personal access "
            "token'; the token needs 'Pull requests: read' (classic: scope 'repo')");
}

TEST(Api, MakesEachRefusalAFailureOfItsOwn) {
  const std::vector<std::pair<int, FailureCode>> kCodes{
      {401, FailureCode::authentication_failed}, {403, FailureCode::no_permission},
      {404, FailureCode::repository_not_found},  {410, FailureCode::repository_not_found},
      {422, FailureCode::api_refused},           {400, FailureCode::api_refused}};
  for (const auto& [status, code] : kCodes) {
    ScriptedApi github({refused(status, "no")});
    EXPECT_EQ(test::failure_of([&] { static_cast<void>(github.api().ask_for({})); }), code)
        << status;
    EXPECT_EQ(github.asked().size(), 1U);
  }
}

TEST(Api, SaysWhereActionsAreAllowedToOpenPullRequests) {
  ScriptedApi github(
      {refused(403, "GitHub Actions is not permitted to create or approve pull requests.")});
  EXPECT_THAT(test::failure_text([&] { static_cast<void>(github.api().ask_for({})); }),
              HasSubstr("settings under Actions, General"));
}

TEST(Api, NeverShowsTheTokenThatAServerRepeats) {
  ScriptedApi github(
      {refused(422, std::string("you sent ") + ScriptedApi::kToken + " ::error::x")});
  const ApiAnswer answer = github.api().ask({});
  EXPECT_THAT(answer.message, HasSubstr("you sent"));
  EXPECT_THAT(answer.message, Not(HasSubstr("SECRET")));
  EXPECT_THAT(answer.message, Not(HasSubstr("::")));
  EXPECT_THAT(github.trace.debugged, Not(Contains(HasSubstr("SECRET"))));
}

TEST(Api, GathersTheReasonsOfAFailedValidation) {
  ScriptedApi github(
      {told(422, {{"message", "Validation Failed"},
                  {"errors",
                   {{{"resource", "PullRequest"}, {"field", "base"}, {"code", "invalid"}},
                    "a text",
                    {{"message", "words"}},
                    7}}})});
  EXPECT_EQ(github.api().ask({}).message, "Validation Failed: base is invalid: a text: words");
}

TEST(Api, TriesAgainWhatTheServerFailedAt) {
  ScriptedApi github(
      {{.status = 502, .headers = {}, .body = "<html>"}, refused(500, ""), told(200, {{"id", 1}})});
  const ApiAnswer answer = github.api().ask({});
  EXPECT_EQ(answer.body["id"], 1);
  EXPECT_TRUE(answer.was_repeated);
  EXPECT_EQ(github.asked().size(), 3U);
}

TEST(Api, GivesUpOnAServerThatKeepsFailing) {
  ScriptedApi github(
      {refused(500, ""), refused(500, ""), refused(500, ""), refused(500, ""), told(200, {})});
  EXPECT_EQ(test::failure_of([&] { static_cast<void>(github.api().ask({})); }),
            FailureCode::server_error);
  EXPECT_EQ(github.asked().size(), 4U);
}

TEST(Api, DoesNotRepeatWhatWouldBeDoneTwice) {
  ScriptedApi github({refused(502, ""), told(201, {})});
  EXPECT_EQ(test::failure_of([&] {
              static_cast<void>(
                  github.api().ask({.method = "POST", .path = "/x", .repeat = Repeat::harmful}));
            }),
            FailureCode::server_error);
  EXPECT_EQ(github.asked().size(), 1U);
}

TEST(Api, TriesAgainWhereNobodyAnswers) {
  ScriptedApi github({});
  github.access().api_url = "http://127.0.0.1:" + std::to_string(test::closed_port());
  EXPECT_EQ(test::failure_of([&] { static_cast<void>(github.api().ask({})); }),
            FailureCode::host_unreachable);
  EXPECT_THAT(github.trace.debugged, Contains(HasSubstr("trying again")).Times(3));
}

TEST(Api, WaitsForTheEndOfARateLimit) {
  const std::string past = std::to_string(ScriptedApi::kNow.count() - 1);
  ScriptedApi github({refused(403, "API rate limit exceeded",
                              {{"x-ratelimit-remaining", "0"}, {"x-ratelimit-reset", past}}),
                      refused(429, "You have exceeded a secondary rate limit"),
                      refused(403, "slow down", {{"retry-after", "0"}}), told(200, {{"id", 1}})});
  // What may not be repeated may be after a rate limit: nothing was done.
  const ApiAnswer answer =
      github.api().ask({.method = "POST", .path = "/x", .repeat = Repeat::harmful});
  EXPECT_EQ(answer.body["id"], 1);
  EXPECT_FALSE(answer.was_repeated);
  EXPECT_THAT(github.trace.noticed,
              ElementsAre(HasSubstr("of this hour are used up; waiting for 1 s"),
                          HasSubstr("fewer requests at a time; waiting for 1 s"),
                          HasSubstr("fewer requests at a time; waiting for 1 s")));
}

TEST(Api, DoesNotWaitForARateLimitThatLastsTooLong) {
  const std::string later = std::to_string(ScriptedApi::kNow.count() + 2400);
  ScriptedApi github({refused(403, "API rate limit exceeded",
                              {{"x-ratelimit-remaining", "0"}, {"x-ratelimit-reset", later}})});
  try {
    static_cast<void>(github.api().ask({}));
    FAIL() << "it waited";
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.code(), FailureCode::rate_limited);
    EXPECT_THAT(failure.what(), HasSubstr("taken again in 41 minutes"));
    EXPECT_EQ(failure.retry_after(), std::chrono::seconds(2401));
  }
  EXPECT_EQ(github.asked().size(), 1U);
}

TEST(Api, WaitsForAllRateLimitsTogetherNoLongerThanOnce) {
  ScriptedApi github({refused(429, ""), refused(429, ""), refused(429, ""), told(200, {})});
  github.patience().unnamed_rate_limit = milliseconds(10);
  github.patience().rate_limits = milliseconds(45);  // 10 and 20, but not 40 more
  EXPECT_EQ(test::failure_of([&] { static_cast<void>(github.api().ask({})); }),
            FailureCode::rate_limited);
  EXPECT_EQ(github.asked().size(), 3U);
}

TEST(Api, StopsAskingAServerThatIsNeverSatisfied) {
  ScriptedApi github(std::vector(20, refused(429, "", {{"retry-after", "0"}})));
  EXPECT_EQ(test::failure_of([&] { static_cast<void>(github.api().ask({})); }),
            FailureCode::rate_limited);
  EXPECT_EQ(github.asked().size(), 11U);
}

TEST(Api, FollowsARenamedRepositoryWithVerbAndBody) {
  for (const int status : {301, 302, 307, 308}) {
    ScriptedApi github({refused(status, "Moved", {{"Location", "/repositories/7/pulls"}}),
                        told(201, {{"id", 1}})});
    EXPECT_FALSE(github.api().has_moved());
    const ApiAnswer answer =
        github.api().ask({.method = "POST", .path = "/pulls", .body = {{"a", 1}}});
    EXPECT_EQ(answer.status, 201);
    EXPECT_TRUE(github.api().has_moved());
    EXPECT_THAT(github.asked(),
                ElementsAre("POST /repos/octo/target/pulls", "POST /repositories/7/pulls"));
    EXPECT_EQ(github.request(1).body, R"({"a":1})");
    EXPECT_TRUE(github.request(1).headers.contains("authorization"));
    EXPECT_EQ(github.trace.noticed.size(), 1U);
  }
}

TEST(Api, NeverFollowsARedirectToAnotherOrigin) {
  test::CannedServer stranger([](const test::CannedRequest&) { return told(200, {}); });
  ScriptedApi github({});
  const std::string port = std::to_string(stranger.port());
  for (const std::string& location :
       {stranger.origin() + "/repos/octo/target", "//127.0.0.1:" + port + "/x",
        "https" + github.origin().substr(4) + "/x", std::string("javascript:alert(1)"),
        std::string("http://[broken"), std::string()}) {
    github.then(refused(301, "Moved", {{"Location", location}}));
    EXPECT_EQ(test::failure_of([&] { static_cast<void>(github.api().ask({})); }),
              FailureCode::protocol_error)
        << location;
  }
  EXPECT_TRUE(stranger.requests().empty());
  EXPECT_FALSE(github.api().has_moved());
}

TEST(Api, LeavesACircleOfRedirects) {
  ScriptedApi github(std::vector(9, refused(307, "Moved", {{"Location", "/a"}})));
  EXPECT_EQ(test::failure_of([&] { static_cast<void>(github.api().ask({})); }),
            FailureCode::protocol_error);
  EXPECT_EQ(github.asked().size(), 6U);
}

TEST(Api, ReadsAListPageByPage) {
  ScriptedApi github({});
  github.then(told(200, {1, 2},
                   {{"Link", "<" + github.origin() + "/p/1>; rel=\"prev\", <" + github.origin() +
                                 "/p/2?a,b>; rel=\"next\", </p/9>; rel=\"last\""}}));
  github.then(told(200, {3}, {{"Link", "</p/1>; rel=\"first\""}}));
  EXPECT_EQ(github.api().list({.path = "/pulls"}), (std::vector<json>{1, 2, 3}));
  EXPECT_THAT(github.asked(), ElementsAre("GET /repos/octo/target/pulls", "GET /p/2?a,b"));
}

TEST(Api, ReadsNoMorePagesThanItsLimit) {
  ScriptedApi github(std::vector(15, told(200, {1}, {{"Link", "</p>; rel=\"next\""}})));
  EXPECT_EQ(github.api().list({}).size(), static_cast<std::size_t>(Api::kMostPages));
}

TEST(Api, AsksNoOtherOriginForTheNextPage) {
  test::CannedServer stranger([](const test::CannedRequest&) { return told(200, kNothingYet); });
  ScriptedApi github({told(200, {1}, {{"Link", "<" + stranger.origin() + "/p>; rel=\"next\""}})});
  EXPECT_EQ(github.api().list({}).size(), 1U);
  EXPECT_TRUE(stranger.requests().empty());
}

TEST(Api, TakesNothingThatIsNotTheApi) {
  const std::vector<test::CannedResponse> kAnswers{
      {.status = 200, .headers = {{"Content-Type", "text/html"}}, .body = "<html>log in</html>"},
      {.status = 200, .headers = {}, .body = "{\"cut\":"},
      {.status = 200, .headers = {}, .body = std::string(Api::kAnswerLimit, ' ')},
      // Two ids so deep, compared with each other, ended the program.
      {.status = 200,
       .headers = {},
       .body = "{\"id\":" + std::string(900'000, '[') + std::string(900'000, ']') + '}'},
      {.status = 304}};
  for (const auto& answer : kAnswers) {
    ScriptedApi github({answer});
    EXPECT_EQ(test::failure_of([&] { static_cast<void>(github.api().ask({})); }),
              FailureCode::protocol_error);
  }
  ScriptedApi github({told(200, {{"not", "a list"}})});
  EXPECT_EQ(test::failure_of([&] { static_cast<void>(github.api().list({})); }),
            FailureCode::protocol_error);
}

TEST(Api, StopsWhenTheRunIsCancelled) {
  std::atomic<int> signal{0};
  test::CannedServer server([&](const test::CannedRequest&) {
    signal = 2;
    return refused(429, "", {{"retry-after", "300"}});
  });
  net::Loop loop({std::chrono::milliseconds(60'000), &signal});
  SilentTrace trace;
  Api api({.api_url = server.origin(), .repository = "octo/target", .token = {}, .trust = {}}, loop,
          trace);
  EXPECT_EQ(test::failure_of([&] { static_cast<void>(api.ask({})); }), FailureCode::cancelled);
}

}  // namespace
}  // namespace occ::github
