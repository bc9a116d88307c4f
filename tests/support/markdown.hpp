// As much of GitHub's Markdown as it takes to see whether foreign text broke out of its place.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace occ::test {

// The lines of tables whose number of cells differs from that of their header.
[[nodiscard]] std::vector<std::string> broken_table_rows(std::string_view markdown);

// The text that Markdown and HTML would give a meaning to: code spans, fenced blocks and
// backslash escapes are taken out.
[[nodiscard]] std::string live_markdown(std::string_view markdown);

}  // namespace occ::test
