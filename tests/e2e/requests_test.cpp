// How many requests a sync costs each side: no more for many branches than for few.
#include "e2e/expect.hpp"
#include "e2e/report_of.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace occ::test {
namespace {

using testing::Each;
using testing::Le;
using testing::SizeIs;

class Requests : public OverTransport {
 protected:
  void SetUp() override {
    world.source.commits("main", 20);
    world.source.annotated_tag("v1", "main");
    world.mirror();
  }
};

INSTANTIATE_TEST_SUITE_P(Transports, Requests,
                         testing::Values(Transport::http, Transport::http_filter,
                                         Transport::http_github, Transport::http_v0),
                         transport_test_name);

TEST_P(Requests, AreAtMostTwoPerSideWhenThereIsNothingToDo) {
  expect_status(world.sync(), 0, "in_sync");
  EXPECT_THAT(world.source_server().requests(), SizeIs(Le(2U)));
  EXPECT_THAT(world.target_server().requests(), SizeIs(Le(2U)));
}

TEST_P(Requests, AreAtMostThreePerSideForAnUpdate) {
  world.source.commit("main");
  expect_synced(world, world.sync());
  EXPECT_THAT(world.source_server().requests(), SizeIs(Le(3U)));
  EXPECT_THAT(world.target_server().requests(), SizeIs(Le(3U)));
}

// Its pack is passed on while it arrives, and its commits are counted on the way.
TEST_P(Requests, AreAtMostThreePerSideForALargeUpdate) {
  world.source.expect_noise();
  world.target.expect_noise();
  world.source.commit("main", {{"noise", noise(3'000'000, 1)}});
  world.source.commit("main");
  const StepRun run = world.sync();
  expect_synced(world, run);
  EXPECT_EQ(run.output("commits_ahead"), "2");
  EXPECT_THAT(world.source_server().requests(), SizeIs(Le(3U)));
  EXPECT_THAT(world.target_server().requests(), SizeIs(Le(3U)));
}

TEST_P(Requests, CarryThePasswordAtOnce) {
  world.source.commit("main");
  expect_synced(world, world.sync());
  for (HttpServer* server : {&world.source_server(), &world.target_server()}) {
    EXPECT_THAT(server->requests(), Each(testing::Field(&LoggedRequest::status, 200)));
  }
}

TEST_P(Requests, FetchNothingWhenNothingMustBeSent) {
  world.source.branch("copy", "main~3");
  world.source.git({"update-ref", "-d", "refs/tags/v1"});
  world.source_server().record_packs();
  expect_synced(world, world.sync({{"prune", "true"}}));
  EXPECT_THAT(world.source_server().sent_pack_sizes(), Each(Le(32U)));
}

// A hundred branches that moved cost hardly more than one.
TEST_P(Requests, DoNotGrowWithTheNumberOfBranches) {
  for (int i = 0; i < 100; ++i) {
    world.source.branch("branch-" + std::to_string(i), "main~" + std::to_string(i % 15));
  }
  world.mirror();
  std::string stream;
  for (int i = 0; i < 100; ++i) {
    const std::string name = "refs/heads/branch-" + std::to_string(i);
    stream += "commit " + name + "\n" + import_identity("committer", 1000 + i) +
              import_data("change " + std::to_string(i)) + "from " + name +
              "^0\nM 100644 inline file-" + std::to_string(i) + "\n" + import_data("new\n");
  }
  world.source.import(stream);
  const StepRun run = world.sync();
  expect_synced(world, run);
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(run.ahead_of("refs/heads/branch-" + std::to_string(i)), 1);
  }
  EXPECT_THAT(world.source_server().requests(), SizeIs(Le(6U)));
  EXPECT_THAT(world.target_server().requests(), SizeIs(Le(4U)));
}

// The latest commits of the target are not asked for a second time before older ones.
TEST_P(Requests, DoNotRepeatWhatIsKnownOfABranchThatPartedLongAgo) {
  if (GetParam() != Transport::http_filter) GTEST_SKIP() << "one of both has no filter";
  world.target.config("uploadpack.allowFilter", "true");
  world.target.delete_ref("refs/tags/v1");  // which would lead to where the two part
  world.target.commits("main", 12);
  world.source.commit("main");
  const StepRun run = world.sync({{"dry_run", "true"}, {"sync_tags", "false"}});
  EXPECT_EQ(run.ahead_of("refs/heads/main"), 1) << run.story();
  EXPECT_EQ(run.behind_of("refs/heads/main"), 12) << run.story();
  EXPECT_LE(world.target_server().requests().size(), 5U);
}

