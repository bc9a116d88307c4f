// How many requests a sync costs each side where many branches stand in every way to those of the
// other side: a row for each shape of history.
#include "e2e/expect.hpp"
#include "e2e/report_of.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <tuple>
#include <vector>

namespace occ::test {
namespace {

// How the two sides of a branch stand to each other.
enum class Kind {
  moved,
  diverged,
  fresh,
  behind,
  unrelated,
  // These go on from different commits on the two sides.
  merged_in,
  rebased,
  crossed,
  mixed,  // the first five
  all
};

std::string one_commit(const std::string& ref, const std::string& subject, const std::string& from,
                       const std::string& rest) {
  return "commit " + ref + "\n" + rest.substr(0, rest.find('|')) +
         import_identity("committer", 5000) + import_data(subject) +
         (from.empty() ? "" : "from " + from + '\n') + rest.substr(rest.find('|') + 1) +
         "M 100644 inline " + subject + '\n' + import_data(subject + '\n');
}

struct Streams {
  std::string source;
  std::string target;
};

// One branch, that parts at `at`; `main` is a later commit of both sides.
Streams branch_of(Kind kind, const std::string& name, const std::string& at,
                  const std::string& main) {
  const std::string ref = "refs/heads/" + name;
  const auto reset = [&](const std::string& to) {
    return "reset " + ref + "\nfrom " + to + "\n\n";
  };
  const auto commit = [&](const std::string& side, const std::string& from) {
    return one_commit(ref, side + '-' + name, from, "|");
  };
  switch (kind) {
    case Kind::moved:
      return {commit("source", at), reset(at)};
    case Kind::merged_in: {
      const std::string begin = one_commit(ref, "both-" + name, at, "mark :1\n|");
      return {begin + one_commit(ref, "source-" + name, ":1", "|merge " + main + '\n'), begin};
    }
    case Kind::diverged:
      return {commit("source", at), commit("target", at)};
    case Kind::rebased:
      return {commit("source", main), commit("target", at)};
    case Kind::crossed: {
      const std::string two = one_commit(ref, "first-" + name, at, "mark :1\n|") +
                              one_commit(ref, "second-" + name, at, "mark :2\n|");
      return {two + one_commit(ref, "source-" + name, ":1", "|merge :2\n"),
              two + one_commit(ref, "target-" + name, ":2", "|merge :1\n")};
    }
    case Kind::fresh:
      return {commit("source", at), ""};
    case Kind::behind:
      return {reset(at), commit("target", at)};
    case Kind::unrelated:
    case Kind::mixed:
    case Kind::all:
      break;
  }
  return {commit("source", at), commit("target", "")};
}

Kind kind_of(Kind kind, int i) {
  if (kind == Kind::mixed) return static_cast<Kind>(i % static_cast<int>(Kind::merged_in));
  if (kind == Kind::all) return static_cast<Kind>(i % static_cast<int>(Kind::mixed));
  return kind;
}

struct Row {
  std::string name;
  int branches;
  Kind kind;
  bool scattered;  // they part from various commits
  Inputs settings;
  std::size_t most_at_source = 8;
  std::size_t most_at_target = 8;
};

const Inputs kReport{{"report", "full"}};
const Inputs kMerge{{"on_divergence", "merge"}};
const Inputs kMergeAndReport{{"on_divergence", "merge"}, {"report", "full"}};
// The first backups go in a push of their own.
const Inputs kOverwriteAndReport{{"on_divergence", "overwrite"}, {"report", "full"}};
const Inputs kPredict{{"predict_branches", "*"}, {"report", "full"}};

const std::vector<Row> kRows{
    {"OneDivergedMerged", 1, Kind::diverged, false, kMergeAndReport},
    {"OneDivergedBeforeMerged", 1, Kind::diverged, true, kMergeAndReport},
    {"DivergedMerged", 60, Kind::diverged, false, kMergeAndReport},
    {"DivergedFromVariousMerged", 60, Kind::diverged, true, kMerge},
    {"DivergedFromVariousMergedAndReported", 60, Kind::diverged, true, kMergeAndReport},
    {"DivergedFromVarious", 60, Kind::diverged, true, kReport},
    {"DivergedFromVariousOverwritten", 60, Kind::diverged, true, kOverwriteAndReport, 8, 10},
    {"DivergedFromVariousPredicted", 60, Kind::diverged, true, kPredict, 12, 12},
    {"RebasedMerged", 60, Kind::rebased, true, kMergeAndReport, 10, 8},
    {"Rebased", 60, Kind::rebased, true, kReport, 10, 8},
    {"Crossed", 60, Kind::crossed, true, kReport},
    {"CrossedMerged", 60, Kind::crossed, true, kMergeAndReport},
    {"MovedFromVarious", 60, Kind::moved, true, kReport},
    {"MergedIn", 60, Kind::merged_in, true, kReport, 9, 8},
    {"NewFromVarious", 60, Kind::fresh, true, kReport},
    {"NewFromVariousPredicted", 60, Kind::fresh, true, kPredict, 12, 12},
    {"TargetAhead", 60, Kind::behind, true, kReport},
    {"FewUnrelated", 10, Kind::unrelated, false, kReport},
    {"Unrelated", 60, Kind::unrelated, false, kReport},
    {"UnrelatedFromVarious", 60, Kind::unrelated, true, kReport},
    {"UnrelatedOverwritten", 60, Kind::unrelated, true, kOverwriteAndReport, 8, 10},
    {"Mixed", 60, Kind::mixed, true, {}},
    {"MixedReported", 60, Kind::mixed, true, kReport},
    {"MixedMerged", 60, Kind::mixed, true, kMergeAndReport},
    {"OfAllKinds", 60, Kind::all, true, {}, 9, 8},
    {"OfAllKindsReported", 60, Kind::all, true, kReport, 12, 8},
    {"OfAllKindsMerged", 60, Kind::all, true, kMergeAndReport, 12, 8},
};

class RequestsHoweverHistoriesLie : public testing::TestWithParam<std::tuple<Transport, Row>> {
 protected:
  static constexpr int kHistory = 12;

