// Merges under .gitattributes: what `git merge` stops on, we stop on, and what it merges is merged
// alike.
#include "e2e/merge.hpp"
#include "support/process.hpp"

#include <gmock/gmock.h>

namespace occ::test {
namespace {

using testing::HasSubstr;

struct Case {
  const char* title;
  FileMap attributes;  // in both sides' common history
};

std::string lines_with(const std::string& first, const std::string& last) {
  std::string text = first + '\n';
  for (int i = 0; i < 20; ++i) text += "line " + std::to_string(i) + '\n';
  return text + last + '\n';
}

class MergeAttributes : public testing::TestWithParam<Case> {
 protected:
  World world{Transport::http_filter};
  TempDir folder;

  void SetUp() override { world.target.config("uploadpack.allowFilter", "true"); }

  // What git makes of it in a work tree, where it reads .gitattributes: the tree; empty: it stops.
  std::string merged_by_git() {
    const std::string tree = (folder / "tree").string();
    world.target.git({"clone", "-q", world.target.path().string(), tree});
    const auto git = [&](std::vector<std::string> arguments) {
      arguments.insert(arguments.begin(),
                       {"git", "-C", tree, "-c", "user.name=a", "-c", "user.email=a@b.example"});
      return run_process(arguments, {.env = git_environment()});
    };
    EXPECT_EQ(git({"fetch", "-q", world.source.path().string(), "main"}).exit_code, 0);
    const ProcessResult merge = git({"merge", "-q", "-m", "x", "FETCH_HEAD"});
    if (merge.exit_code != 0) return {};
    std::string id = git({"rev-parse", "HEAD^{tree}"}).out;
    id.erase(id.find_last_not_of('\n') + 1);
    return id;
  }

  void expect_as_git(const std::string& ours, const std::string& theirs) {
    FileMap files = GetParam().attributes;
    files["sub/deep/f.dat"] = lines_with("first", "last");
    world.source.commit("main", files);
    world.mirror();
    world.target.commit("main", {{"sub/deep/f.dat", ours}});
    world.source.commit("main", {{"sub/deep/f.dat", theirs}});
    const std::string before = world.target.tip("main");
    const std::string tree = merged_by_git();
    const StepRun run = world.sync(kMerge);
    if (tree.empty()) {
      EXPECT_EQ(run.error_of(kMain), "merge_conflict") << run.story();
      EXPECT_THAT(run.log(), HasSubstr("sub/deep/f.dat"));
      EXPECT_EQ(world.target.tip("main"), before);
    } else {
      expect_merge(world, run, before, world.source.tip("main"));
      EXPECT_EQ(world.target.git({"rev-parse", "main^{tree}"}), tree);
    }
  }
};

TEST_P(MergeAttributes, DecideOverChangesFarApartAsInGit) {
  expect_as_git(lines_with("of ours", "last"), lines_with("first", "of theirs"));
}

TEST_P(MergeAttributes, DecideOverChangesOfOneLineAsInGit) {
  expect_as_git(lines_with("of ours", "last"), lines_with("of theirs", "last"));
}

INSTANTIATE_TEST_SUITE_P(
    Each, MergeAttributes,
    testing::Values(
        Case{"None", {}}, Case{"NoMerge", {{".gitattributes", "*.dat -merge\n"}}},
        Case{"Binary", {{".gitattributes", "# x\n*.dat binary\n"}}},
        Case{"BinaryDriver", {{".gitattributes", "*.dat merge=binary"}}},
        Case{"Union", {{".gitattributes", "*.dat merge=union\r\n"}}},
        Case{"OursWithoutADriver", {{".gitattributes", "*.dat merge=ours\n"}}},
        Case{"OwnDriver", {{".gitattributes", "*.dat text merge=npm -diff\n"}}},
        Case{"LastLineWins", {{".gitattributes", "*.dat -merge\n*.dat merge\n"}}},
        Case{"DeeperFolderWins",
             {{".gitattributes", "*.dat merge\n"}, {"sub/deep/.gitattributes", "f.dat -merge\n"}}},
        Case{"DeeperFolderFrees",
             {{".gitattributes", "*.dat -merge\n"}, {"sub/.gitattributes", "deep/* !merge\n"}}},
        Case{"Macro", {{".gitattributes", "[attr]whole -merge\n*.dat whole\n"}}},
        Case{"NoMacroInFolders",
             {{"sub/.gitattributes", "[attr]whole -merge\n"}, {".gitattributes", "*.dat whole\n"}}},
        Case{"StarTakesNoSlash", {{".gitattributes", "sub/* -merge\n"}}},
        Case{"TwoStarsTakeFolders", {{".gitattributes", "sub/** -merge\n"}}},
        Case{"TwoStarsInFront", {{".gitattributes", "**/deep/*.dat -merge\n"}}},
        Case{"FromTheRoot", {{".gitattributes", "/sub/deep/f.dat -merge\n"}}},
        Case{"NotFromTheRoot", {{".gitattributes", "/f.dat -merge\n"}}},
        Case{"Folder", {{".gitattributes", "sub/ -merge\n"}}},
        Case{"Quoted", {{".gitattributes", "\"sub/deep/f.dat\" -merge\n"}}},
        Case{"Set", {{".gitattributes", "f.d[!b-z]? -merge\n"}}},
        Case{"Negative", {{".gitattributes", "*.dat merge\n!*.txt -merge\n"}}}),
    [](const auto& each) { return std::string(each.param.title); });

}  // namespace
}  // namespace occ::test
