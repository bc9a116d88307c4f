// What the end-to-end tests ask again and again.
#pragma once

#include "support/world.hpp"

#include <gtest/gtest.h>

#include <string>

namespace occ::test {

// After every run: the target holds exactly these refs, and nothing in it is missing or broken.
inline void expect_target(const World& world, const RefMap& refs, const StepRun& run) {
  EXPECT_EQ(difference(refs, world.target.user_refs()), "") << run.story();
  EXPECT_EQ(world.target.fsck(), "");
}

// The run ended so, and said so.
inline void expect_status(const StepRun& run, int exit_code, const std::string& status) {
  EXPECT_EQ(run.exit_code(), exit_code) << run.story();
  EXPECT_EQ(run.output("status"), status) << run.story();
}

// The run failed with this catalogue id, told of the ref or of the whole run.
inline void expect_told(const StepRun& run, const std::string& ref, const std::string& id) {
  EXPECT_NE(run.exit_code(), 0) << run.story();
  EXPECT_EQ(run.output("status"), "failed") << run.story();
  EXPECT_TRUE(run.error() == id || run.error_of(ref) == id) << run.story();
}

// A run that brought the target in step with the source.
inline void expect_synced(const World& world, const StepRun& run) {
  expect_status(run, 0, "synced");
  expect_target(world, world.source.refs(), run);
}

// A test suite that runs over each way to reach a repository.
class OverTransport : public testing::TestWithParam<Transport> {
 protected:
  World world{GetParam()};
};

inline std::string transport_test_name(const testing::TestParamInfo<Transport>& info) {
  return name_of(info.param);
}

}  // namespace occ::test