// Sixty branches that moved by a commit each, and some that went their own way on both sides.
class RequestsForManyBranches : public OverTransport {
 protected:
  static constexpr int kBranches = 61;

  void SetUp() override {
    world.target.config("uploadpack.allowFilter", "true");
    world.source.commits("main", 40);
    world.source.annotated_tag("v1.0", "main~30");
    for (int i = 0; i < kBranches; ++i) {
      world.source.branch(name(i), "main~" + std::to_string(i % 15));
    }
    world.mirror();
    world.source.import(one_more_on_each(world.source, "source"));
  }

  static std::string name(int i) { return "branch-" + std::to_string(100 + i); }

  static std::string one_more_on_each(const GitRepo& repo, const std::string& what,
                                      int branches = kBranches) {
    std::string stream;
    for (int i = 0; i < branches; ++i) {
      const std::string ref = "refs/heads/" + name(i);
      stream += "commit " + ref + "\n" + import_identity("committer", 1000 + i) +
                import_data(what + ' ' + std::to_string(i)) + "from " + repo.tip(name(i)) +
                "\nM 100644 inline " + what + '-' + std::to_string(i) + "\n" +
                import_data(what + '\n');
    }
    return stream;
  }

  void expect_requests_a_side(std::size_t most) {
    EXPECT_LE(world.source_server().requests().size(), most);
    EXPECT_LE(world.target_server().requests().size(), most);
  }
};

INSTANTIATE_TEST_SUITE_P(Transports, RequestsForManyBranches,
                         testing::Values(Transport::http, Transport::http_filter,
                                         Transport::http_github),
                         transport_test_name);

// Where single files can be had.
class RequestsForManyMerges : public RequestsForManyBranches {};

INSTANTIATE_TEST_SUITE_P(Transports, RequestsForManyMerges,
                         testing::Values(Transport::http_filter, Transport::http_github),
                         transport_test_name);

TEST_P(RequestsForManyBranches, AreFewThoughOneOfThemDiverged) {
  world.target.commit(name(0));
  const StepRun run = world.sync();
  EXPECT_EQ(run.relation_of("refs/heads/" + name(0)), "diverged") << run.story();
  EXPECT_EQ(run.ahead_of("refs/heads/" + name(0)), 1);
  EXPECT_EQ(run.behind_of("refs/heads/" + name(0)), 1);
  for (int i = 1; i < kBranches; ++i) {
    EXPECT_EQ(world.target.tip(name(i)), world.source.tip(name(i)));
  }
  expect_requests_a_side(8);
}

TEST_P(RequestsForManyBranches, AreFewWithAFullReport) {
  world.target.commit(name(0));
  const StepRun run = world.sync({{"report", "full"}});
  EXPECT_EQ(run.relation_of("refs/heads/" + name(0)), "diverged") << run.story();
  EXPECT_EQ(world.target.tip(name(9)), world.source.tip(name(9)));
  expect_requests_a_side(8);
  for (const int i : {0, 9}) {  // one of each kind
    const auto found = findings_of(run, "refs/heads/" + name(i));
    EXPECT_EQ(found.at("commits").at("commits").size(), 1U) << found;
    EXPECT_EQ(found.at("files").at("total"), i == 0 ? 2 : 1) << found;
  }
  const auto parted = findings_of(run, "refs/heads/" + name(0)).at("divergence");
  EXPECT_EQ(parted.at("merges_cleanly"), true) << parted;
}

TEST_P(RequestsForManyBranches, AreFewInADryRunThoughOneOfThemDiverged) {
  world.target.commit(name(0));
  const StepRun run = world.sync({{"dry_run", "true"}});
  EXPECT_EQ(run.relation_of("refs/heads/" + name(0)), "diverged") << run.story();
  EXPECT_EQ(run.ahead_of("refs/heads/" + name(60)), 1);
  expect_requests_a_side(8);
}

TEST_P(RequestsForManyBranches, AreFewThoughAllOfThemDiverged) {
  world.target.import(one_more_on_each(world.target, "target"));
  const StepRun run = world.sync({{"dry_run", "true"}});
  for (int i = 0; i < kBranches; ++i) {
    EXPECT_EQ(run.relation_of("refs/heads/" + name(i)), "diverged") << run.story();
    EXPECT_EQ(run.ahead_of("refs/heads/" + name(i)), 1);
    EXPECT_EQ(run.behind_of("refs/heads/" + name(i)), 1);
  }
  expect_requests_a_side(8);
}

