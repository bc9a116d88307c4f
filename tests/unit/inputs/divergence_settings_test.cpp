#include "inputs/divergence_settings.hpp"

#include "samples.hpp"

#include <gtest/gtest.h>

namespace occ::inputs {
namespace {

using test::failure_of;

Settings read(const Environment& more) {
  Environment all = more;
  all.insert({{"INPUT_SOURCE_REPO", "a/source"}, {"INPUT_TARGET_REPO", "b/target"}});
  return read_settings(all);
}

void expect_refused(const Environment& more, const std::string& input) {
  try {
    static_cast<void>(read(more));
    ADD_FAILURE() << input << " was taken";
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.code(), FailureCode::bad_input);
    EXPECT_NE(std::string(failure.what()).find(input + ": "), std::string::npos) << failure.what();
  }
}

TEST(DivergenceSettings, AreCautiousByDefault) {
  const Settings settings = read({});
  EXPECT_EQ(settings.on_divergence, OnDivergence::fail);
  EXPECT_EQ(settings.on_conflict, OnConflict::fail);
  EXPECT_EQ(settings.direction, Direction::to_target);
  EXPECT_FALSE(settings.pull_requests.draft);
  EXPECT_NE(settings.merge_author.find(" <"), std::string::npos);
}

TEST(DivergenceSettings, KnowEveryWay) {
  EXPECT_EQ(read({{"INPUT_ON_DIVERGENCE", "merge"}}).on_divergence, OnDivergence::merge);
  EXPECT_EQ(read({{"INPUT_ON_DIVERGENCE", "pull_request"}}).on_divergence,
            OnDivergence::pull_request);
  EXPECT_EQ(read({{"INPUT_ON_CONFLICT", "ours"}}).on_conflict, OnConflict::ours);
  EXPECT_EQ(read({{"INPUT_ON_CONFLICT", "theirs"}}).on_conflict, OnConflict::theirs);
  EXPECT_EQ(read({{"INPUT_ON_CONFLICT", "pull_request"}}).on_conflict, OnConflict::pull_request);
  EXPECT_EQ(read({{"INPUT_DIRECTION", "both"}}).direction, Direction::both);
}

TEST(DivergenceSettings, KnowNoOther) {
  expect_refused({{"INPUT_ON_DIVERGENCE", "Merge"}}, "on_divergence");
  expect_refused({{"INPUT_ON_CONFLICT", "union"}}, "on_conflict");
  expect_refused({{"INPUT_DIRECTION", "to_source"}}, "direction");
  expect_refused({{"INPUT_PULL_REQUEST_DRAFT", "maybe"}}, "pull_request_draft");
}

TEST(DivergenceSettings, SplitTheListsOfAPullRequest) {
  const PullRequestSettings wishes = read({{"INPUT_PULL_REQUEST_LABELS", " needs care,, sync \n\r"},
                                           {"INPUT_PULL_REQUEST_REVIEWERS", "one\norg/team"},
                                           {"INPUT_PULL_REQUEST_ASSIGNEES", ""}})
                                         .pull_requests;
  EXPECT_EQ(wishes.labels, (std::vector<std::string>{"needs care", "sync"}));
  EXPECT_EQ(wishes.reviewers, (std::vector<std::string>{"one", "org/team"}));
  EXPECT_TRUE(wishes.assignees.empty());
}

TEST(DivergenceSettings, KnowWhichGitHubTheTargetIsOn) {
  const auto asked = [](Environment more) {
    more["INPUT_ON_DIVERGENCE"] = "pull_request";
    const Settings settings = read(more);
    return settings.pull_requests.api_url + ' ' + settings.pull_requests.repository;
  };
  EXPECT_EQ(asked({}), "https://api.github.com b/target");
  EXPECT_EQ(asked({{"INPUT_TARGET_REPO", "https://github.com/x/y.git"}}),
            "https://api.github.com x/y");
  EXPECT_EQ(asked({{"INPUT_TARGET_REPO", "https://user:secret@github.com/x/y/"}}),
            "https://api.github.com x/y");
  const Environment enterprise{{"GITHUB_SERVER_URL", "https://git.example"},
                               {"GITHUB_API_URL", "https://git.example/api/v3"}};
  EXPECT_EQ(asked(enterprise), "https://git.example/api/v3 b/target");
  Environment abroad = enterprise;
  abroad["INPUT_TARGET_REPO"] = "https://github.com/x/y";
  EXPECT_EQ(asked(abroad), "https://api.github.com x/y");
}

TEST(DivergenceSettings, OpenNoPullRequestElsewhere) {
  for (const char* target : {"https://gitlab.example/x/y", "/srv/git/y.git", "git@github.com:x/y",
                             "https://github.com/x/y/z", "https://github.com/y",
                             "https://github.com.evil.example/x/y"}) {
    SCOPED_TRACE(target);
    expect_refused({{"INPUT_ON_DIVERGENCE", "pull_request"}, {"INPUT_TARGET_REPO", target}},
                   "on_divergence");
    expect_refused({{"INPUT_ON_DIVERGENCE", "merge"},
                    {"INPUT_ON_CONFLICT", "pull_request"},
                    {"INPUT_TARGET_REPO", target}},
                   "on_conflict");
  }
}

TEST(DivergenceSettings, TakeAnAuthorThatACommitCanHave) {
  for (const char* good : {"Name <mail@example.org>", "A B C <>", "Zoë <z@x>", "a.b <a b@c>"}) {
    EXPECT_EQ(read({{"INPUT_MERGE_AUTHOR", good}}).merge_author, good);
  }
  for (const char* bad :
       {"Name", "<mail@x>", " <mail@x>", "Name mail@x", "Name<mail@x>", "Name <mail@x",
        "Name mail@x>", "Name <<mail@x>", "N<a <mail@x>", "Name <mail@x> 0 +0000", "Name <a> <b>",
        "Name <a\nb>", "Na\nme <a>", "Name <a\x7F>"}) {
    SCOPED_TRACE(bad);
    expect_refused({{"INPUT_MERGE_AUTHOR", bad}}, "merge_author");
  }
}

TEST(DivergenceSettings, GoBothWaysOnlyWithWhatCanBeToldApart) {
  expect_refused({{"INPUT_DIRECTION", "both"}, {"INPUT_PRUNE", "true"}}, "prune");
  expect_refused({{"INPUT_DIRECTION", "both"}, {"INPUT_BRANCHES", "a:b"}}, "branches");
  expect_refused({{"INPUT_DIRECTION", "both"}, {"INPUT_SYNC_TAGS", "v*:w*"}}, "branches");
}

}  // namespace
}  // namespace occ::inputs