  RequestsHoweverHistoriesLie() : world(std::get<0>(GetParam())) {
    world.target.config("uploadpack.allowFilter", "true");
    world.source.commits("main", kHistory);
    world.mirror();
    const Row& row = std::get<1>(GetParam());
    std::mt19937 random(7);
    Streams all;
    for (int i = 0; i < row.branches; ++i) {
      const Kind kind = kind_of(row.kind, i);
      const auto back = row.scattered ? random() % (kHistory - 1) : 0;
      const Streams one =
          branch_of(kind, "branch-" + std::to_string(100 + i),
                    world.source.tip("main~" + std::to_string(back)), world.source.tip("main"));
      all.source += one.source;
      all.target += one.target;
    }
    world.source.import(all.source);
    world.target.import(all.target);
    world.source.commit("main");
  }

  World world;
};

std::string row_name(const testing::TestParamInfo<RequestsHoweverHistoriesLie::ParamType>& info) {
  return std::get<1>(info.param).name + std::string(name_of(std::get<0>(info.param)));
}

INSTANTIATE_TEST_SUITE_P(Rows, RequestsHoweverHistoriesLie,
                         testing::Combine(testing::Values(Transport::http_filter,
                                                          Transport::http_github),
                                          testing::ValuesIn(kRows)),
                         row_name);

// And what is told of the branches is what git tells of them.
TEST_P(RequestsHoweverHistoriesLie, AreFewAndExact) {
  const Row& row = std::get<1>(GetParam());
  const GitRepo all = world.source.copy_to(world.folder() / "all");
  all.git({"fetch", "--quiet", world.target.path().string(), "refs/heads/*:refs/target/*"});
  const RefMap before = world.target.user_refs();
  const RefMap ours = world.source.refs();
  world.runner().set_env("RUNNER_DEBUG", "1");  // a failure shows each request
  const StepRun run = world.sync(row.settings);
  EXPECT_LE(world.source_server().requests().size(), row.most_at_source) << run.story();
  EXPECT_LE(world.target_server().requests().size(), row.most_at_target) << run.story();
  for (const auto& [name, theirs] : before) {
    SCOPED_TRACE(name);
    const AheadBehind counts = all.ahead_behind(ours.at(name), theirs);
    if (counts == AheadBehind{0, 0}) continue;
    EXPECT_EQ(run.ahead_of(name), counts.ahead);
    EXPECT_EQ(run.behind_of(name), counts.behind);
    const auto found = row.settings.contains("report") ? findings_of(run, name) : nullptr;
    if (!found.is_object() || !found.at("not_analysed_because").is_null()) continue;
    EXPECT_EQ(found.at("commits").at("commits").size(),
              static_cast<std::size_t>(counts.behind > 0 && counts.ahead == 0 ? 0 : counts.ahead))
        << found;
  }
  EXPECT_EQ(world.target.fsck(), "");
}

}  // namespace
}  // namespace occ::test
