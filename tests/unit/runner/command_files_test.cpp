#include "runner/command_files.hpp"

#include "full_disk.hpp"
#include "support/temp_dir.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <sstream>
#include <vector>

namespace occ::runner {
namespace {

using testing::HasSubstr;

// As actions/runner reads the file (FileCommandManager, "name<<delimiter").
std::map<std::string, std::string> outputs_in(const std::string& text) {
  std::map<std::string, std::string> outputs;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t mark = line.find("<<");
    if (mark == std::string::npos) {
      ADD_FAILURE() << "no delimiter in " << line;
      return outputs;
    }
    const std::string name = line.substr(0, mark);
    const std::string delimiter = line.substr(mark + 2);
    std::string value;
    bool first = true;
    bool closed = false;
    while (!closed && std::getline(lines, line)) {
      closed = line == delimiter;
      if (!closed) value += (first ? "" : "\n") + line;
      first = false;
    }
    EXPECT_TRUE(closed) << name;
    outputs[name] = value;
  }
  return outputs;
}

class CommandFiles : public testing::Test {
 protected:
  std::string file() const { return (folder_ / "file").string(); }
  std::string text() const { return test::file_text(file()); }

 private:
  test::TempDir folder_;
};

TEST_F(CommandFiles, HoldEveryOutputAsItWasGiven) {
  const std::map<std::string, std::string> values{{"plain", "x"},
                                                  {"empty", ""},
                                                  {"lines", "one\ntwo\n\nthree"},
                                                  {"hostile", "x\nEOF\nother<<EOF\nforged\nEOF"},
                                                  {"json", R"({"a":"b"})"},
                                                  {"ends_with_a_line_end", "x\n"}};
  std::vector<Output> outputs;
  for (const auto& [name, value] : values) outputs.push_back({name, value});
  EXPECT_EQ(write_outputs(file(), outputs), "");
  EXPECT_EQ(outputs_in(text()), values);
}

TEST_F(CommandFiles, HaveADelimiterThatNobodyCanGuess) {
  const std::vector<Output> outputs{{"a", "x"}, {"a", "x"}};
  EXPECT_EQ(write_outputs(file(), outputs), "");
  std::istringstream lines(text());
  std::string first;
  std::string second;
  std::getline(lines, first);
  for (int i = 0; i < 3; ++i) std::getline(lines, second);
  EXPECT_TRUE(second.starts_with("a<<")) << second;
  EXPECT_NE(first, second);
  EXPECT_GE(first.size(), std::string("a<<ghadelimiter_").size() + 32);
}

TEST_F(CommandFiles, TakeASummaryBehindWhatIsThere) {
  test::write_file(file(), "before\n");
  EXPECT_EQ(write_summary(file(), "# after\n"), "");
  EXPECT_EQ(text(), "before\n# after\n");
}

TEST_F(CommandFiles, MayBeMissing) {
  const std::vector<Output> outputs{{"a", "b"}};
  EXPECT_EQ(write_outputs("", outputs), "");
  EXPECT_EQ(write_summary("", "x"), "");
}

TEST_F(CommandFiles, ThatCannotBeWrittenAreToldWithTheReason) {
  const std::vector<Output> outputs{{"a", "b"}};
  EXPECT_THAT(write_outputs(file() + "/no/such/folder", outputs), HasSubstr("No such file"));
  EXPECT_THAT(write_outputs("/dev/full", outputs), HasSubstr("No space left"));
  EXPECT_THAT(write_summary("/", "x"), HasSubstr("directory"));
}

// Half an entry would fail the whole step.
TEST_F(CommandFiles, HoldNoHalfEntryWhereTheDiskIsFull) {
  test::write_file(file(), "before<<x\n\nx\n");
  const std::vector<Output> outputs{{"a", std::string(150'000, 'x')}};
  {
    const test::FullDisk full;
    EXPECT_NE(write_outputs(file(), outputs), "");
  }
  EXPECT_EQ(text(), "before<<x\n\nx\n");
}

TEST_F(CommandFiles, TakeNoSummaryOfWhichTheRunnerWouldShowNothing) {
  const std::string before(kRunnersSummaryLimit - 10, 'x');
  test::write_file(file(), before);
  EXPECT_THAT(write_summary(file(), "more than ten"), HasSubstr("1 MiB"));
  EXPECT_EQ(text().size(), before.size());
  EXPECT_EQ(write_summary(file(), "just ten.\n"), "");
}

}  // namespace
}  // namespace occ::runner
