// A source with a main branch and an empty target, over local paths: for tests of which refs are
// touched, where the transport makes no difference.
#pragma once

#include "e2e/expect.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace occ::test {

class Choice : public testing::Test {
 protected:
  World world{Transport::path};

  void SetUp() override { world.source.commits("main", 3); }

  void branches(const std::vector<std::string>& names) {
    for (const auto& name : names) {
      world.source.branch(name, "main");
      world.source.commit(name);
    }
  }

  // What the source has, of these refs alone.
  [[nodiscard]] RefMap of_source(const std::vector<std::string>& names) const {
    RefMap chosen;
    for (const auto& name : names) chosen[name] = world.source.tip(name);
    return chosen;
  }

  // Gives each side a commit of its own on `branch`.
  void diverge(const std::string& branch) {
    world.target.commit(branch, {{"theirs", branch}});
    world.source.commit(branch, {{"ours", branch}});
  }
};

}  // namespace occ::test
