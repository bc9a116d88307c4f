// What git reads out of a commit message: its subject, and who else wrote the commit. Pure.
#pragma once

#include "analysis/findings.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace occ::analysis {

// The first paragraph, its lines joined by blanks, as `git log --format=%s` shows it; empty: there
// is none.
[[nodiscard]] std::string subject_of(std::string_view message);

// The trailers "Co-authored-by: Name <mail>" (git-interpret-trailers), each address once. A line of
// that kind elsewhere in the message is none.
[[nodiscard]] std::vector<Person> co_authors_of(std::string_view message);

}  // namespace occ::analysis
