// Finds a secret in whatever form it may have leaked.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace occ::test {

// The forms in which `secret` must not be seen: raw, URL-encoded (both letter cases), JSON-escaped,
// base64 (standard and URL alphabet, at each of the three alignments, without the letters that
// depend on the neighbours).
[[nodiscard]] std::vector<std::string> forms_of(std::string_view secret);

[[nodiscard]] std::string base64(std::string_view bytes);

// For each form of each secret that stands in `text`: "<where>: <form>".
[[nodiscard]] std::vector<std::string> leaks(std::string_view text, std::string_view where,
                                             const std::vector<std::string>& secrets);
// The same for the name and the content of every file below `folder`.
[[nodiscard]] std::vector<std::string> leaks_below(const std::filesystem::path& folder,
                                                   const std::vector<std::string>& secrets);

}  // namespace occ::test
