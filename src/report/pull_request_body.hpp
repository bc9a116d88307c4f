// What a pull request says that brings a source's commits to a branch which has some of its own:
// where the two sides stand, what a merge runs into, who wrote what, and how to resolve it by hand.
// Pure. Foreign text notifies nobody and refers to nothing.
#pragma once

#include "report/report.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace occ::report {

inline constexpr std::size_t kPullRequestBodyLimit =
    60'000;  // bytes; GitHub's is 65,536 characters

// What every body begins with, in a comment that is not shown.
inline constexpr std::string_view kPullRequestMarker = "<!-- sync-action: ";

struct PullRequestText {
  std::string title;  // one line of plain text
  std::string body;   // GitHub-flavoured Markdown, at most kPullRequestBodyLimit
};

// `ref`: the diverged branch, one of `report`'s. `head`: the target's branch that holds the
// source's commits, short name. With findings for the ref (`report: full`) the body tells the
// conflicts and both sides' commits, and counts what found no room.
[[nodiscard]] PullRequestText pull_request_text(const Report& report,
                                                const transfer::RefOutcome& ref,
                                                std::string_view head);

}  // namespace occ::report
