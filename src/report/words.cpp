#include "report/words.hpp"

#include <algorithm>
#include <chrono>

namespace occ::report {
namespace {

using analysis::ChangeKind;
using analysis::ConflictKind;
using analysis::FileChange;
using analysis::FileKind;
using analysis::WarningKind;
using transfer::Result;

std::string two_digits(std::int64_t number) {
  return (number < 10 ? "0" : "") + std::to_string(number);
}

struct Moment {
  std::string day;   // "2026-03-01"
  std::string time;  // "12:30:59"
};

// A commit may claim any date and any offset: the years are kept within what four digits show, and
// an offset of a day or more is taken for none.
Moment moment_at(std::int64_t seconds, int offset_minutes) {
  constexpr std::int64_t kYear1 = -62135596800;
  constexpr std::int64_t kYear9998 = 253370764799;
  const std::chrono::sys_seconds at{std::chrono::seconds(std::clamp(seconds, kYear1, kYear9998) +
                                                         offset_minutes * std::int64_t{60})};
  const auto midnight = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date(midnight);
  const std::int64_t rest = (at - midnight).count();
  std::string year = std::to_string(static_cast<int>(date.year()));
  year.insert(0, year.size() < 4 ? 4 - year.size() : 0, '0');
  return {year + '-' + two_digits(static_cast<unsigned>(date.month())) + '-' +
              two_digits(static_cast<unsigned>(date.day())),
          two_digits(rest / 3600) + ':' + two_digits(rest / 60 % 60) + ':' + two_digits(rest % 60)};
}

int sane_offset(int offset_minutes) {
  return offset_minutes > -1440 && offset_minutes < 1440 ? offset_minutes : 0;
}

void add_note(std::string& notes, std::string_view note) {
  if (!notes.empty()) notes += ", ";
  notes += note;
}

}  // namespace

std::string_view name_of(Tone tone) {
  switch (tone) {
    case Tone::quiet:
      return "quiet";
    case Tone::good:
      return "good";
    case Tone::notice:
      return "notice";
    case Tone::warning:
      return "warning";
    case Tone::bad:
      return "bad";
  }
  return "";
}

Tone tone_of(Status status) {
  switch (status) {
    case Status::in_sync:
    case Status::synced:
      return Tone::good;
    case Status::would_sync:
      return Tone::notice;
    case Status::skipped:
      return Tone::quiet;
    case Status::would_fail:
    case Status::partial:
      return Tone::warning;
    case Status::failed:
    case Status::cancelled:
      return Tone::bad;
  }
  return Tone::quiet;
}

Tone tone_of(Result result) {
  switch (result) {
    case Result::up_to_date:
    case Result::skipped:
      return Tone::quiet;
    case Result::created:
    case Result::updated:
    case Result::forced:
    case Result::merged:
    case Result::removed:
      return Tone::good;
    case Result::would_create:
    case Result::would_update:
    case Result::would_force:
    case Result::would_merge:
    case Result::would_remove:
      return Tone::notice;
    case Result::lease_lost:
    case Result::unconfirmed:
      return Tone::warning;
    case Result::diverged:
    case Result::blocked:
    case Result::rejected:
      return Tone::bad;
  }
  return Tone::quiet;
}

std::string_view words_for(Status status) {
  switch (status) {
    case Status::in_sync:
      return "In sync";
    case Status::synced:
      return "Synced";
    case Status::would_sync:
      return "Dry run";
    case Status::would_fail:
      return "Dry run: would fail";
    case Status::skipped:
      return "Skipped";
    case Status::partial:
      return "Partly synced";
    case Status::failed:
      return "Failed";
    case Status::cancelled:
      return "Cancelled";
  }
  return "";
}

std::string_view words_for(Result result) {
  switch (result) {
    case Result::up_to_date:
      return "up to date";
    case Result::created:
      return "created";
    case Result::updated:
      return "updated";
    case Result::forced:
      return "overwritten";
    case Result::merged:
      return "merged";
    case Result::removed:
      return "deleted";
    case Result::would_create:
      return "would be created";
    case Result::would_update:
      return "would be updated";
    case Result::would_force:
      return "would be overwritten";
    case Result::would_merge:
      return "would be merged";
    case Result::would_remove:
      return "would be deleted";
    case Result::skipped:
      return "left alone";
    case Result::diverged:
      return "diverged";
    case Result::blocked:
      return "not pushed";
    case Result::rejected:
      return "refused";
    case Result::lease_lost:
      return "lease lost";
    case Result::unconfirmed:
      return "not confirmed";
  }
  return "";
}

std::string_view words_for(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::added:
      return "added";
    case ChangeKind::modified:
      return "modified";
    case ChangeKind::deleted:
      return "deleted";
    case ChangeKind::renamed:
      return "renamed";
    case ChangeKind::copied:
      return "copied";
    case ChangeKind::type_changed:
      return "type changed";
  }
  return "";
}

std::string_view words_for(ConflictKind kind) {
  switch (kind) {
    case ConflictKind::content:
      return "both sides changed the same lines";
    case ConflictKind::add_add:
      return "both sides added it, differently";
    case ConflictKind::modify_delete:
      return "one side changed it, the other deleted it";
    case ConflictKind::rename:
      return "the sides renamed it differently";
    case ConflictKind::mode:
      return "the sides changed its mode differently";
    case ConflictKind::binary:
      return "both sides changed a binary file";
    case ConflictKind::submodule:
      return "the submodule stands at different commits";
    case ConflictKind::symlink:
      return "the symbolic link leads to different places";
    case ConflictKind::type:
      return "the sides have different things of this name";
    case ConflictKind::file_folder:
      return "one side has a folder of this name, the other has not";
  }
  return "";
}

