// What a sync costs, and how exact its figures are: requests, bytes, memory, ahead and behind.
#include "e2e/expect.hpp"
#include "e2e/report_of.hpp"
#include "support/tcp_proxy.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>
#include <sstream>

namespace occ::test {
namespace {

using testing::Each;
using testing::IsEmpty;
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

// A source as large hosts keep theirs: packed, with bitmaps, offering filter.
class Bytes : public OverTransport {
 protected:
  std::string before;

  void SetUp() override {
    FileMap files;
    for (std::uint64_t i = 0; i < 40; ++i) {
      files["library/file-" + std::to_string(i)] = noise(4'000, i);
    }
    world.source.commit("main", files);
    world.source.annotated_tag("v1.0", "main");
    world.source.commits("main", 500);
    before = world.source.commit("main", {{"text", long_text("as it was")}});
    world.mirror();
    world.source.commit("main", {{"text", long_text("as it is")}});
    world.source.make_bitmaps();
    world.source_server().record_packs();
  }

  static std::string long_text(const std::string& middle) {
    return noise(10'000, 77) + middle + noise(10'000, 78);
  }
};

INSTANTIATE_TEST_SUITE_P(Transports, Bytes,
                         testing::Values(Transport::http_filter, Transport::http_github),
                         transport_test_name);

TEST_P(Bytes, OfThePackOfOneCommitAreNearTheFloor) {
  const std::size_t floor = world.source.thin_pack_size(world.source.tip("main"), before);
  expect_synced(world, world.sync());
  const auto packs = world.source_server().sent_pack_sizes();
  ASSERT_THAT(packs, testing::Not(IsEmpty()));
  EXPECT_LE(static_cast<double>(*std::max_element(packs.begin(), packs.end())),
            1.05 * static_cast<double>(floor));
}

TEST_P(Bytes, OnTheWireAreFew) {
  const std::size_t floor = world.source.thin_pack_size(world.source.tip("main"), before);
  const TcpProxy source(world.source_server().port());
  const TcpProxy target(world.target_server().port());
  const StepRun run = world.sync(
      {{"source_repo", source.url("source.git")}, {"target_repo", target.url("target.git")}});
  expect_synced(world, run);
  const auto wire =
      source.bytes_up() + source.bytes_down() + target.bytes_up() + target.bytes_down();
  EXPECT_LE(wire, 2 * floor + 16'384);
}

TEST_P(Bytes, AreReportedAsTheyWere) {
  const TcpProxy source(world.source_server().port());
  const TcpProxy target(world.target_server().port());
  const StepRun run = world.sync(
      {{"source_repo", source.url("source.git")}, {"target_repo", target.url("target.git")}});
  expect_synced(world, run);
  ASSERT_NE(run.output("bytes_received"), "");
  ASSERT_NE(run.output("bytes_sent"), "");
  // Headers and framing may or may not be counted; the pack must be.
  const auto pack = world.source_server().sent_pack_sizes();
  const auto largest = *std::max_element(pack.begin(), pack.end());
  EXPECT_LE(std::stoul(run.output("bytes_received")), source.bytes_down() + target.bytes_down());
  EXPECT_GE(std::stoul(run.output("bytes_received")), largest);
  EXPECT_LE(std::stoul(run.output("bytes_sent")), source.bytes_up() + target.bytes_up());
  EXPECT_GE(std::stoul(run.output("bytes_sent")), largest);
}

// 60 MB that no compression shrinks.
class LargeSync : public OverTransport {
 protected:
  void SetUp() override {
    world.source.expect_noise();
    world.target.expect_noise();
    FileMap files;
    for (std::uint64_t i = 0; i < 12; ++i) {
      files["blob-" + std::to_string(i)] = noise(5'000'000, i);
    }
    world.source.commit("main", files);
  }
};

INSTANTIATE_TEST_SUITE_P(Transports, LargeSync,
                         testing::Values(Transport::http, Transport::path, Transport::ssh),
                         transport_test_name);

TEST_P(LargeSync, NeedsLittleMemoryAndNoDisk) {
  const StepRun run = world.sync();
  expect_synced(world, run);
  ASSERT_TRUE(run.process.peak_rss_kib.contains(kProgramName));
  EXPECT_LT(run.process.peak_rss_kib.at(kProgramName), 32 * 1024);
  for (const std::string& file : run.process.open_files.at(kProgramName)) {
    EXPECT_FALSE(file.starts_with(world.runner().folder().string()) &&
                 file.find("/workspace/sync-report/") == std::string::npos &&
                 file.find("/temp/sync-action-") == std::string::npos &&  // the ssh key
                 file.find("/temp/output") == std::string::npos &&
                 file.find("/temp/summary") == std::string::npos)
        << file;
  }
}

TEST(LargeSyncIntoATargetThatWantsALength, NeedsLittleMemory) {
  World world(WorldOptions{.target_server = {.chunked_bodies = ChunkedBodies::refused_with_411}});
  world.source.expect_noise();
  FileMap files;
  for (std::uint64_t i = 0; i < 12; ++i) {
    files["blob-" + std::to_string(i)] = noise(5'000'000, i);
  }
  world.source.commit("main", files);
  const StepRun run = world.sync();
  expect_synced(world, run);
  EXPECT_NE(run.log().find("sending it again from a file"), std::string::npos) << run.story();
  ASSERT_TRUE(run.process.peak_rss_kib.contains(kProgramName));
  EXPECT_LT(run.process.peak_rss_kib.at(kProgramName), 32 * 1024);
}

// Random histories: forks, merges, several roots, clocks that go wrong.
struct Histories {
  int branches = 4;
  int commits = 14;

  // The refs refs/source/<n> and refs/target/<n> of a repository that has everything.
  [[nodiscard]] std::string stream(unsigned seed) const {
    std::mt19937 random(seed);
    const auto below = [&](int limit) {
      return static_cast<int>(random() % static_cast<unsigned>(limit));
    };
    std::ostringstream out;
    for (int i = 1; i <= commits; ++i) {
      out << "commit refs/all/" << i << "\nmark :" << i << "\n"
          << import_identity("committer", below(8) == 0 ? below(1000) : i)
          << import_data("commit " + std::to_string(i) + " of " + std::to_string(seed));
      const bool root = i == 1 || below(12) == 0;
      if (!root) {
        const int parent = std::max(1, i - 1 - below(4));
        out << "from :" << parent << "\n";
        const int other = 1 + below(i - 1);
        if (below(3) == 0 && other != parent) out << "merge :" << other << "\n";
      }
      out << "M 100644 inline file-" << below(5) << "\n" << import_data(std::to_string(random()));
    }
    for (int branch = 0; branch < branches; ++branch) {
      out << "reset refs/source/" << branch << "\nfrom :" << 1 + below(commits) << "\n\n"
          << "reset refs/target/" << branch << "\nfrom :" << 1 + below(commits) << "\n\n";
    }
    return out.str();
  }
};

std::string expected_relation(const GitRepo& all, const std::string& source,
                              const std::string& target, const AheadBehind& counts) {
  if (counts == AheadBehind{0, 0}) return "equal";
  if (counts.behind == 0) return "fast_forward";
  if (counts.ahead == 0) return "target_ahead";
  const ProcessResult base = run_process({"git", "merge-base", source, target},
                                         {.env = git_environment(), .cwd = all.path()});
  return base.exit_code == 0 ? "diverged" : "unrelated";
}

class Facts : public testing::TestWithParam<std::tuple<Transport, int>> {
 protected:
  static constexpr unsigned kSeedsPerTest = 10;

  static void expect_those_of_git(const Histories& histories, unsigned first, unsigned seeds);
};

std::string facts_test_name(const testing::TestParamInfo<Facts::ParamType>& info) {
  return std::string(name_of(std::get<0>(info.param))) + std::to_string(std::get<1>(info.param));
}

INSTANTIATE_TEST_SUITE_P(Seeds, Facts,
                         testing::Combine(testing::Values(Transport::http_filter,
                                                          Transport::http_github, Transport::http,
                                                          Transport::http_v0, Transport::path),
                                          testing::Values(0, 1, 2)),
                         facts_test_name);

void Facts::expect_those_of_git(const Histories& histories, unsigned first, unsigned seeds) {
  World world(std::get<0>(GetParam()));
  for (unsigned seed = first; seed < first + seeds; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const GitRepo all = GitRepo::init(world.folder() / ("all-" + std::to_string(seed)));
    all.import(histories.stream(seed));
    world.source.replace_refs({});
    world.target.replace_refs({});
    world.source.git({"fetch", "--quiet", all.path().string(), "refs/source/*:refs/heads/*"});
    world.target.git({"fetch", "--quiet", all.path().string(), "refs/target/*:refs/heads/*"});
    const StepRun run = world.sync({{"dry_run", "true"}, {"on_divergence", "skip"}});
    ASSERT_EQ(run.exit_code(), 0) << run.story();
    const RefMap sources = world.source.refs();
    const RefMap targets = world.target.user_refs();
    for (int i = 0; i < histories.branches; ++i) {
      const std::string branch = "refs/heads/" + std::to_string(i);
      SCOPED_TRACE(branch);
      const std::string ours = sources.at(branch);
      const std::string theirs = targets.at(branch);
      const AheadBehind counts = all.ahead_behind(ours, theirs);
      EXPECT_EQ(run.relation_of(branch), expected_relation(all, ours, theirs, counts));
      EXPECT_EQ(run.ahead_of(branch), counts.ahead) << run.ref(branch);
      EXPECT_EQ(run.behind_of(branch), counts.behind) << run.ref(branch);
    }
  }
}

TEST_P(Facts, AreThoseOfGitOnRandomHistories) {
  const auto group = static_cast<unsigned>(std::get<1>(GetParam()));
  expect_those_of_git({}, group * kSeedsPerTest, kSeedsPerTest);
}

// What one answer leaves open is asked for all of them together.
TEST_P(Facts, AreThoseOfGitOfManyBranches) {
  const auto group = static_cast<unsigned>(std::get<1>(GetParam()));
  expect_those_of_git({.branches = 12, .commits = 50}, 2000 + group * 4, 4);
}

// The same where every kind of update is done, not only foreseen.
TEST_P(Facts, LeadToTheRightRefs) {
  const auto& [transport, group] = GetParam();
  const Histories histories;
  World world(transport);
  const unsigned first = 1000 + static_cast<unsigned>(group) * kSeedsPerTest;
  for (unsigned seed = first; seed < first + kSeedsPerTest / 2; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const GitRepo all = GitRepo::init(world.folder() / ("all-" + std::to_string(seed)));
    all.import(histories.stream(seed));
    world.source.replace_refs({});
    world.target.replace_refs({});
    world.source.git({"fetch", "--quiet", all.path().string(), "refs/source/*:refs/heads/*"});
    world.target.git({"fetch", "--quiet", all.path().string(), "refs/target/*:refs/heads/*"});
    RefMap expected = world.source.refs();
    const RefMap targets = world.target.user_refs();
    for (auto& [name, id] : expected) {
      const std::string& theirs = targets.at(name);
      if (all.ahead_behind(id, theirs).behind > 0) id = theirs;
    }
    const StepRun run = world.sync({{"on_divergence", "skip"}});
    EXPECT_EQ(run.exit_code(), 0) << run.story();
    expect_target(world, expected, run);
  }
}

}  // namespace
}  // namespace occ::test
