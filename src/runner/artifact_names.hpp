// What an artifact may be called and what its bytes are (actions/toolkit, artifact 6.2: path-and-
// artifact-name-validation.ts, types.ts). Pure.
#pragma once

#include <string>
#include <string_view>

namespace occ::runner {

// The name for the `number`-th try, when earlier ones were taken: "a" → "a-2"; a file's extension
// stays last, "a.html" → "a-2.html". The first try has the name itself.
[[nodiscard]] std::string numbered_name(std::string_view name, int number);
// Likewise with `mark` instead of a number.
[[nodiscard]] std::string marked_name(std::string_view name, std::string_view mark);

// By the extension, as the run page needs it to show a file; application/octet-stream for others.
[[nodiscard]] std::string_view mime_type_of(std::string_view file_name);

}  // namespace occ::runner
