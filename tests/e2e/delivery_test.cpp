// What becomes of the refs of one push when the target takes only some of them, or only some at a
// time, when the source changes under us, and when the run fails half-way.
#include "e2e/history.hpp"
#include "e2e/report_of.hpp"
#include "support/canned_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>

namespace occ::test {
namespace {

using testing::HasSubstr;
using testing::Le;
using testing::Not;
using testing::SizeIs;

constexpr const char* kMain = "refs/heads/main";
constexpr const char* kOutOfQuarantine =
    "unset GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES\n";

// A source of version 0 that somebody rewrites after it was listed.
class RewrittenSource : public testing::Test {
 protected:
  World world;
  std::mutex mutex;
  int times = 0;  // how often still
  int amended = 0;

  void SetUp() override {
    world.source.commits("main", 2);
    world.mirror();
    world.source.commit("main");
  }

  CannedResponse answer(const CannedRequest& request) {
    const std::lock_guard lock(mutex);
    const std::string type = "application/x-git-upload-pack-";
    if (request.method == "GET") {
      CannedResponse response;
      response.headers["Content-Type"] = type + "advertisement";
      response.body =
          packet("# service=git-upload-pack\n") + "0000" +
          upload_pack({"--advertise-refs"}, {});
      if (times-- > 0) {
        world.source.amend("main", {{"again", std::to_string(++amended)}});
      }
      return response;
    }
    return {.status = 200,
            .headers = {{"Content-Type", type + "result"}},
            .body = upload_pack({}, request.body)};
  }

  [[nodiscard]] std::string upload_pack(const std::vector<std::string>& options,
                                        const std::string& input) const {
    std::vector<std::string> argv = {"git", "upload-pack", "--stateless-rpc"};
    argv.insert(argv.end(), options.begin(), options.end());
    argv.push_back(world.source.path().string());
    return run_process(argv, {.env = git_environment(), .input = input}).out;
  }
};

TEST_F(RewrittenSource, IsListedAndPlannedAgain) {
  times = 1;
  const CannedServer server([this](const CannedRequest& request) { return answer(request); });
  const StepRun run = world.sync({{"source_repo", server.origin() + "/source.git"}});
  EXPECT_EQ(amended, 1);
  expect_synced(world, run);
  EXPECT_THAT(run.log(), HasSubstr("planning again (1 of 3)"));
}

TEST_F(RewrittenSource, ThatNeverRestsIsAClearError) {
  times = 100;
  const RefMap before = world.target.user_refs();
  const CannedServer server([this](const CannedRequest& request) { return answer(request); });
  const StepRun run = world.sync({{"source_repo", server.origin() + "/source.git"}});
  EXPECT_EQ(run.exit_code(), 1) << run.story();
  EXPECT_EQ(run.error(), "lease_lost");
  EXPECT_THAT(amended, Le(5));
  expect_target(world, before, run);
}

// A file on the source's server that says how its packs were made.
class PackMaking : public testing::TestWithParam<Transport> {
 protected:
  World world{GetParam()};

  std::string arguments_of_a_sync() {
    world.source.commits("main", 3);
    world.mirror();
    world.source.commits("main", 3);
    const auto script = world.folder() / "make-pack";
    write_script(script, "#!/bin/sh\necho \"$@\" >>" + (world.folder() / "made").string() +
                             "\nexec \"$@\"\n");
    world.source_server().git_config("uploadpack.packObjectsHook", script.string());
    expect_synced(world, world.sync());
    return file_text(world.folder() / "made");
  }
};

INSTANTIATE_TEST_SUITE_P(Transports, PackMaking,
                         testing::Values(Transport::http, Transport::http_v0), transport_test_name);

TEST_P(PackMaking, SendsNoOffsetDeltasToATargetThatDoesNotOfferThem) {
  world.target.config("repack.useDeltaBaseOffset", "false");
  EXPECT_THAT(arguments_of_a_sync(), Not(HasSubstr("--delta-base-offset")));
}

TEST_P(PackMaking, SendsOffsetDeltasToOneThatDoes) {
  EXPECT_THAT(arguments_of_a_sync(), HasSubstr("--delta-base-offset"));
}

}  // namespace
}  // namespace occ::test
