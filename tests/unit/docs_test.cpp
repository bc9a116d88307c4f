// What is said outside the code equals what the code does.
#include "app/publish.hpp"
#include "app/publish_files.hpp"
#include "inputs/input_table.hpp"
#include "support/process.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace occ {
namespace {

namespace fs = std::filesystem;

const fs::path kRoot = SOURCE_FOLDER;

struct Entry {
  std::string name;
  std::string description;
  std::string fallback;
};

std::string unquoted(std::string text) {
  if (text.size() < 2 || text.front() != '\'' || text.back() != '\'') return text;
  text = text.substr(1, text.size() - 2);
  for (std::size_t at = text.find("''"); at != std::string::npos; at = text.find("''", at + 1)) {
    text.erase(at, 1);
  }
  return text;
}

// The small part of YAML in which action.yml is written.
std::vector<Entry> section_of_action(const std::string& wanted) {
  std::istringstream lines(test::file_text(kRoot / "action.yml"));
  std::vector<Entry> entries;
  bool inside = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.empty()) continue;
    if (line.front() != ' ') {
      inside = line == wanted + ':';
    } else if (inside && line.starts_with("  ") && line[2] != ' ') {
      entries.push_back({line.substr(2, line.size() - 3), "", ""});
    } else if (inside && line.starts_with("    description: ")) {
      entries.back().description = unquoted(line.substr(17));
    } else if (inside && line.starts_with("    default: ")) {
      entries.back().fallback = unquoted(line.substr(13));
    }
  }
  return entries;
}

TEST(ActionYml, HasTheInputsOfTheProgramInTheSameOrderAndWords) {
  const auto told = section_of_action("inputs");
  const auto table = inputs::input_table();
  ASSERT_EQ(told.size(), table.size());
  for (std::size_t i = 0; i < table.size(); ++i) {
    EXPECT_EQ(told[i].name, table[i].name);
    EXPECT_EQ(told[i].description, table[i].description);
    // Only the runner can fill in the workflow's token.
    const std::string expected =
        table[i].name == "github_token" ? "${{ github.token }}" : std::string(table[i].fallback);
    EXPECT_EQ(told[i].fallback, expected) << table[i].name;
  }
}

TEST(ActionYml, HasTheOutputsThatTheProgramWrites) {
  const test::TempDir folder;
  inputs::Settings settings;
  settings.runner.output_file = (folder / "output").string();
  settings.runner.workspace = (folder / "workspace").string();
  testing::internal::CaptureStdout();
  runner::Console console(runner::Console::Style::workflow, false);
  app::publish(console, settings.runner, {});
  app::publish_files(console, settings, {}, {}, std::atomic<int>(0));
  testing::internal::GetCapturedStdout();
  std::set<std::string> written;
  std::istringstream lines(test::file_text(folder / "output"));
  for (std::string line; std::getline(lines, line);) {
    if (line.find("<<ghadelimiter_") != std::string::npos) {
      written.insert(line.substr(0, line.find("<<")));
    }
  }
  std::set<std::string> told;
  for (const Entry& entry : section_of_action("outputs")) {
    told.insert(entry.name);
    EXPECT_NE(entry.description, "") << entry.name;
  }
  EXPECT_EQ(told, written);
}

TEST(Readme, HasTheTablesThatTheGeneratorMakes) {
  auto environment = test::bare_environment();
  environment["PRINT_CATALOGUE"] = PRINT_CATALOGUE;
  const auto result = test::run_process({(kRoot / "scripts/update-readme").string(), "--check"},
                                        {.env = environment});
  EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
}

TEST(Readme, HasARowForEachInputOutputAndError) {
  const std::string readme = test::file_text(kRoot / "README.md");
  for (const inputs::InputDefinition& input : inputs::input_table()) {
    EXPECT_NE(readme.find("\n| `" + std::string(input.name) + "` | "), std::string::npos)
        << input.name;
  }
  for (const Entry& output : section_of_action("outputs")) {
    EXPECT_NE(readme.find("\n| `" + output.name + "` | "), std::string::npos) << output.name;
  }
  for (const CatalogueEntry& entry : catalogue()) {
    EXPECT_NE(readme.find("\n| `" + std::string(entry.id) + "` | "), std::string::npos) << entry.id;
  }
}

// What the code rests on can be read beside it.
TEST(FactPages, HaveEveryLineThatTheCodeCites) {
  const std::map<std::string, std::string> pages = {
      {"SERVERS", test::file_text(kRoot / "src/wire/SERVERS.md")},
      {"CONTRACT", test::file_text(kRoot / "src/runner/CONTRACT.md")}};
  const std::regex cite(R"((SERVERS|CONTRACT) (\d+)(?: (?:and|to) (\d+))?)");
  int cites = 0;
  for (const auto& file : fs::recursive_directory_iterator(kRoot / "src")) {
    if (file.path().extension() != ".hpp" && file.path().extension() != ".cpp") continue;
    const std::string text = test::file_text(file.path());
    for (std::sregex_iterator at(text.begin(), text.end(), cite), end; at != end; ++at) {
      ++cites;
      for (const std::size_t group : {2U, 3U}) {
        if (!(*at)[group].matched) continue;
        EXPECT_NE(pages.at((*at)[1]).find('\n' + (*at)[group].str() + ". "), std::string::npos)
            << file.path() << ": " << at->str();
      }
    }
  }
  EXPECT_GT(cites, 10);
}

}  // namespace
}  // namespace occ
