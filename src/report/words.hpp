// How facts read to people, the same in every rendering: results, changes, conflicts, dates,
// counts. All of it is our own text and needs no more than the renderer's escape.
#pragma once

#include "analysis/findings.hpp"
#include "base/shown_count.hpp"
#include "report/report.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace occ::report {

// How much a fact matters to the reader.
enum class Tone : std::uint8_t { quiet, good, notice, warning, bad };
[[nodiscard]] std::string_view name_of(Tone tone);

[[nodiscard]] Tone tone_of(Status status);
[[nodiscard]] Tone tone_of(transfer::Result result);
[[nodiscard]] std::string_view words_for(Status status);            // "In sync"
[[nodiscard]] std::string_view words_for(transfer::Result result);  // "would be created"
[[nodiscard]] std::string_view words_for(analysis::ChangeKind kind);
[[nodiscard]] std::string_view words_for(analysis::ConflictKind kind);
[[nodiscard]] std::string_view words_for(analysis::WarningKind kind);
[[nodiscard]] std::string_view words_for(analysis::FileKind kind);

// What is notable about a changed file beyond its kind of change: "binary, now executable".
[[nodiscard]] std::string notes_on(const analysis::FileChange& change);

// The subject, or words that say there is none. Foreign text.
[[nodiscard]] std::string shown_subject(const analysis::Commit& commit);

// The commits that report_max_commits keeps out of the list: "3 older commits are", "3 commits
// are".
[[nodiscard]] std::string shown_left_out(const analysis::CommitList& list);

// "no commit in common", or what else stands in the way of a single merge base; empty: there is
// one.
[[nodiscard]] std::string_view why_no_base(const Report& report,
                                           const analysis::RefFindings& found);

// In how many files a merge would conflict: "1 file", "700 files (500 listed)".
[[nodiscard]] std::string shown_conflicts(const analysis::Divergence& parted);

// Why a file conflicts: the words for its kind and what else is known. Foreign text among it.
[[nodiscard]] std::string reason_of(const analysis::Conflict& conflict);

// A line of code with its carriage returns to be seen. Foreign text.
[[nodiscard]] std::string with_visible_returns(std::string_view line);

// Files that changed and are not in the list.
[[nodiscard]] std::uint64_t files_left_out(const analysis::FileChanges& changes);

// What else was not found out because files were not read; empty: all were read.
[[nodiscard]] std::string_view not_checked(const analysis::FileChanges& changes);

[[nodiscard]] std::string shown_duration(std::uint64_t milliseconds);  // "840 ms", "2 min 5 s"

// A moment: seconds since 1970, shown at `offset_minutes` east of Greenwich.
[[nodiscard]] std::string iso_time(std::int64_t seconds, int offset_minutes = 0);  // RFC 3339
[[nodiscard]] std::string shown_time(std::int64_t seconds);  // "2026-03-01 12:30 UTC"
[[nodiscard]] std::string shown_day(std::int64_t seconds, int offset_minutes);  // "2026-03-01"

}  // namespace occ::report
