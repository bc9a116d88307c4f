// A store on a disk without room for it: a clear error, and never the end of the program.
#include "filled_store.hpp"
#include "samples.hpp"
#include "store/object_store.hpp"
#include "support/temp_dir.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/mount.h>

namespace occ::store {
namespace {

// A small file system of its own, where the machine lets us have one.
class SmallDisk {
 public:
  explicit SmallDisk(const std::string& size) {
    is_there_ = ::mount("tmpfs", place().c_str(), "tmpfs", 0, ("size=" + size).c_str()) == 0;
  }
  ~SmallDisk() {
    if (is_there_) ::umount(place().c_str());
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  [[nodiscard]] bool is_there() const { return is_there_; }
  [[nodiscard]] std::string place() const { return folder_.path().string(); }

 private:
  test::TempDir folder_;
  bool is_there_ = false;
};

TEST(AFullDisk, UnderAStoreIsAClearErrorAtEverySize) {
  const test::TempDir folder;
  const test::GitRepo repo = test::GitRepo::init(folder / "repo.git");
  repo.expect_noise();
  test::GitRepo(repo).commit("main", {{"noise", test::noise(600'000, 1)}});
  const auto pack =
      test::run_process({"git", "pack-objects", "--stdout", "-q", "--all"},
                        {.env = test::git_environment(), .cwd = repo.path(), .input = ""});
  for (int pages = 40; pages < 140; pages += 3) {
    const SmallDisk disk(std::to_string(4 * pages) + "k");
    if (!disk.is_there()) GTEST_SKIP() << "no file system may be mounted here";
    std::optional<FailureCode> code;
    code = test::failure_of([&] {
      ObjectStore store(disk.place());
      ObjectStore::PackIntake intake(store);
      // In pieces as they come over HTTP.
      for (std::string_view rest = pack.out; !rest.empty();
           rest.remove_prefix(std::min<std::size_t>(rest.size(), 65'515))) {
        intake.append(as_bytes(rest.substr(0, 65'515)));
      }
      intake.finish();
    });
    EXPECT_EQ(code, FailureCode::temporary_folder) << pages << " pages";
  }
}

TEST(AStore, WithoutItsFolderIsAClearError) {
  EXPECT_EQ(test::failure_of([] { const ObjectStore store("/dev/null/folder"); }),
            FailureCode::temporary_folder);
}

}  // namespace
}  // namespace occ::store