std::string_view words_for(WarningKind kind) {
  switch (kind) {
    case WarningKind::workflow_files:
      return "Workflow files";
    case WarningKind::large_blob:
      return "Large files";
    case WarningKind::lfs_pointers:
      return "Git LFS";
    case WarningKind::relative_submodule:
      return "Relative submodules";
    case WarningKind::case_collision:
      return "Names that differ in case only";
  }
  return "";
}

std::string_view words_for(FileKind kind) {
  switch (kind) {
    case FileKind::file:
      return "file";
    case FileKind::executable:
      return "executable";
    case FileKind::symlink:
      return "symbolic link";
    case FileKind::submodule:
      return "submodule";
    case FileKind::none:
      return "none";
  }
  return "";
}

std::string notes_on(const FileChange& change) {
  std::string notes;
  if (change.similarity > 0 && change.similarity < 100) {
    add_note(notes, std::to_string(change.similarity) + " % alike");
  }
  const FileKind kind = change.kind == ChangeKind::deleted ? change.old_file : change.new_file;
  const bool became = change.old_file != FileKind::none && change.new_file != FileKind::none &&
                      change.old_file != change.new_file;
  if (became) {
    add_note(notes, std::string(words_for(change.old_file)) + " → " +
                        std::string(words_for(change.new_file)));
  } else if (kind != FileKind::file && kind != FileKind::none) {
    add_note(notes, words_for(kind));
  }
  if (change.binary) add_note(notes, "binary");
  return notes;
}

std::string shown_subject(const analysis::Commit& commit) {
  return commit.subject.empty() ? "(no subject)" : commit.subject;
}

std::string shown_left_out(const analysis::CommitList& list) {
  if (list.commits.empty()) return shown_count(list.left_out, "commit is", "commits are");
  return shown_count(list.left_out, "older commit is", "older commits are");
}

std::string_view why_no_base(const Report& report, const analysis::RefFindings& found) {
  if (found.divergence && found.divergence->merge_base) return "";
  const auto& refs = report.outcome.refs;
  const bool unrelated = std::any_of(refs.begin(), refs.end(), [&](const auto& ref) {
    return !ref.on_source && ref.planned.target_ref == found.target_ref &&
           ref.planned.relation == plan::Relation::unrelated;
  });
  return unrelated ? "no commit in common" : "no single last commit in common";
}

std::string shown_conflicts(const analysis::Divergence& parted) {
  const std::uint64_t listed = parted.conflicts.size();
  const std::string all = shown_count(listed + parted.conflicts_left_out, "file", "files");
  return parted.conflicts_left_out == 0 ? all : all + " (" + shown_number(listed) + " listed)";
}

std::string reason_of(const analysis::Conflict& conflict) {
  std::string words(words_for(conflict.kind));
  if (conflict.detail.empty()) return words;
  // What each side did or has says all that the words say.
  if (conflict.kind == ConflictKind::modify_delete || conflict.kind == ConflictKind::type ||
      conflict.kind == ConflictKind::file_folder) {
    return conflict.detail;
  }
  return words + "; " + conflict.detail;
}

std::string with_visible_returns(std::string_view line) {
  std::string out;
  for (const char c : line) {
    if (c == '\r') {
      out += "␍";
    } else {
      out += c;
    }
  }
  return out;
}

std::uint64_t files_left_out(const analysis::FileChanges& changes) {
  return changes.total > changes.files.size() ? changes.total - changes.files.size() : 0;
}

std::string_view not_checked(const analysis::FileChanges& changes) {
  if (changes.not_counted_because.empty()) return "";
  return "Files that were not read were not checked for Git LFS pointers and relative submodules.";
}

std::string shown_duration(std::uint64_t milliseconds) {
  if (milliseconds < 1000) return std::to_string(milliseconds) + " ms";
  if (milliseconds < 59'950) {
    const std::uint64_t tenths = (milliseconds + 50) / 100;
    return std::to_string(tenths / 10) + '.' + std::to_string(tenths % 10) + " s";
  }
  const std::uint64_t seconds = (milliseconds + 500) / 1000;
  if (seconds < 3600) {
    return std::to_string(seconds / 60) + " min " + std::to_string(seconds % 60) + " s";
  }
  return std::to_string(seconds / 3600) + " h " + std::to_string(seconds / 60 % 60) + " min";
}

std::string iso_time(std::int64_t seconds, int offset_minutes) {
  const int offset = sane_offset(offset_minutes);
  const Moment at = moment_at(seconds, offset);
  const std::string when = at.day + 'T' + at.time;
  if (offset == 0) return when + 'Z';
  const int size = offset < 0 ? -offset : offset;
  return when + (offset < 0 ? '-' : '+') + two_digits(size / 60) + ':' + two_digits(size % 60);
}

std::string shown_time(std::int64_t seconds) {
  const Moment at = moment_at(seconds, 0);
  return at.day + ' ' + at.time.substr(0, 5) + " UTC";
}

std::string shown_day(std::int64_t seconds, int offset_minutes) {
  return moment_at(seconds, sane_offset(offset_minutes)).day;
}

}  // namespace occ::report
