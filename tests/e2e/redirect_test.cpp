// A server that redirects chooses where a repository is, and nothing else: not what is fetched from
// other hosts, not as whom, and not what stands in the log.
#include "e2e/expect.hpp"
#include "support/canned_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace occ::test {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Key;
using testing::Not;

constexpr const char* kInside = "words-of-a-page-inside";
constexpr const char* kLogin = "alice:not-our-hunter2";
constexpr const char* kSuffix = "/info/refs?service=git-upload-pack";

class RedirectedTo : public testing::Test {
 protected:
  World world;
  // A host inside, which the source cannot reach but we can.
  CannedServer inside{[](const CannedRequest&) {
    return CannedResponse{
        .status = 404, .headers = {{"Content-Type", "text/plain"}}, .body = kInside};
  }};
  std::string location;

  void SetUp() override { world.source.commits("main", 1); }

  [[nodiscard]] std::string host() const { return "127.0.0.1:" + std::to_string(inside.port()); }

  [[nodiscard]] StepRun sync_by(const std::string& to) {
    location = to;
    const CannedServer source([this](const CannedRequest&) {
      return CannedResponse{.status = 302, .headers = {{"Location", location}}};
    });
    world.runner().set_env("RUNNER_DEBUG", "1");
    StepRun run =
        world.sync({{"source_repo", source.origin() + "/octo/name.git"}, {"retries", "0"}});
    EXPECT_EQ(run.exit_code(), 3) << run.story();
    for (const std::string& text : {run.log(), run.raw_outputs, run.summary}) {
      EXPECT_THAT(text, Not(HasSubstr(kInside)));
      EXPECT_THAT(text, Not(HasSubstr("not-our-hunter2")));
    }
    return run;
  }
};

TEST_F(RedirectedTo, AnyPathBehindAQuestionMarkOrAHashIsNotAsked) {
  for (const char* trick : {"/secret#", "/secret?x=", "/secret?", "/secret?a=b#c"}) {
    static_cast<void>(sync_by("http://" + host() + trick + kSuffix));
    EXPECT_THAT(inside.requests(), IsEmpty()) << trick;
  }
}

TEST_F(RedirectedTo, AnotherHostIsNotReadAloud) {
  static_cast<void>(sync_by("http://" + host() + "/octo/name.git" + kSuffix));
  EXPECT_THAT(inside.requests(), testing::SizeIs(1));
}

TEST_F(RedirectedTo, ALoginIsNeitherUsedNorLogged) {
  static_cast<void>(
      sync_by("http://" + std::string(kLogin) + '@' + host() + "/octo/name.git" + kSuffix));
  ASSERT_THAT(inside.requests(), testing::SizeIs(1));
  EXPECT_THAT(inside.requests().front().headers, Not(Contains(Key("authorization"))));
}

TEST_F(RedirectedTo, WhatIsNoRepositoryOrNoAddressIsNotLoggedWithItsSecrets) {
  for (const std::string& to :
       {"http://" + std::string(kLogin) + '@' + host() + "/page?token=not-our-hunter2",
        "http://" + std::string(kLogin) + "@[broken" + kSuffix,
        "ftp://" + std::string(kLogin) + '@' + host() + "/octo/name.git" + kSuffix,
        "file:///etc/hosts" + std::string(kSuffix), std::string()}) {
    const StepRun run = sync_by(to);
    EXPECT_EQ(run.error(), "protocol_error") << to << run.story();
    EXPECT_THAT(inside.requests(), IsEmpty()) << to;
  }
}

TEST(AnAnswer, WithHeadersBeyondMeasureIsToldAsThat) {
  World world;
  world.source.commits("main", 1);
  CannedResponse one_line{.headers = {{"X-Long", std::string(400'000, 'x')}}};
  CannedResponse many_lines;
  for (int i = 0; i < 300; ++i)
    many_lines.headers["X-" + std::to_string(i)] = std::string(1000, 'x');
  for (CannedResponse answer : {one_line, many_lines}) {
    for (const int status : {200, 302, 404}) {
      answer.status = status;
      const CannedServer source([&](const CannedRequest&) { return answer; });
      const StepRun run =
          world.sync({{"source_repo", source.origin() + "/octo/name.git"}, {"retries", "0"}});
      EXPECT_EQ(run.error(), "limit_exceeded") << run.story();
      EXPECT_THAT(run.log(), HasSubstr("headers")) << status;
    }
  }
}

}  // namespace
}  // namespace occ::test
