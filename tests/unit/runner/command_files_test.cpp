#include "runner/command_files.hpp"

#include "samples.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <map>
#include <sstream>

namespace occ::runner {
namespace {

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
  for (const auto& [name, value] : values) write_output(file(), name, value);
  EXPECT_EQ(outputs_in(text()), values);
}

TEST_F(CommandFiles, HaveADelimiterThatNobodyCanGuess) {
  write_output(file(), "a", "x");
  write_output(file(), "a", "x");
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
  write_summary(file(), "# after\n");
  EXPECT_EQ(text(), "before\n# after\n");
}

TEST_F(CommandFiles, MayBeMissing) {
  write_output("", "a", "b");
  write_summary("", "x");
  EXPECT_EQ(test::failure_of([&] { write_output(file() + "/no/such/folder", "a", "b"); }),
            FailureCode::internal_error);
}

}  // namespace
}  // namespace occ::runner
