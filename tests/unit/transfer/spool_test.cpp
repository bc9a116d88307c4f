#include "transfer/spool.hpp"

#include "samples.hpp"
#include "support/temp_dir.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <sys/resource.h>

namespace occ::transfer {
namespace {

using testing::HasSubstr;

TEST(Spool, GivesBackWhatItTookAndLeavesNoFile) {
  const test::TempDir folder;
  std::string whole;
  {
    Spool spool(folder.path().string());
    for (int i = 0; i < 50; ++i) {
      const std::string piece(3'001, static_cast<char>('a' + i % 26));
      spool.append(as_bytes(piece));
      whole += piece;
    }
    EXPECT_EQ(spool.size(), whole.size());
    spool.rewind();
    std::string read;
    for (Bytes bytes = spool.next(); !bytes.empty(); bytes = spool.next()) read += as_text(bytes);
    EXPECT_EQ(read, whole);
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(Spool, InAFolderThatIsNotThereNamesIt) {
  const auto act = [] { Spool spool("/nonexistent/folder"); };
  EXPECT_EQ(test::failure_of(act), FailureCode::temporary_folder);
  EXPECT_THAT(test::failure_text(act), HasSubstr("/nonexistent/folder"));
}

// A limit on the size of files stands for a full disk.
class FullDisk {
 public:
  FullDisk() {
    getrlimit(RLIMIT_FSIZE, &before_);
    handler_ = std::signal(SIGXFSZ, SIG_IGN);
    rlimit full = before_;
    full.rlim_cur = 100'000;
    setrlimit(RLIMIT_FSIZE, &full);
  }
  ~FullDisk() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  rlimit before_{};
  void (*handler_)(int) = nullptr;
};

TEST(Spool, InAFullFolderIsAClearErrorAndNoMistakeOfOurs) {
  const test::TempDir folder;
  const auto act = [&] {
    const FullDisk full;
    Spool spool(folder.path().string());
    spool.append(as_bytes(std::string(150'000, 'x')));
    spool.rewind();
  };
  EXPECT_EQ(test::failure_of(act), FailureCode::temporary_folder);
  EXPECT_THAT(test::failure_text(act), HasSubstr(folder.path().string()));
}

}  // namespace
}  // namespace occ::transfer
