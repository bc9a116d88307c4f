#include "transfer/spool.hpp"

#include "base/temporary.hpp"
#include "full_disk.hpp"
#include "samples.hpp"
#include "support/temp_dir.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>

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

// Who may list the folder must not get at the file before it is closed to others.
TEST(Spool, IsReadByNobodyElse) {
  const test::TempDir folder;
  const auto path = folder / "file";
  const mode_t before = umask(0);
  std::FILE* file = open_private_file(path);
  umask(before);
  ASSERT_NE(file, nullptr);
  std::fclose(file);
  EXPECT_EQ(std::filesystem::status(path).permissions(), std::filesystem::perms(0600));
  EXPECT_EQ(open_private_file(path), nullptr);  // whatever is there already is not ours
}

TEST(Spool, InAFolderThatIsNotThereNamesIt) {
  const auto act = [] { Spool spool("/nonexistent/folder"); };
  EXPECT_EQ(test::failure_of(act), FailureCode::temporary_folder);
  EXPECT_THAT(test::failure_text(act), HasSubstr("/nonexistent/folder"));
}

TEST(Spool, InAFullFolderIsAClearErrorAndNoMistakeOfOurs) {
  const test::TempDir folder;
  const auto act = [&] {
    const test::FullDisk full;
    Spool spool(folder.path().string());
    spool.append(as_bytes(std::string(150'000, 'x')));
    spool.rewind();
  };
  EXPECT_EQ(test::failure_of(act), FailureCode::temporary_folder);
  EXPECT_THAT(test::failure_text(act), HasSubstr(folder.path().string()));
}

}  // namespace
}  // namespace occ::transfer
