#include "inputs/same_place.hpp"

#include "support/process.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <string>
#include <string_view>

namespace occ::inputs {
namespace {

namespace fs = std::filesystem;

bool is_same(std::string_view a, std::string_view b) {
  std::string mistake;
  const auto one = parse_endpoint(a, "https://github.com", mistake);
  const auto other = parse_endpoint(b, "https://github.com", mistake);
  EXPECT_TRUE(one && other) << mistake;
  return one && other && is_same_place(*one, *other) && is_same_place(*other, *one);
}

TEST(SamePlace, IsSeenThroughSlashesDotsLinksAndWhatGitAdds) {
  const test::TempDir folder;
  const std::string at = folder.path().string();
  for (const char* name : {"/a.git", "/b.git", "/work/.git"}) {
    fs::create_directories(at + name);
    test::write_file(at + name + std::string("/HEAD"), "ref: refs/heads/main\n");
  }
  fs::create_directory_symlink(at + "/a.git", at + "/link");
  for (const std::string same :
       {"/a.git", "/a.git/", "/a.git//", "/b.git/../a.git", "/./a.git", "/link", "/a", "//a.git"}) {
    EXPECT_TRUE(is_same(at + "/a.git", at + same)) << same;
  }
  EXPECT_TRUE(is_same("file://" + at + "/a.git", at + "/a.git"));
  EXPECT_TRUE(is_same(at + "/work", at + "/work/.git"));
  EXPECT_TRUE(is_same(at + "/not/yet.git", at + "/not/../not/yet.git/"));
  EXPECT_FALSE(is_same(at + "/a.git", at + "/b.git"));
  EXPECT_FALSE(is_same(at + "/a.git", "https://host/a.git"));
}

TEST(SamePlace, IsSeenThroughTheSpellingsOfAnAddress) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 10> kSame{{
      {"https://host/a/b.git", "https://HOST/a/b.git/"},
      {"https://host/a/b", "https://host:443/a/./c/../b"},
      {"http://host/a/b", "http://user:pw@host:80/a//b"},
      {"owner/name", "https://github.com/Owner/Name.git"},
      {"https://gitlab.com/a/b", "https://gitlab.com/a/b.git"},
      {"git@host:a/b.git", "git@HOST:a/b.git/"},
      {"ssh://git@host/a/b", "ssh://git@host:22/a/../a/b"},
      {"git@github.com:o/r", "ssh://git@github.com/O/R.git"},
      {"host:a", "host:./a"},
      {"https://[::1]/a", "https://[::1]:443/a"},
  }};
  for (const auto& [a, b] : kSame) EXPECT_TRUE(is_same(a, b)) << a << ' ' << b;
  constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kOther{{
      {"https://host/a/b", "https://host/a/B"},
      {"https://host/a/b", "https://host:444/a/b"},
      {"https://host/a/b", "http://host/a/b"},
      {"https://host/a/b", "https://host/a/b.git"},
      {"git@host:a", "other@host:a"},
      {"git@host:a", "git@host:/a"},
      {"ssh://host:23/a", "ssh://host/a"},
  }};
  for (const auto& [a, b] : kOther) EXPECT_FALSE(is_same(a, b)) << a << ' ' << b;
}

}  // namespace
}  // namespace occ::inputs
