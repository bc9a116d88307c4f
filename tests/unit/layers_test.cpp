// Holds the sources to the table of rooms in src/README.md.
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <algorithm>
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

const fs::path kSource = fs::path(SOURCE_FOLDER) / "src";

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::set<std::string> words_of(const std::string& text) {
  std::istringstream stream(text);
  std::set<std::string> words;
  for (std::string word; stream >> word;) words.insert(word);
  return words;
}

// "`<curl/…>`, child processes" → {"curl/"}: how a claimed header begins.
std::set<std::string> claimed_headers(const std::string& cell) {
  static const std::regex kHeader("`<([A-Za-z0-9_./-]+)[^`]*>`");
  std::set<std::string> beginnings;
  for (std::sregex_iterator at(cell.begin(), cell.end(), kHeader), end; at != end; ++at) {
    beginnings.insert((*at)[1]);
  }
  return beginnings;
}

struct House {
  std::map<std::string, std::set<std::string>> may_use;          // room → rooms; "all" among them
  std::map<std::string, std::set<std::string>> rooms_of_header;  // beginning → rooms
};

House read_house() {
  House house;
  const auto lines = lines_of(test::file_text(kSource / "README.md"));
  for (const std::string& line : lines) {
    if (!line.starts_with("| ") || line.starts_with("| room") || line.starts_with("| ---")) {
      continue;
    }
    std::vector<std::string> cells;
    std::istringstream stream(line.substr(1));
    for (std::string cell; std::getline(stream, cell, '|');) cells.push_back(cell);
    if (cells.size() != 4) continue;
    const std::string room = *words_of(cells[0]).begin();
    auto rooms = words_of(cells[1]);
    rooms.erase("–");
    house.may_use[room] = rooms;
    for (const std::string& header : claimed_headers(cells[2])) {
      house.rooms_of_header[header].insert(room);
    }
  }
  // A header of several rooms has a sentence below the table: "`<x/…>` is for a, b and c."
  for (const std::string& line : lines) {
    const std::size_t at = line.find("` is for ");
    if (!line.starts_with("`<") || at == std::string::npos) continue;
    const std::string rest = std::regex_replace(line.substr(at + 9, line.find('.', at) - at - 9),
                                                std::regex(R"(\([^)]*\)|,)"), " ");
    for (const std::string& header : claimed_headers(line)) {
      for (const std::string& word : words_of(rest)) {
        if (house.may_use.contains(word)) house.rooms_of_header[header].insert(word);
      }
    }
  }
  return house;
}

struct SourceFile {
  fs::path path;
  std::string room;  // empty for main.cpp
  std::vector<std::string> lines;
};

std::vector<SourceFile> source_files() {
  std::vector<SourceFile> files;
  for (const auto& entry : fs::recursive_directory_iterator(kSource)) {
    const auto extension = entry.path().extension();
    if (extension != ".cpp" && extension != ".hpp") continue;
    const fs::path relative = fs::relative(entry.path(), kSource);
    const std::string room = relative.has_parent_path() ? relative.begin()->string() : "";
    files.push_back({relative, room, lines_of(test::file_text(entry.path()))});
  }
  std::sort(files.begin(), files.end(),
            [](const SourceFile& a, const SourceFile& b) { return a.path < b.path; });
  return files;
}

// Calls `use(file, header, is_ours)` for each include.
template <typename Use>
void each_include(Use use) {
  static const std::regex kInclude(R"re(^\s*#\s*include\s*([<"])([^>"]+)[>"])re");
  for (const SourceFile& file : source_files()) {
    for (const std::string& line : file.lines) {
      std::smatch match;
      if (std::regex_search(line, match, kInclude)) use(file, match[2].str(), match[1] == "\"");
    }
  }
}

TEST(Layers, AreToldInATableWithARowForEachRoom) {
  const House house = read_house();
  std::set<std::string> rooms;
  for (const auto& entry : fs::directory_iterator(kSource)) {
    if (entry.is_directory()) rooms.insert(entry.path().filename().string());
  }
  std::set<std::string> rows;
  for (const auto& [room, may_use] : house.may_use) {
    rows.insert(room);
    for (const std::string& other : may_use) {
      EXPECT_TRUE(other == "all" || house.may_use.contains(other)) << room << " uses " << other;
    }
  }
  EXPECT_EQ(rows, rooms);
}

