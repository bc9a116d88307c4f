// Pull requests between two branches of one repository (REST API, "Pull requests"): there is at
// most one open for a head and a base, so it is looked for before one is opened.
#pragma once

#include "github/api.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace occ::github {

inline constexpr std::size_t kTitleLimit = 256;    // characters, GitHub's
inline constexpr std::size_t kBodyLimit = 65'536;  // likewise; also of a comment

struct PullRequestWish {
  std::string head;   // branch of the same repository, short name
  std::string base;   // likewise; merged into
  std::string title;  // cut to kTitleLimit
  std::string body;   // cut to kBodyLimit, with a line that says so
  // For one that is opened now; who takes a label off again is not to meet it after every run.
  std::vector<std::string> labels = {};
  std::vector<std::string> reviewers = {};  // users; as org/team teams
  std::vector<std::string> assignees = {};
  bool draft = false;
};

struct PullRequest {
  std::uint64_t number = 0;
  std::string url;                      // its page; empty if GitHub names none
  bool is_new = false;                  // opened by this call
  std::vector<std::string> notes = {};  // extras that failed, each in one printable clause
};

// Updates title and body of an open one if they differ, else opens one. Labels, reviewers and
// assignees that cannot be had become notes, and so does a draft that the repository's plan lacks.
// Throws Failure: api_refused (no commits between the two, a branch is missing), no_permission,
// repository_not_found, authentication_failed, and what Api::ask throws.
[[nodiscard]] PullRequest open_or_update(Api& api, const PullRequestWish& wish);

// Says `comment` below the open pull request of these branches, unless it is empty, and closes it.
// Nothing if none is open. Throws as open_or_update; a comment that fails becomes a note.
[[nodiscard]] std::optional<PullRequest> close_if_open(Api& api, const std::string& head,
                                                       const std::string& base,
                                                       const std::string& comment);

}  // namespace occ::github
