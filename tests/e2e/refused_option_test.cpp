// What is optional in Git's protocol, and what becomes of a sync where a server offers it and then
// refuses it: it is asked again without it, once, and lands.
#include "e2e/expect.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace occ::test {
namespace {

using testing::HasSubstr;
using testing::Le;
using testing::Not;
using testing::SizeIs;

const std::string kUploadPackResult =
    "Content-Type: application/x-git-upload-pack-result\r\nCache-Control: no-cache\r\n\r\n";

void prepare(World& world) {
  world.source.commits("main", 20);
  world.source.annotated_tag("v1.0", "main~10");
  world.mirror();
  world.source.commits("main", 2);
}

// github.com's filters, on a server that does not say who it is.
TEST(ATreeFilterThatIsTooDeep, CostsOneRequestOnly) {
  World world;
  world.source_server().take_filters_of_github_only();
  prepare(world);
  world.source.make_bitmaps();
  world.runner().set_env("RUNNER_DEBUG", "1");
  const StepRun run = world.sync();
  expect_synced(world, run);
  EXPECT_EQ(run.output("commits_ahead"), "2");
  EXPECT_THAT(world.source_server().requests(), SizeIs(4U));
  EXPECT_THAT(run.log(), HasSubstr("source: refuses a filter that leaves nothing out"));
  EXPECT_THAT(run.log(), Not(HasSubstr("::error")));
}

struct Refusal {
  const char* name;
  RefusedWord refused;
};

std::string refusal_name(const testing::TestParamInfo<Refusal>& info) {
  return info.param.name;
}

class ARefusedOption : public testing::TestWithParam<Refusal> {};

INSTANTIATE_TEST_SUITE_P(
    Words, ARefusedOption,
    testing::Values(
        Refusal{"FilterByAnErrorPacket",
                {"filter ", kUploadPackResult + "0027ERR filter is not for everyone here"}},
        Refusal{"FilterByAnEmptyAnswer", {"filter ", kUploadPackResult}},
        Refusal{"FilterByHttp400",
                {"filter ", "Status: 400 Bad Request\r\nContent-Type: text/plain\r\n\r\nno\n"}},
        Refusal{"FilterByHttp500", {"filter ", "Status: 500 Internal Server Error\r\n\r\n"}},
        Refusal{"ThinPackByAnEmptyAnswer", {"thin-pack", kUploadPackResult}},
        Refusal{"OffsetDeltasByAnErrorPacket",
                {"ofs-delta", kUploadPackResult + "001bERR unknown argument: x"}}),
    refusal_name);

TEST_P(ARefusedOption, DoesNotStopAnUpdate) {
  World world(WorldOptions{.transport = Transport::http_filter,
                           .source_server = {.refused = GetParam().refused}});
  prepare(world);
  expect_synced(world, world.sync());
  EXPECT_THAT(world.source_server().requests(), SizeIs(Le(6U)));
}

TEST_P(ARefusedOption, DoesNotStopAFullReport) {
  World world(WorldOptions{.transport = Transport::http_filter,
                           .source_server = {.refused = GetParam().refused}});
  prepare(world);
  world.source.branch("side", "main~3");
  world.source.commit("side");
  world.target.branch("side", "main~1");
  world.target.commit("side");
  const StepRun run = world.sync({{"report", "full"}, {"on_divergence", "skip"}});
  expect_status(run, 0, "synced");
  EXPECT_EQ(run.relation_of("refs/heads/side"), "diverged") << run.story();
  EXPECT_EQ(world.target.tip("main"), world.source.tip("main"));
}

const std::string kReceivePackResult =
    "Content-Type: application/x-git-receive-pack-result\r\nCache-Control: no-cache\r\n\r\n";

// Of a push: what overwrites still has its backup, and the record comes after.
class ARefusedAtomicPush : public testing::TestWithParam<Refusal> {};

INSTANTIATE_TEST_SUITE_P(
    Words, ARefusedAtomicPush,
    testing::Values(
        Refusal{"ByAnErrorPacket",
                {" atomic", kReceivePackResult + "002aERR the capability 'atomic' is unknown"}},
        Refusal{"ByAnEmptyAnswer", {" atomic", kReceivePackResult}},
        Refusal{"ByHttp400",
                {" atomic", "Status: 400 Bad Request\r\nContent-Type: text/plain\r\n\r\nno\n"}},
        Refusal{"ByHttp500", {" atomic", "Status: 500 Internal Server Error\r\n\r\n"}}),
    refusal_name);

TEST_P(ARefusedAtomicPush, GoesAgainWithoutIt) {
  World world(WorldOptions{.target_server = {.refused = GetParam().refused}});
  prepare(world);
  world.source.commit("side");
  world.target.commit("side");
  const std::string lost = world.target.tip("side");
  world.runner().set_env("RUNNER_DEBUG", "1");
  const StepRun run = world.sync({{"on_divergence", "overwrite"}});
  expect_synced(world, run);
  EXPECT_EQ(run.result_of("refs/heads/side"), "forced") << run.story();
  EXPECT_THAT(run.log(), HasSubstr("target: refuses atomic")) << run.story();
  EXPECT_THAT(world.target.git({"for-each-ref", "--format=%(objectname)", "refs/sync/backup"}),
              HasSubstr(lost));
  EXPECT_EQ(world.target.git({"rev-list", "--count", "refs/sync/ledger"}), "1");
}

TEST_P(ARefusedAtomicPush, IsNotReplacedWhereItWasAskedFor) {
  World world(WorldOptions{.target_server = {.refused = GetParam().refused}});
  prepare(world);
  const RefMap before = world.target.refs();
  const StepRun run = world.sync({{"atomic", "true"}, {"retries", "1"}});
  EXPECT_EQ(run.exit_code(), 3) << run.story();
  EXPECT_EQ(difference(before, world.target.refs()), "");
}

// Words that are about nothing optional are the server's own, and asked about once.
TEST(AnErrorPacket, IsShownAsTheServersWords) {
  World world(WorldOptions{
      .source_server = {.refused = RefusedWord{
                            "command=fetch",
                            kUploadPackResult + "002cERR this repository is being moved today"}}});
  prepare(world);
  const StepRun run = world.sync();
  EXPECT_EQ(run.exit_code(), 3) << run.story();
  EXPECT_EQ(run.error(), "server_refused") << run.story();
  EXPECT_THAT(run.log(), HasSubstr("this repository is being moved today"));
  EXPECT_THAT(world.source_server().requests(), SizeIs(3U));
}

}  // namespace
}  // namespace occ::test
