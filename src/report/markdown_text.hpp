// Foreign text on its way into GitHub-flavoured Markdown: it can not break a table or a tag, nor
// make a link, a mention of somebody or a reference to an issue.
#pragma once

#include <string>
#include <string_view>

namespace occ::report {

// Plain text within a paragraph or a table cell.
[[nodiscard]] std::string markdown_text(std::string_view untrusted);
// As code: what stands in backquotes, safe in a table cell.
[[nodiscard]] std::string markdown_code(std::string_view untrusted);

}  // namespace occ::report
