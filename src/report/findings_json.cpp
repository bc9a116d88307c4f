#include "report/findings_json.hpp"

#include "base/untrusted.hpp"
#include "report/json_values.hpp"
#include "report/words.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace occ::report {
namespace {

using json = nlohmann::ordered_json;
using namespace analysis;

template <typename Items, typename Render>
json list(const Items& items, Render render) {
  json all = json::array();
  for (const auto& item : items) all.push_back(render(item));
  return all;
}

std::string_view id_of(ConflictKind kind) {
  switch (kind) {
    case ConflictKind::content:
      return "content";
    case ConflictKind::add_add:
      return "add_add";
    case ConflictKind::modify_delete:
      return "modify_delete";
    case ConflictKind::rename:
      return "rename";
    case ConflictKind::mode:
      return "mode";
    case ConflictKind::binary:
      return "binary";
    case ConflictKind::submodule:
      return "submodule";
    case ConflictKind::symlink:
      return "symlink";
    case ConflictKind::type:
      return "type";
    case ConflictKind::file_folder:
      return "file_folder";
  }
  return "";
}

std::string_view id_of(WarningKind kind) {
  switch (kind) {
    case WarningKind::workflow_files:
      return "workflow_files";
    case WarningKind::large_blob:
      return "large_blob";
    case WarningKind::lfs_pointers:
      return "lfs_pointers";
    case WarningKind::relative_submodule:
      return "relative_submodule";
    case WarningKind::case_collision:
      return "case_collision";
  }
  return "";
}

std::string_view id_of(ChangeKind kind) {
  return kind == ChangeKind::type_changed ? "type_changed" : words_for(kind);
}

json file_kind(FileKind kind) {
  switch (kind) {
    case FileKind::file:
      return "file";
    case FileKind::executable:
      return "executable";
    case FileKind::symlink:
      return "symlink";
    case FileKind::submodule:
      return "submodule";
    case FileKind::none:
      return {};
  }
  return {};
}

json person_json(const Person& person) {
  return {{"name", valid_utf8(person.name)}, {"email", valid_utf8(person.email)}};
}

json commit_json(const Commit& commit) {
  return {{"id", commit.oid.hex()},
          {"subject", valid_utf8(commit.subject)},
          {"author", person_json(commit.author)},
          {"date", iso_time(commit.time, commit.offset_minutes)},
          {"merge", commit.is_merge},
          {"co_authors", list(commit.co_authors, person_json)}};
}

json commits_json(const CommitList& commits) {
  return {{"commits", list(commits.commits, commit_json)}, {"left_out", commits.left_out}};
}

json file_json(const FileChange& change) {
  return {{"change", id_of(change.kind)},
          {"path", valid_utf8(change.path)},
          {"old_path", text_or_null(change.old_path)},
          {"old_kind", file_kind(change.old_file)},
          {"new_kind", file_kind(change.new_file)},
          {"similarity", change.similarity > 0 ? json(change.similarity) : json()},
          {"binary", change.binary},
          {"added_lines", number_or_null(change.added_lines)},
          {"removed_lines", number_or_null(change.removed_lines)},
          {"size", number_or_null(change.new_size)}};
}

json folder_json(const FolderTotal& total) {
  return {{"folder", valid_utf8(total.folder)},
          {"files", total.files},
          {"added_lines", total.added_lines},
          {"removed_lines", total.removed_lines}};
}

json changes_json(const FileChanges& changes) {
  return {{"total", changes.total},
          {"left_out", files_left_out(changes)},
          {"added_lines", changes.added_lines},
          {"removed_lines", changes.removed_lines},
          {"not_counted_because", text_or_null(changes.not_counted_because)},
          {"not_detected", text_or_null(changes.not_detected)},
          {"folders", list(changes.folders, folder_json)},
          {"largest", list(changes.largest, file_json)},
          {"files", list(changes.files, file_json)}};
}

json hunk_json(const ConflictHunk& hunk) {
  return {{"target_line", hunk.ours_line},
          {"source_line", hunk.theirs_line},
          {"target", texts(hunk.ours)},
          {"base", texts(hunk.base)},
          {"source", texts(hunk.theirs)}};
}

json conflict_json(const Conflict& conflict) {
  return {{"kind", id_of(conflict.kind)},
          {"path", valid_utf8(conflict.path)},
          {"detail", text_or_null(conflict.detail)},
          {"hunks", list(conflict.hunks, hunk_json)},
          {"hunks_left_out", conflict.hunks_left_out}};
}

json divergence_json(const std::optional<Divergence>& parted) {
  if (!parted) return {};
  const bool tried = parted->merge_was_tried;
  return {{"merge_base", parted->merge_base ? json(parted->merge_base->hex()) : json()},
          {"target_commits", commits_json(parted->target_commits)},
          {"merges_cleanly", tried ? json(parted->merges_cleanly) : json()},
          {"not_tried_because", text_or_null(parted->not_tried_because)},
          {"not_detected", text_or_null(parted->not_detected)},
          {"conflicts", list(parted->conflicts, conflict_json)},
          {"conflicts_left_out", parted->conflicts_left_out}};
}

json warning_json(const Warning& warning) {
  return {{"kind", id_of(warning.kind)},
          {"will_be_refused", warning.will_be_refused},
          {"text", valid_utf8(warning.text)},
          {"paths", texts(warning.paths)}};
}

json prediction_json(const Prediction& prediction) {
  const bool tried = prediction.not_tried_because.empty();
  return {{"branch", valid_utf8(prediction.branch)},
          {"merges_cleanly", tried ? json(prediction.merges_cleanly) : json()},
          {"not_tried_because", text_or_null(prediction.not_tried_because)},
          {"conflicting_paths", texts(prediction.conflicting_paths)}};
}

}  // namespace

json findings_json(const RefFindings& found) {
  return {{"not_analysed_because", text_or_null(found.not_analysed_because)},
          {"commits", commits_json(found.commits)},
          {"files", changes_json(found.changes)},
          {"divergence", divergence_json(found.divergence)},
          {"warnings", list(found.warnings, warning_json)},
          {"predictions", list(found.predictions, prediction_json)}};
}

}  // namespace occ::report
