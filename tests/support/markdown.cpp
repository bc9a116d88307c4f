#include "support/markdown.hpp"

#include "support/workflow_log.hpp"

#include <algorithm>

namespace occ::test {

namespace {

// The cells of a row end at every pipe without a backslash, also inside a code span.
std::size_t count_pipes(std::string_view line) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\\') {
      ++i;
    } else if (line[i] == '|') {
      ++count;
    }
  }
  return count;
}

bool is_delimiter_row(std::string_view line) {
  return line.find("--") != std::string_view::npos && line.find('|') != std::string_view::npos &&
         line.find_first_not_of("|-: ") == std::string_view::npos;
}

std::size_t run_of_ticks(std::string_view text, std::size_t at) {
  const auto end = text.find_first_not_of('`', at);
  return (end == std::string_view::npos ? text.size() : end) - at;
}

// The position after the run of exactly `ticks` ticks that closes a code span; npos if none does.
std::size_t end_of_span(std::string_view text, std::size_t at, std::size_t ticks) {
  for (at = text.find('`', at); at != std::string_view::npos; at = text.find('`', at)) {
    const std::size_t run = run_of_ticks(text, at);
    at += run;
    if (run == ticks) return at;
  }
  return std::string_view::npos;
}

std::string live_line(std::string_view line) {
  std::string live;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\\') {
      ++i;
      continue;
    }
    if (line[i] != '`') {
      live += line[i];
      continue;
    }
    const std::size_t ticks = run_of_ticks(line, i);
    const std::size_t end = end_of_span(line, i + ticks, ticks);
    if (end == std::string_view::npos) {
      i += ticks - 1;  // an opening without a closing is plain text
    } else {
      i = end - 1;
    }
  }
  return live;
}

}  // namespace

std::vector<std::string> broken_table_rows(std::string_view markdown) {
  std::vector<std::string> broken;
  const std::vector<std::string> lines = log_lines(markdown);
  for (std::size_t i = 1; i < lines.size(); ++i) {
    if (!is_delimiter_row(lines[i])) continue;
    const std::size_t expected = count_pipes(lines[i]);
    if (count_pipes(lines[i - 1]) != expected) broken.push_back(lines[i - 1]);
    for (++i; i < lines.size() && lines[i].starts_with('|'); ++i) {
      if (count_pipes(lines[i]) != expected) broken.push_back(lines[i]);
    }
  }
  return broken;
}

std::string live_markdown(std::string_view markdown) {
  std::string live;
  std::string fence;
  for (const std::string& line : log_lines(markdown)) {
    const std::size_t ticks = run_of_ticks(line, 0);
    if (fence.empty() && ticks >= 3) {
      fence = line.substr(0, ticks);
    } else if (!fence.empty() && line.starts_with(fence) &&
               line.find_first_not_of('`') == std::string::npos) {
      fence.clear();
    } else if (fence.empty()) {
      live += live_line(line) + "\n";
    }
  }
  return live;
}

}  // namespace occ::test
