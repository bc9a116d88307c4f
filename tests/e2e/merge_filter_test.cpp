// on_divergence: merge, whichever of the two sides can leave objects out of a pack (`filter`): git
// does not, unless it is told to, and the large hosts do.
#include "e2e/merge.hpp"

#include <ostream>
#include <vector>

namespace occ::test {
namespace {

struct Offers {
  Transport transport;
  bool source;
  bool target;
};

void PrintTo(const Offers& offers, std::ostream* out) {
  *out << name_of(offers.transport) << (offers.source ? "Source" : "")
       << (offers.target ? "Target" : "") << (offers.source || offers.target ? "" : "Neither");
}

class MergeWithFilter : public testing::TestWithParam<Offers> {
 protected:
  World world{GetParam().transport};

  void SetUp() override {
    world.source.config("uploadpack.allowFilter", GetParam().source ? "true" : "false");
    world.target.config("uploadpack.allowFilter", GetParam().target ? "true" : "false");
    world.source.commits("main", 3);
    world.source.commit("main", {{"contested", "1\n2\n3\n4\n5\n6\n7\n8\n9\n"}});
    world.mirror();
  }
};

std::vector<Offers> all_offers() {
  std::vector<Offers> all;
  for (const Transport transport : {Transport::http, Transport::http_v0}) {
    for (const bool source : {false, true}) {
      for (const bool target : {false, true}) all.push_back({transport, source, target});
    }
  }
  return all;
}

INSTANTIATE_TEST_SUITE_P(Of, MergeWithFilter, testing::ValuesIn(all_offers()),
                         testing::PrintToStringParamName());

TEST_P(MergeWithFilter, LandsWithNewFilesOfBothSides) {
  part(world);
  const std::string before = world.target.tip("main");
  const StepRun run = world.sync(kMerge);
  expect_merge(world, run, before, world.source.tip("main"));
  EXPECT_EQ(file_of(world.target, "main", "of-the-source/main"), "new there");
  EXPECT_EQ(file_of(world.target, "main", "of-the-target/main"), "new here");
}

TEST_P(MergeWithFilter, LandsWithAFileThatBothSidesChanged) {
  world.source.commit("main", {{"contested", "one\n2\n3\n4\n5\n6\n7\n8\n9\n"}});
  world.target.commit("main", {{"contested", "1\n2\n3\n4\n5\n6\n7\n8\nnine\n"}});
  const std::string before = world.target.tip("main");
  const StepRun run = world.sync(kMerge);
  expect_merge(world, run, before, world.source.tip("main"));
  EXPECT_EQ(file_of(world.target, "main", "contested"), "one\n2\n3\n4\n5\n6\n7\n8\nnine");
}

}  // namespace
}  // namespace occ::test
