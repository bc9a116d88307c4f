// A folder that a test owns and that goes away with it.
// Set KEEP_TEST_DIRS=1 to look at what a failed test left.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace occ::test {

class TempDir {
 public:
  // Makes a new folder below $TMPDIR (or /tmp), readable by its owner alone.
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  TempDir(TempDir&&) = delete;
  TempDir& operator=(TempDir&&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::filesystem::path operator/(std::string_view name) const;

 private:
  std::filesystem::path path_;
};

// Whole-file helpers; each throws std::runtime_error naming the file when it cannot.
[[nodiscard]] std::string file_text(const std::filesystem::path& file);
void write_file(const std::filesystem::path& file, std::string_view text);
void write_script(const std::filesystem::path& file, std::string_view text);  // mode 0755

}  // namespace occ::test
