// A run that is cancelled while the store is at work.
#include "filled_store.hpp"
#include "samples.hpp"
#include "store/tree_diff.hpp"
#include "store/tree_limits.hpp"
#include "store/tree_merge.hpp"
#include "support/pack.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <memory>

namespace occ::store {
namespace {

using test::failure_of;

class WatchedStore : public testing::Test {
 protected:
  test::TempDir folder;
  test::GitRepo repo = test::GitRepo::init(folder / "repo.git");
  std::atomic<int> signal{0};
  std::filesystem::path place = folder / "place";
  std::unique_ptr<ObjectStore> store;
  Oid old_tree;
  Oid new_tree;

  void SetUp() override {
    std::filesystem::create_directory(place);
    repo.commit("main", {{"a/b/c", "1"}, {"a/d", "2"}});
    repo.branch("old", "main");
    repo.commit("main", {{"a/b/c", "3"}, {"e/f", "4"}});
    store = std::make_unique<ObjectStore>(place.string(), Watch(&signal));
    analysis::take_all(*store, repo);
    old_tree = analysis::tree_of(repo, "old");
    new_tree = analysis::tree_of(repo, "main");
  }

  template <typename Act>
  void expect_cancelled(Act act) {
    signal = 15;
    EXPECT_EQ(failure_of(act), FailureCode::cancelled);
    signal = 0;
  }
};

TEST_F(WatchedStore, IsLeftWhileItsTreesAreWalkedThrough) {
  const auto diff = [&] { TreeDiff(*store, old_tree, new_tree, Renames::similar); };
  EXPECT_EQ(failure_of(diff), std::nullopt);
  expect_cancelled(diff);
  expect_cancelled([&] { static_cast<void>(missing_trees(*store, old_tree, new_tree)); });
  expect_cancelled([&] { static_cast<void>(case_collisions(*store, old_tree, new_tree)); });
  expect_cancelled([&] { hold_to_limits(*store, new_tree); });
  expect_cancelled(
      [&] { static_cast<void>(merge_trees(*store, Oid(), old_tree, new_tree, Renames::similar)); });
  expect_cancelled([&] { static_cast<void>(store->commit(*Oid::from_hex(repo.tip("main")))); });
}

TEST_F(WatchedStore, IsLeftWhileItUndoesDeltas) {
  const std::string content(1000, 'x');
  test::PackBuilder pack;
  std::size_t at = pack.add(test::PackBuilder::blob, content);
  for (char i = 'a'; i < 'z'; ++i) {
    at = pack.add_delta(at, test::delta_sizes(1000, 1000) + test::delta_copy_all(999) + '\1' + i);
  }
  const std::string bytes = pack.pack();
  ObjectStore::PackIntake intake(*store);
  intake.append(as_bytes(bytes));
  expect_cancelled([&] { intake.finish(); });
}

TEST_F(WatchedStore, LeavesNothingBehindWhenItIsLeft) {
  const std::string bytes = test::PackBuilder().pack();
  expect_cancelled([&] {
    ObjectStore another(place.string(), Watch(&signal));
    ObjectStore::PackIntake intake(another);
    intake.append(as_bytes(bytes));
  });
  store.reset();
  EXPECT_TRUE(std::filesystem::is_empty(place));
}

TEST_F(WatchedStore, IsLeftWhenItsTimeIsUp) {
  const auto now = std::chrono::steady_clock::now();
  ObjectStore late(place.string(), Watch(nullptr, now + std::chrono::hours(1)));
  analysis::take_all(late, repo);
  EXPECT_EQ(failure_of([&] { hold_to_limits(late, new_tree); }), std::nullopt);
  ObjectStore over(place.string(), Watch(nullptr, now));
  EXPECT_EQ(failure_of([&] { ObjectStore::PackIntake(over).append({}); }),
            FailureCode::limit_exceeded);
}

}  // namespace
}  // namespace occ::store
