// What a sync costs, and how exact its figures are: bytes, memory, ahead and behind.
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