// Each goes on from another commit on the source than on the target.
TEST_P(RequestsForManyBranches, AreFewThoughAllOfThemWereRebased) {
  world.target.import(one_more_on_each(world.target, "target"));
  for (int i = 0; i < kBranches; ++i) world.source.branch(name(i), "main~" + std::to_string(i % 7));
  world.source.import(one_more_on_each(world.source, "rebased"));
  const StepRun run = world.sync({{"dry_run", "true"}});
  for (int i = 0; i < kBranches; ++i) {
    const int ahead = std::max(0, i % 15 - i % 7) + 1;
    EXPECT_EQ(run.relation_of("refs/heads/" + name(i)), "diverged") << run.story();
    EXPECT_EQ(run.ahead_of("refs/heads/" + name(i)), ahead);
  }
  expect_requests_a_side(8);
}

TEST_P(RequestsForManyMerges, AreFewWithAReport) {
  world.target.import(one_more_on_each(world.target, "target"));
  const StepRun run = world.sync({{"on_divergence", "merge"}, {"report", "full"}});
  for (int i = 0; i < kBranches; ++i) {
    EXPECT_EQ(run.result_of("refs/heads/" + name(i)), "merged") << run.story();
  }
  EXPECT_EQ(findings_of(run, "refs/heads/" + name(0)).at("files").at("total"), 1);
  expect_requests_a_side(8);
  EXPECT_EQ(world.target.fsck(), "");
}

// The first backups go in a push of their own, which is confirmed, too.
TEST_P(RequestsForManyBranches, AreFewThoughAllOfThemAreOverwritten) {
  world.target.import(one_more_on_each(world.target, "target"));
  const StepRun run = world.sync({{"on_divergence", "overwrite"}, {"report", "full"}});
  for (int i = 0; i < kBranches; ++i) {
    EXPECT_EQ(run.result_of("refs/heads/" + name(i)), "forced") << run.story();
  }
  EXPECT_LE(world.source_server().requests().size(), 8U);
  EXPECT_LE(world.target_server().requests().size(), 10U);
}

TEST_P(RequestsForManyBranches, AreFewThoughAllOfThemAreNewAndReported) {
  for (int i = 0; i < kBranches; ++i) world.target.delete_ref("refs/heads/" + name(i));
  const StepRun run = world.sync({{"report", "full"}});
  expect_synced(world, run);
  EXPECT_EQ(findings_of(run, "refs/heads/" + name(9)).at("files").at("total"), 1) << run.story();
  expect_requests_a_side(8);
}

TEST_P(RequestsForManyMerges, AreFewWhereTheyArePredicted) {
  world.target.import(one_more_on_each(world.target, "target"));
  world.source.commit("main");
  const StepRun moved =
      world.sync({{"branches", "main"}, {"predict_branches", "branch-10*"}, {"dry_run", "true"}});
  const auto predictions = findings_of(moved, "refs/heads/main").at("predictions");
  EXPECT_EQ(predictions.size(), 10U) << predictions;
  for (const auto& each : predictions) EXPECT_EQ(each.at("merges_cleanly"), true) << each;
  EXPECT_LE(world.source_server().requests().size(), 10U);
  EXPECT_LE(world.target_server().requests().size(), 8U);
}

class RequestsForOneBranch : public OverTransport {};

INSTANTIATE_TEST_SUITE_P(Transports, RequestsForOneBranch,
                         testing::Values(Transport::http_filter, Transport::http_github),
                         transport_test_name);

TEST_P(RequestsForOneBranch, AreFewThoughItIsMergedAndReported) {
  world.target.config("uploadpack.allowFilter", "true");
  world.source.commits("main", 40);
  world.mirror();
  world.source.commits("main", 2);
  world.target.commits("main", 3);
  const StepRun run = world.sync({{"on_divergence", "merge"}, {"report", "full"}});
  EXPECT_EQ(run.result_of("refs/heads/main"), "merged") << run.story();
  EXPECT_EQ(run.ahead_of("refs/heads/main"), 2);
  EXPECT_EQ(run.behind_of("refs/heads/main"), 3);
  EXPECT_THAT(world.source_server().requests(), SizeIs(Le(8U)));
  EXPECT_THAT(world.target_server().requests(), SizeIs(Le(8U)));
}

}  // namespace
}  // namespace occ::test
