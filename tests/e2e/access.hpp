// A source and a target behind servers that ask for passwords, with a commit to bring.
#pragma once

#include "e2e/expect.hpp"

#include <gtest/gtest.h>

#include <string>

namespace occ::test {

// A source and a target with a commit to bring.
class Access : public testing::Test {
 protected:
  World world;

  void SetUp() override { prepare(world); }

  static void prepare(World& any) {
    any.source.commits("main", 3);
    any.mirror();
    any.source.commit("main");
  }

  void expect_refused(const StepRun& run, const std::string& id, const RefMap& before) {
    expect_status(run, 3, "failed");
    EXPECT_EQ(run.error(), id) << run.story();
    expect_target(world, before, run);
  }
};

}  // namespace occ::test
