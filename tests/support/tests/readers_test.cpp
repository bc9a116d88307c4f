// The parts of the fixtures that read what the program wrote.
#include "support/markdown.hpp"
#include "support/secrets.hpp"
#include "support/temp_dir.hpp"
#include "support/workflow_log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace occ::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::Pair;
using testing::UnorderedElementsAre;

TEST(WorkflowCommands, AreFoundWhereARunnerFindsThem) {
  const auto commands = workflow_commands(
      "plain\n  ::error title=a%2Cb,file=x.c::50%25 done%0Anext\n"
      "a lone return\r::notice::hello\nmid-line ##[warning]old form\n"
      "not at the start ::error::x\n::unknown::x\n");
  ASSERT_EQ(commands.size(), 3U);
  EXPECT_EQ(commands[0].name, "error");
  EXPECT_EQ(commands[0].message, "50% done\nnext");
  EXPECT_THAT(commands[0].properties,
              UnorderedElementsAre(Pair("title", "a,b"), Pair("file", "x.c")));
  EXPECT_EQ(commands[1].message, "hello");
  EXPECT_EQ(commands[2].message, "old form");
}

TEST(WorkflowCommands, AreNotObeyedWhileStopped) {
  const auto commands =
      workflow_commands("::stop-commands::tok\n::error::x\n##[error]y\n::tok::\n::notice::z\n");
  ASSERT_EQ(commands.size(), 2U);
  EXPECT_EQ(commands[1].message, "z");
}

TEST(ReadableLog, LeavesOutTheMasks) {
  EXPECT_EQ(readable_log("a\n::add-mask::secret\nb\n"), "a\nb\n");
}

TEST(FileCommandEntries, ReadBothForms) {
  EXPECT_THAT(file_command_entries("a=1\n\nb<<END\none\ntwo=2\n\nEND\nempty<<X\nX\nc=x<<y\n"),
              UnorderedElementsAre(Pair("a", "1"), Pair("b", "one\ntwo=2\n"), Pair("empty", ""),
                                   Pair("c", "x<<y")));
}

TEST(FileCommandEntries, FailWhereARunnerFails) {
  EXPECT_THROW(static_cast<void>(file_command_entries("b<<END\none\n")), std::runtime_error);
  EXPECT_THROW(static_cast<void>(file_command_entries("no sign\n")), std::runtime_error);
}

TEST(Leaks, FindASecretInEveryForm) {
  const std::string secret = "top/secret+token&more";
  for (const std::string& text :
       {"x" + secret + "y", std::string("top%2Fsecret%2Btoken%26more"),
        std::string("top%2fsecret%2btoken%26more"), base64("user:" + secret),
        base64("u:" + secret + "!"), base64("ab:" + secret), base64(secret)}) {
    EXPECT_THAT(leaks(text, "here", {secret}), Not(IsEmpty())) << text;
  }
  EXPECT_THAT(leaks(base64("user:another token"), "here", {secret}), IsEmpty());
}

TEST(Leaks, AreFoundInFilesAndInTheirNames) {
  const TempDir folder;
  write_file(folder / "a/b", "has tok-en-12345 in it");
  write_file(folder / "tok-en-12345", "");
  const auto found = leaks_below(folder.path(), {"tok-en-12345"});
  EXPECT_EQ(found.size(), 2U);
}

TEST(BrokenTableRows, AreThoseWithAnotherNumberOfCells) {
  EXPECT_THAT(broken_table_rows("| a | b |\n| --- | :-: |\n| 1 | 2 \\| 3 |\n"), IsEmpty());
  EXPECT_THAT(broken_table_rows("| a | b |\n| --- | --- |\n| `1|2` | 3 |\n\ntext | here\n"),
              ElementsAre("| `1|2` | 3 |"));
}

TEST(LiveMarkdown, IsWhatIsNeitherCodeNorEscaped) {
  EXPECT_EQ(live_markdown("a `<img>` b\n"), "a  b\n");
  EXPECT_EQ(live_markdown("``x`<img>`` b\n"), " b\n");
  EXPECT_THAT(live_markdown("`x` <img> `y`\n"), HasSubstr("<img>"));
  EXPECT_THAT(live_markdown("open ` <img>\n"), HasSubstr("<img>"));
  EXPECT_EQ(live_markdown("\\<b>\n"), "b>\n");
  EXPECT_EQ(live_markdown("```\n<img>\n```\nend\n"), "end\n");
}

}  // namespace
}  // namespace occ::test
