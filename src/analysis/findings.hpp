// What a sync changes, as far as it was looked at: commits, files, conflicts, warnings. Values
// only. All text is foreign and raw; the report makes it safe. Every list that was cut says by how
// much.
#pragma once

#include "base/oid.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace occ::analysis {

struct Person {
  std::string name;
  std::string email;
};

struct Commit {
  Oid oid;
  std::string subject;
  Person author;
  std::int64_t time = 0;   // of the author, seconds since 1970
  int offset_minutes = 0;  // of the author's time zone
  bool is_merge = false;
  std::vector<Person> co_authors;  // trailers "Co-authored-by"
};

struct CommitList {
  std::vector<Commit> commits;  // newest first
  std::uint64_t left_out = 0;   // beyond report_max_commits
};

enum class ChangeKind : std::uint8_t { added, modified, deleted, renamed, copied, type_changed };
enum class FileKind : std::uint8_t { file, executable, symlink, submodule, none };

struct FileChange {
  ChangeKind kind = ChangeKind::modified;
  std::string path;      // new path; of a deletion the old one
  std::string old_path;  // of a rename or copy
  FileKind old_file = FileKind::none;
  FileKind new_file = FileKind::none;
  int similarity = 0;  // percent, of a rename
  bool binary = false;
  // Lines; absent if the files were not looked into.
  std::optional<std::uint64_t> added_lines;
  std::optional<std::uint64_t> removed_lines;
  std::optional<std::uint64_t> new_size;  // bytes
};

struct FolderTotal {
  std::string folder;  // top folder; "" for files at the root
  std::uint64_t files = 0;
  std::uint64_t added_lines = 0;
  std::uint64_t removed_lines = 0;
};

struct FileChanges {
  std::vector<FileChange> files;     // by path
  std::uint64_t total = 0;           // files.size() and what was left out
  std::vector<FolderTotal> folders;  // largest first
  std::vector<FileChange> largest;   // of those with new content the largest new_size, at most 10
  std::uint64_t added_lines = 0;
  std::uint64_t removed_lines = 0;
  std::string not_counted_because;  // why lines are missing; empty: all were counted
  std::string not_detected;         // what was not looked for; empty: nothing
};

enum class ConflictKind : std::uint8_t {
  content,
  add_add,
  modify_delete,
  rename,
  mode,
  binary,
  submodule,
  symlink,
  type,        // a file against a symbolic link or a submodule
  file_folder  // any of these against a folder
};

// One stretch in which the sides differ, as a person resolves it. Lines are without their ends, but
// for a carriage return where not all of them have one.
struct ConflictHunk {
  std::uint64_t ours_line = 0;      // 1-based, in the target's file
  std::uint64_t theirs_line = 0;    // 1-based, in the source's file
  std::vector<std::string> ours;    // the target's lines
  std::vector<std::string> theirs;  // the source's
  std::vector<std::string> base;
};

struct Conflict {
  ConflictKind kind = ConflictKind::content;
  std::string path;
  std::string detail;               // e.g. which side deleted it
  std::vector<ConflictHunk> hunks;  // of text; bounded
  std::uint64_t hunks_left_out = 0;
};

// A ref on which both sides have commits.
struct Divergence {
  std::optional<Oid> merge_base;  // absent: unrelated histories
  CommitList target_commits;      // the target's own
  bool merge_was_tried = false;
  std::string not_tried_because;
  bool merges_cleanly = false;
  std::vector<Conflict> conflicts;
  std::uint64_t conflicts_left_out = 0;  // of a merge with very many
  std::string not_detected;              // what this merge does not see that git's would
};

enum class WarningKind : std::uint8_t {
  workflow_files,
  large_blob,
  lfs_pointers,
  relative_submodule,
  case_collision
};

struct Warning {
  WarningKind kind = WarningKind::workflow_files;
  bool will_be_refused = false;  // the host is known to refuse the push for it
  std::string text;              // one sentence, with foreign names in single quotes
  std::vector<std::string> paths;
};

struct Prediction {
  std::string branch;  // a branch of the target, short name
  bool merges_cleanly = false;
  std::vector<std::string> conflicting_paths;
  std::string not_tried_because;
};

// All about one ref of the target.
struct RefFindings {
  std::string target_ref;  // full name
  bool on_source = false;  // of the way back (direction: both): the source's ref of that name
  CommitList commits;      // that the sync brings
  FileChanges changes;     // old tip, or where a new branch departs from the target → new tip
  std::optional<Divergence> divergence;
  std::vector<Warning> warnings;
  std::vector<Prediction> predictions;
  std::string not_analysed_because;  // empty: it was
};

struct Findings {
  std::vector<RefFindings> refs;
  std::uint64_t bytes_fetched = 0;  // for the analysis alone
  int requests = 0;
  std::uint64_t duration_ms = 0;
  std::string token_scopes;  // of the target's token, or why they cannot be read; empty: not asked
};

}  // namespace occ::analysis