TEST(Layers, IncludeOnlyTheRoomsOfTheirRow) {
  const House house = read_house();
  std::size_t checked = 0;
  each_include([&](const SourceFile& file, const std::string& header, bool is_ours) {
    if (!is_ours) return;
    ++checked;
    EXPECT_TRUE(fs::exists(kSource / header) || fs::exists(fs::path(GENERATED_FOLDER) / header))
        << file.path << " includes " << header;
    const std::string room = header.substr(0, header.find('/'));
    if (file.room.empty()) {
      EXPECT_EQ(room, "app") << file.path << " includes " << header;
      return;
    }
    const auto row = house.may_use.find(file.room);
    const std::set<std::string> allowed =
        row == house.may_use.end() ? std::set<std::string>() : row->second;
    EXPECT_TRUE(room == file.room || allowed.contains(room) || allowed.contains("all"))
        << file.path << " includes " << header;
  });
  EXPECT_GT(checked, 100U);
}

bool is_of_the_system(const std::string& header) {
  static const std::set<std::string> kSystem{"fcntl.h",   "io.h",     "poll.h",   "signal.h",
                                             "spawn.h",   "stdlib.h", "unistd.h", "windows.h",
                                             "process.h", "aclapi.h", "sddl.h",   "bcrypt.h"};
  return header.find_first_of("./") == std::string::npos || header.starts_with("sys/") ||
         kSystem.contains(header);
}

TEST(Layers, KeepEachLibraryInItsRoom) {
  const House house = read_house();
  std::size_t checked = 0;
  each_include([&](const SourceFile& file, const std::string& header, bool is_ours) {
    if (is_ours || is_of_the_system(header)) return;
    ++checked;
    bool is_claimed = false;
    for (const auto& [beginning, rooms] : house.rooms_of_header) {
      if (!header.starts_with(beginning)) continue;
      is_claimed = true;
      EXPECT_TRUE(rooms.contains(file.room)) << file.path << " includes <" << header << ">";
    }
    EXPECT_TRUE(is_claimed) << "no room claims <" << header << ">, which " << file.path
                            << " includes";
  });
  EXPECT_GT(checked, 5U);
}

TEST(Layers, HaveNoFileOfMoreThan400Lines) {
  for (const SourceFile& file : source_files()) EXPECT_LE(file.lines.size(), 400U) << file.path;
}

// Its depth and size are bounded there.
TEST(Layers, LetForeignJsonInThroughOneDoor) {
  static const std::regex kParse(R"(json::(parse|accept|sax_parse|from_)|>> *(payload|json))");
  for (const SourceFile& file : source_files()) {
    if (file.path == fs::path("base/foreign_json.cpp")) continue;
    for (const std::string& line : file.lines) {
      EXPECT_FALSE(std::regex_search(line, kParse)) << file.path << ": " << line;
    }
  }
}

TEST(Layers, HaveNoRoomForOddsAndEnds) {
  static const std::set<std::string> kVague{"common", "utils",   "util",    "helpers",
                                            "helper", "types",   "manager", "managers",
                                            "misc",   "support", "shared"};
  for (const SourceFile& file : source_files()) {
    for (const fs::path& part : file.path) {
      EXPECT_FALSE(kVague.contains(part.stem().string())) << file.path;
    }
  }
}

TEST(Layers, LeaveMainWithNextToNothing) {
  EXPECT_LE(lines_of(test::file_text(kSource / "main.cpp")).size(), 20U);
}

TEST(Layers, StartEachHeaderWithWhatItKnowsAndOneGuard) {
  for (const SourceFile& file : source_files()) {
    if (file.path.extension() != ".hpp") continue;
    EXPECT_TRUE(file.lines.at(0).starts_with("//")) << file.path;
    EXPECT_EQ(std::count(file.lines.begin(), file.lines.end(), "#pragma once"), 1) << file.path;
  }
}

}  // namespace
}  // namespace occ
