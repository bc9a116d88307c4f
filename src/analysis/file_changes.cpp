#include "analysis/file_changes.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace occ::analysis {
namespace {

using store::Delta;
using store::DeltaKind;

constexpr std::size_t kMostFiles = 3000;  // listed one by one
constexpr std::size_t kMostLargest = 10;
constexpr std::size_t kMostFolders = 40;

ChangeKind kind_of(DeltaKind kind) {
  switch (kind) {
    case DeltaKind::added:
      return ChangeKind::added;
    case DeltaKind::deleted:
      return ChangeKind::deleted;
    case DeltaKind::modified:
      return ChangeKind::modified;
    case DeltaKind::renamed:
      return ChangeKind::renamed;
    case DeltaKind::type_changed:
      return ChangeKind::type_changed;
  }
  return ChangeKind::modified;
}

FileKind file_kind_of(std::uint32_t mode) {
  switch (mode) {
    case 0:
      return FileKind::none;
    case 0100755:
      return FileKind::executable;
    case 0120000:
      return FileKind::symlink;
    case store::kSubmoduleMode:
      return FileKind::submodule;
    default:
      return FileKind::file;
  }
}

FileChange change_of(const Delta& delta) {
  FileChange change;
  change.kind = kind_of(delta.kind);
  change.path = delta.kind == DeltaKind::deleted ? delta.old_path : delta.new_path;
  if (delta.kind == DeltaKind::renamed) change.old_path = delta.old_path;
  change.old_file = file_kind_of(delta.old_mode);
  change.new_file = file_kind_of(delta.new_mode);
  change.similarity = delta.similarity;
  return change;
}

std::vector<FolderTotal> sorted_folders(const std::map<std::string, FolderTotal>& folders) {
  std::vector<FolderTotal> all;
  all.reserve(folders.size());
  for (const auto& [name, total] : folders) all.push_back(total);
  std::stable_sort(all.begin(), all.end(),
                   [](const FolderTotal& a, const FolderTotal& b) { return a.files > b.files; });
  if (all.size() <= kMostFolders) return all;
  FolderTotal rest{"(" + std::to_string(all.size() - kMostFolders) + " more folders)", 0, 0, 0};
  for (std::size_t i = kMostFolders; i < all.size(); ++i) {
    rest.files += all[i].files;
    rest.added_lines += all[i].added_lines;
    rest.removed_lines += all[i].removed_lines;
  }
  all.resize(kMostFolders);
  all.push_back(rest);
  return all;
}

// Lines and size.
store::LineGap count(const store::ObjectStore& store, const store::TreeDiff& diff,
                     std::size_t index, store::CompareBudget& budget, FileChange& change) {
  const Delta& delta = diff.deltas()[index];
  if (delta.new_mode != 0 && delta.new_mode != store::kSubmoduleMode) {
    change.new_size = store.size_of(delta.new_oid);
  }
  const auto [counts, gap] = diff.count_lines(index, budget);
  if (!counts) return gap;
  change.binary = counts->binary;
  if (counts->binary) return gap;
  change.added_lines = counts->added;
  change.removed_lines = counts->removed;
  return gap;
}

std::string why(store::LineGap gap, const FetchedFiles& fetched) {
  if (gap == store::LineGap::too_large) return "some files are too large to compare their lines";
  return fetched.gaps.empty() ? "some files could not be read" : fetched.gaps;
}

std::string not_detected(store::RenameGap gap) {
  switch (gap) {
    case store::RenameGap::none:
      break;
    case store::RenameGap::content_not_read:
      return "renamed files whose content changed as well";
    case store::RenameGap::too_many_files:
      return "renamed files whose content changed as well, for too many were added and deleted";
  }
  return {};
}

void keep_largest(std::vector<FileChange>& largest, const FileChange& change) {
  if (!change.new_size || change.kind == ChangeKind::deleted) return;
  largest.push_back(change);
  std::stable_sort(largest.begin(), largest.end(), [](const FileChange& a, const FileChange& b) {
    return a.new_size > b.new_size;
  });
  if (largest.size() > kMostLargest) largest.pop_back();
}

}  // namespace

FileChanges describe_changes(const store::ObjectStore& store, const store::TreeDiff& diff,
                             const FetchedFiles& fetched, const LargeFiles& large,
                             store::CompareBudget& budget) {
  FileChanges changes;
  changes.not_counted_because = fetched.why_not;
  changes.not_detected = not_detected(diff.rename_gap());
  std::map<std::string, FolderTotal> folders;
  const auto& deltas = diff.deltas();
  changes.total = deltas.size();
  for (std::size_t i = 0; i < deltas.size(); ++i) {
    FileChange change = change_of(deltas[i]);
    if (fetched.why_not.empty()) {
      const store::LineGap gap = count(store, diff, i, budget, change);
      if (gap != store::LineGap::none) changes.not_counted_because = why(gap, fetched);
    }
    const auto size = large.sizes.find(deltas[i].new_oid);
    if (size != large.sizes.end()) change.new_size = size->second;
    const std::size_t slash = change.path.find('/');
    const std::string folder =
        slash == std::string::npos ? std::string() : change.path.substr(0, slash);
    FolderTotal& total = folders.try_emplace(folder, FolderTotal{folder, 0, 0, 0}).first->second;
    ++total.files;
    total.added_lines += change.added_lines.value_or(0);
    total.removed_lines += change.removed_lines.value_or(0);
    changes.added_lines += change.added_lines.value_or(0);
    changes.removed_lines += change.removed_lines.value_or(0);
    if (deltas[i].old_oid != deltas[i].new_oid) keep_largest(changes.largest, change);
    if (changes.files.size() < kMostFiles) changes.files.push_back(std::move(change));
  }
  changes.folders = sorted_folders(folders);
  return changes;
}

std::vector<Oid> files_of(const std::vector<Delta>& deltas) {
  std::set<Oid> files;
  for (const Delta& delta : deltas) {
    if (delta.old_mode != 0 && delta.old_mode != store::kSubmoduleMode) files.insert(delta.old_oid);
    if (delta.new_mode != 0 && delta.new_mode != store::kSubmoduleMode) files.insert(delta.new_oid);
  }
  return {files.begin(), files.end()};
}

}  // namespace occ::analysis
