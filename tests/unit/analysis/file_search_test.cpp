// Which files are large, asked of a real git: exactly, and the small ones come all the same.
#include "analysis/file_search.hpp"

#include "base/trace.hpp"
#include "net/loop.hpp"
#include "net/pipe_repository.hpp"
#include "support/git.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <random>

namespace occ::analysis {
namespace {

using test::noise;

constexpr std::uint64_t kLarge = 20'000;

class Files {
 public:
  Files() {
    for (const auto& [name, value] : test::git_environment()) {
      access_.environment.push_back(name + '=' + value);
    }
    access_.path = repo.path().string();
    repo.config("uploadpack.allowFilter", "true");
  }

  void commit(const test::FileMap& files) {
    repo.commit("main", files);
    for (const auto& [path, content] : files) {
      const Oid oid = *Oid::from_hex(repo.git({"rev-parse", "main:" + path}));
      sizes_[oid] = content.size();
      wanted.push_back(oid);
    }
  }

  // Asks for all of `wanted`.
  bool search() {
    SilentTrace trace;
    net::Loop loop({});
    const auto repository = net::open_local_repository(access_, loop, trace);
    transfer::Remote remote("source", *repository, trace);
    remote.start_listing_of({});
    remote.continue_listing();
    static_cast<void>(remote.finish_listing());
    return FileSearch(remote, store, budget, large).run(wanted);
  }

  // What is known is true, and no large file was fetched.
  void expect_truth() const {
    for (const auto& [oid, size] : sizes_) {
      const auto found = large.sizes.find(oid);
      EXPECT_FALSE(store.has(oid) && size >= kLarge);
      if (found == large.sizes.end()) continue;
      EXPECT_EQ(found->second, size);
      EXPECT_GE(size, kLarge);
    }
    for (const LargeFiles::Unplaced& file : large.unplaced) {
      EXPECT_TRUE(std::any_of(file.one_of.begin(), file.one_of.end(),
                              [&](const Oid& oid) { return sizes_.at(oid) == file.size; }));
    }
  }

  void expect_everything() const {
    expect_truth();
    EXPECT_TRUE(large.unplaced.empty());
    for (const auto& [oid, size] : sizes_) {
      EXPECT_TRUE(store.has(oid) || large.sizes.contains(oid)) << size << " bytes";
    }
  }

  test::TempDir folder;
  test::GitRepo repo = test::GitRepo::init(folder / "source.git");
  std::vector<Oid> wanted;
  store::ObjectStore store{folder.path().string()};
  FileBudget budget{{1U << 20U, 0, 0}, kLarge};
  LargeFiles large;

 private:
  net::LocalAccess access_;
  std::map<Oid, std::uint64_t> sizes_;
};

enum class Kind { noise, some_alike };

test::FileMap some_files(unsigned seed, int small, int large, Kind kind) {
  std::mt19937 random(seed);
  test::FileMap files;
  for (int i = 0; i < small + large; ++i) {
    const std::size_t size = i < small ? random() % kLarge : kLarge + random() % 50'000;
    files["file" + std::to_string(random() % 10'000) + '-' + std::to_string(i)] =
        kind == Kind::noise || random() % 2 == 0 ? noise(size, random()) : std::string(size, 'a');
  }
  return files;
}

TEST(FileSearch, FindsTheLargeOnesAndFetchesTheOthers) {
  for (unsigned seed = 0; seed < 12; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Files files;
    const Kind kind = seed % 2 == 0 ? Kind::noise : Kind::some_alike;
    files.commit(some_files(seed, static_cast<int>(seed * 3), static_cast<int>(seed % 5), kind));
    if (seed == 0) files.commit({{"only", noise(kLarge, 1)}});
    std::shuffle(files.wanted.begin(), files.wanted.end(), std::mt19937(seed));
    EXPECT_TRUE(files.search());
    files.expect_everything();
    if (kind == Kind::some_alike) continue;  // deltas come in an order of their own
    EXPECT_LE(files.budget.requests, 1 + 2 * static_cast<int>(files.large.sizes.size()));
  }
}

// With bitmaps git sends files as they lie in its packs.
TEST(FileSearch, FindsTheLargeOnesOfAServerThatKeepsToNoOrder) {
  for (unsigned seed = 0; seed < 6; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Files files;
    files.commit(some_files(seed, 40, 2, Kind::some_alike));
    files.repo.make_bitmaps();
    std::shuffle(files.wanted.begin(), files.wanted.end(), std::mt19937(seed));
    EXPECT_TRUE(files.search());
    files.expect_everything();
    EXPECT_LE(files.budget.requests, 20);
  }
}

// Versions of a file are deltas of each other, so their order is git's own.
TEST(FileSearch, TellsTheSizeOfALargeFileThatComesAsADelta) {
  Files files;
  std::string text = noise(kLarge - 10, 3);
  for (int version = 0; version < 6; ++version) {
    files.commit({{"growing", text}, {"small" + std::to_string(version), noise(100, 9)}});
    text += "more\n";
  }
  files.repo.git({"repack", "-adfq", "--depth=10"});
  EXPECT_TRUE(files.search());
  files.expect_everything();
  EXPECT_EQ(files.large.sizes.size(), 4U);
}

TEST(FileSearch, SaysOneOfThemIfItMayNotGoOnAsking) {
  Files files;
  files.commit(some_files(1, 20, 6, Kind::noise));
  files.repo.make_bitmaps();
  files.budget.searches_left = 2;
  EXPECT_TRUE(files.search());
  files.expect_truth();
  EXPECT_FALSE(files.large.unplaced.empty());
  EXPECT_LE(files.budget.requests, 5);
}

TEST(FileSearch, StopsAtTheBudgetAndThenAsksFewFilesForTheirSizes) {
  Files files;
  files.budget.bytes_left = 30'000;
  files.commit({{"a", noise(kLarge - 1, 1)},
                {"b", noise(kLarge - 2, 2)},
                {"c", noise(kLarge - 3, 3)},
                {"d", noise(300'000, 4)}});
  EXPECT_FALSE(files.search());
  files.expect_truth();
  EXPECT_EQ(files.large.sizes.size(), 1U);
  EXPECT_LE(files.budget.bytes_used, 30'000 + 4 * 65536U);
}

}  // namespace
}  // namespace occ::analysis
