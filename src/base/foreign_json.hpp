// JSON that a stranger wrote: read only if it is no larger, no deeper and of no more values than it
// may be. All of the program's JSON comes in here, for the library that reads it copies, compares
// and prints values by recursion, and takes many times the memory of the text.
#pragma once

#include "base/limits.hpp"

#include <nlohmann/json.hpp>

#include <string_view>

namespace occ {

// Whether `text`, if it is JSON at all, keeps to `limit`.
[[nodiscard]] bool keeps_to(const limits::Json& limit, std::string_view text);

// Discarded (nlohmann's word for it) if it is no JSON or beyond `limit`.
[[nodiscard]] nlohmann::json parse_foreign_json(std::string_view text, const limits::Json& limit);

}  // namespace occ
