#include "runner/artifact_calls.hpp"

#include "base/encode.hpp"
#include "support/canned_server.hpp"

#include <gtest/gtest.h>

#include <string>

namespace occ::runner {
namespace {

// What the service's answer to FinalizeArtifact comes to.
FinalizeOutcome finalized(const std::string& answer) {
  test::CannedServer server([&](const test::CannedRequest&) {
    return test::CannedResponse{
        .status = 200, .headers = {{"Content-Type", "application/json"}}, .body = answer};
  });
  net::Loop loop({});
  ArtifactAccess access;
  access.results_url = server.origin();
  access.token = Secret("head." + base64(R"({"scp":"Actions.Results:run:job"})") + ".signature");
  ArtifactCalls calls(access, loop);
  return calls.finalize("report", 10, "sha256:00");
}

TEST(ArtifactCalls, TakeAnIdOfSixtyFourBits) {
  const FinalizeOutcome outcome = finalized(R"({"ok":true,"artifact_id":"18446744073709551615"})");
  EXPECT_EQ(outcome.end, CallEnd::done);
  EXPECT_EQ(outcome.id, "18446744073709551615");
}

TEST(ArtifactCalls, TakeNoIdOfThreeMegabytes) {
  const std::string id(3'000'000, '1');
  EXPECT_NE(finalized(R"({"ok":true,"artifact_id":")" + id + "\"}").end, CallEnd::done);
  EXPECT_NE(finalized(R"({"ok":true,"artifact_id":")" + id.substr(0, 500) + "\"}").end,
            CallEnd::done);
}

TEST(ArtifactCalls, TakeNoAnswerThatIsNestedDeep) {
  EXPECT_NE(finalized(R"({"ok":true,"artifact_id":"1","x":)" + std::string(100'000, '[') +
                      std::string(100'000, ']') + "}")
                .end,
            CallEnd::done);
}

}  // namespace
}  // namespace occ::runner
