#include "github/pull_requests.hpp"

#include "github/scripted_api.hpp"
#include "samples.hpp"

#include <gmock/gmock.h>

namespace occ::github {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const json kNone = json::array();
const std::string kFind =
    "GET /repos/octo/target/pulls?state=open&base=main&per_page=100&head=octo%3Async%2Fmain";
const std::string kFindAll = "GET /repos/octo/target/pulls?state=open&base=main&per_page=100";
const std::string kCreate = "POST /repos/octo/target/pulls";
const std::string kChange = "PATCH /repos/octo/target/pulls/7";

PullRequestWish wish() {
  return {.head = "sync/main", .base = "main", .title = "Take over main", .body = "Two\nlines\n"};
}

json pull(int number = 7) {
  const json repository{{"id", 99}};
  return {{"number", number},
          {"state", "open"},
          {"html_url", "https://github.com/octo/target/pull/" + std::to_string(number)},
          {"title", "Take over main"},
          {"body", "Two\nlines\n"},
          {"head", {{"ref", "sync/main"}, {"repo", repository}}},
          {"base", {{"ref", "main"}, {"repo", repository}}}};
}

json changed(json value, const char* pointer, json with) {
  value[json::json_pointer(pointer)] = std::move(with);
  return value;
}

test::CannedResponse listed(std::initializer_list<json> pulls) {
  json list = json::array();
  for (const json& pull : pulls) list.push_back(pull);
  return told(200, list);
}

TEST(OpenOrUpdate, OpensOneWhereThereIsNone) {
  ScriptedApi github({told(200, kNone), told(201, pull())});
  const PullRequest opened = open_or_update(github.api(), wish());
  EXPECT_EQ(opened.number, 7U);
  EXPECT_EQ(opened.url, "https://github.com/octo/target/pull/7");
  EXPECT_TRUE(opened.is_new);
  EXPECT_THAT(opened.notes, IsEmpty());
  EXPECT_THAT(github.asked(), ElementsAre(kFind, kCreate));
  EXPECT_EQ(github.body(1), (json{{"title", "Take over main"},
                                  {"head", "sync/main"},
                                  {"base", "main"},
                                  {"body", "Two\nlines\n"}}));
}

TEST(OpenOrUpdate, ChangesNothingThatIsAsWished) {
  // As GitHub's editor leaves it behind.
  ScriptedApi github({listed({changed(pull(), "/body", "Two\r\nlines")})});
  PullRequestWish with_extras = wish();
  with_extras.labels = {"sync"};
  with_extras.reviewers = {"hubot"};
  const PullRequest found = open_or_update(github.api(), with_extras);
  EXPECT_EQ(found.number, 7U);
  EXPECT_FALSE(found.is_new);
  EXPECT_THAT(github.asked(), ElementsAre(kFind));
}

TEST(OpenOrUpdate, ChangesOnlyWhatDiffers) {
  ScriptedApi github({listed({changed(pull(), "/body", nullptr)}), told(200, pull()),
                      listed({changed(pull(), "/title", "Other")}), told(200, pull())});
  EXPECT_FALSE(open_or_update(github.api(), wish()).is_new);
  EXPECT_FALSE(open_or_update(github.api(), wish()).is_new);
  EXPECT_THAT(github.asked(), ElementsAre(kFind, kChange, kFind, kChange));
  EXPECT_EQ(github.body(1), (json{{"body", "Two\nlines\n"}}));
  EXPECT_EQ(github.body(3), (json{{"title", "Take over main"}}));
}

TEST(OpenOrUpdate, TouchesNoOtherPullRequest) {
  // GitHub leaves out a filter that it does not understand.
  ScriptedApi github(
      {listed({changed(pull(1), "/head/repo", nullptr), changed(pull(2), "/head/repo/id", 100),
               changed(pull(3), "/head/ref", "sync/main2"), changed(pull(4), "/base/ref", "next"),
               changed(pull(5), "/state", "closed"), "nonsense"}),
       told(201, pull())});
  EXPECT_TRUE(open_or_update(github.api(), wish()).is_new);
  EXPECT_THAT(github.asked(), ElementsAre(kFind, kCreate));
}

TEST(OpenOrUpdate, TakesTheOneThatSomebodyElseOpenedMeanwhile) {
  ScriptedApi github({told(200, kNone),
                      invalid("A pull request already exists for octo:sync/main."),
                      listed({changed(pull(), "/title", "Theirs")}), told(200, pull())});
  PullRequestWish with_label = wish();
  with_label.labels = {"sync"};
  const PullRequest found = open_or_update(github.api(), with_label);
  EXPECT_EQ(found.number, 7U);
  EXPECT_FALSE(found.is_new);
  EXPECT_THAT(github.asked(), ElementsAre(kFind, kCreate, kFindAll, kChange));
}

TEST(OpenOrUpdate, KnowsItsOwnAgainWhenTheAnswerWasLost) {
  ScriptedApi github({told(200, kNone), refused(502, "Server Error"),
                      invalid("A pull request already exists for octo:sync/main."),
                      listed({pull()}), told(200, kNone)});
  PullRequestWish with_label = wish();
  with_label.labels = {"sync"};
  const PullRequest opened = open_or_update(github.api(), with_label);
  EXPECT_TRUE(opened.is_new);
  EXPECT_THAT(github.asked(), ElementsAre(kFind, kCreate, kCreate, kFindAll,
                                          "POST /repos/octo/target/issues/7/labels"));
}

TEST(OpenOrUpdate, LooksEverywhereWhenTheRepositoryHasMoved) {
  ScriptedApi github({refused(301, "Moved", {{"Location", "/repositories/9/pulls?state=open"}}),
                      told(200, kNone), listed({pull()})});
  EXPECT_EQ(open_or_update(github.api(), wish()).number, 7U);
  EXPECT_EQ(github.asked().back(), kFindAll);
}

TEST(OpenOrUpdate, FailsWithGitHubsReason) {
  const std::vector<std::pair<test::CannedResponse, FailureCode>> kReasons{
      {invalid("No commits between main and sync/main"), FailureCode::api_refused},
      {refused(403, "Resource not accessible by integration"), FailureCode::no_permission},
      {refused(404, "Not Found"), FailureCode::repository_not_found},
      {refused(401, "Bad credentials"), FailureCode::authentication_failed}};
  for (const auto& [answer, code] : kReasons) {
    ScriptedApi github({told(200, kNone), answer});
    const auto act = [&] { static_cast<void>(open_or_update(github.api(), wish())); };
    EXPECT_EQ(test::failure_of(act), code);
  }
  ScriptedApi github({told(200, kNone), invalid("No commits between main and sync/main")});
  EXPECT_EQ(test::failure_text([&] { static_cast<void>(open_or_update(github.api(), wish())); }),
            "POST /repos/octo/target/pulls: HTTP 422, 'Validation Failed: No commits between main "
            "and sync/main'");
}

TEST(OpenOrUpdate, FailsIfTheOneThatExistsIsNotToBeFound) {
  ScriptedApi github({told(200, kNone),
                      invalid("A pull request already exists for octo:sync/main."),
                      told(200, kNone)});
  EXPECT_EQ(test::failure_of([&] { static_cast<void>(open_or_update(github.api(), wish())); }),
            FailureCode::api_refused);
}

TEST(OpenOrUpdate, OpensNoDraftWhereThePlanHasNone) {
  ScriptedApi github({told(200, kNone),
                      refused(422, "Draft pull requests are not supported in this repository."),
                      told(201, pull())});
  PullRequestWish draft = wish();
  draft.draft = true;
  const PullRequest opened = open_or_update(github.api(), draft);
  EXPECT_TRUE(opened.is_new);
  EXPECT_THAT(opened.notes, ElementsAre(HasSubstr("no draft")));
  EXPECT_EQ(github.body(1)["draft"], true);
  EXPECT_FALSE(github.body(2).contains("draft"));
}

TEST(OpenOrUpdate, AsksForEveryExtraOfANewOne) {
  ScriptedApi github({told(200, kNone), told(201, pull()), told(200, kNone),
                      told(201, {{"assignees", {{{"login", "Octocat"}}}}}), told(201, pull())});
  PullRequestWish full = wish();
  full.labels = {"sync", "conflict"};
  full.assignees = {"octocat", "ghost"};
  full.reviewers = {"hubot", "octo/core"};
  const PullRequest opened = open_or_update(github.api(), full);
  EXPECT_THAT(opened.notes, ElementsAre("'ghost' could not be assigned"));
  EXPECT_THAT(github.asked(), ElementsAre(kFind, kCreate, "POST /repos/octo/target/issues/7/labels",
                                          "POST /repos/octo/target/issues/7/assignees",
                                          "POST /repos/octo/target/pulls/7/requested_reviewers"));
  EXPECT_EQ(github.body(2), (json{{"labels", {"sync", "conflict"}}}));
  EXPECT_EQ(github.body(3), (json{{"assignees", {"octocat", "ghost"}}}));
  EXPECT_EQ(github.body(4), (json{{"reviewers", {"hubot"}}, {"team_reviewers", {"core"}}}));
}

TEST(OpenOrUpdate, MakesNotesOfExtrasThatFail) {
  const auto lacking = refused(403, "Resource not accessible by personal access token");
  ScriptedApi github({told(200, kNone), told(201, pull()), lacking,
                      refused(422, "Reviews may only be requested from collaborators."),
                      told(201, pull()), refused(422, "Reviews may only be requested from them.")});
  PullRequestWish full = wish();
  full.labels = {"sync"};
  full.reviewers = {"hubot", "stranger"};
  const PullRequest opened = open_or_update(github.api(), full);
  EXPECT_TRUE(opened.is_new);
  EXPECT_THAT(opened.notes,
              ElementsAre(testing::AllOf(HasSubstr("the labels could not be set: "),
                                         HasSubstr("'Issues: read and write'")),
                          testing::AllOf(HasSubstr("reviewer 'stranger' could not be asked: "),
                                         HasSubstr("requested from them"))));
}

TEST(OpenOrUpdate, CutsWhatGitHubWouldRefuse) {
  ScriptedApi github({told(200, kNone), told(201, pull())});
  PullRequestWish long_wish = wish();
  for (int i = 0; i < 300; ++i) long_wish.title += "ä\n";
  for (int i = 0; i < 20'000; ++i) long_wish.body += "🙂🙂🙂🙂\n";
  static_cast<void>(open_or_update(github.api(), long_wish));
  const auto characters = [](const std::string& text) {
    return std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; });
  };
  const std::string title = github.body(1)["title"];
  const std::string body = github.body(1)["body"];
  EXPECT_EQ(characters(title), 256);
  EXPECT_EQ(title.find('\n'), std::string::npos);
  EXPECT_LE(characters(body), 65'536);
  EXPECT_GT(characters(body), 65'400);
  EXPECT_THAT(body,
              testing::EndsWith("\n\n*The rest was left out: GitHub takes 65,536 characters.*\n"));
}

TEST(OpenOrUpdate, CutsTheSameWayEveryTime) {
  ScriptedApi first({told(200, kNone), told(201, pull())});
  PullRequestWish long_wish = wish();
  long_wish.body.append(70'000, 'x');
  static_cast<void>(open_or_update(first.api(), long_wish));
  ScriptedApi second({listed({changed(pull(), "/body", first.body(1)["body"])})});
  static_cast<void>(open_or_update(second.api(), long_wish));
  EXPECT_THAT(second.asked(), ElementsAre(kFind));
}

TEST(OpenOrUpdate, ShowsNoAddressThatIsNone) {
  for (const json& url : {json("javascript:alert(1)"), json("https://x/\n::error::"), json(7)}) {
    ScriptedApi github({told(200, kNone), told(201, changed(pull(), "/html_url", url))});
    EXPECT_EQ(open_or_update(github.api(), wish()).url, "");
  }
  ScriptedApi github({told(200, kNone), told(201, changed(pull(), "/number", "7"))});
  EXPECT_EQ(test::failure_of([&] { static_cast<void>(open_or_update(github.api(), wish())); }),
            FailureCode::protocol_error);
}

TEST(CloseIfOpen, SaysWhyAndCloses) {
  ScriptedApi github({listed({pull()}), told(201, {{"id", 1}}), told(200, pull())});
  const auto closed = close_if_open(github.api(), "sync/main", "main", "In step again.");
  ASSERT_TRUE(closed);
  EXPECT_EQ(closed->number, 7U);
  EXPECT_FALSE(closed->is_new);
  EXPECT_THAT(github.asked(),
              ElementsAre(kFind, "POST /repos/octo/target/issues/7/comments", kChange));
  EXPECT_EQ(github.body(1), (json{{"body", "In step again."}}));
  EXPECT_EQ(github.body(2), (json{{"state", "closed"}}));
}

TEST(CloseIfOpen, DoesNothingWhereNoneIsOpen) {
  ScriptedApi github({told(200, kNone)});
  EXPECT_FALSE(close_if_open(github.api(), "sync/main", "main", "In step again."));
  EXPECT_THAT(github.asked(), ElementsAre(kFind));
}

TEST(CloseIfOpen, ClosesThoughTheCommentFails) {
  ScriptedApi github({listed({pull()}), refused(502, "Server Error"), told(200, pull())});
  const auto closed = close_if_open(github.api(), "sync/main", "main", "In step again.");
  ASSERT_TRUE(closed);
  EXPECT_THAT(closed->notes, ElementsAre(HasSubstr("closed without a comment")));
  EXPECT_EQ(github.asked().size(), 3U);  // nobody wants the comment twice
}

TEST(CloseIfOpen, FailsIfItStaysOpen) {
  ScriptedApi github({listed({pull()}), refused(403, "Resource not accessible")});
  EXPECT_EQ(test::failure_of(
                [&] { static_cast<void>(close_if_open(github.api(), "sync/main", "main", "")); }),
            FailureCode::no_permission);
}

}  // namespace
}  // namespace occ::github
