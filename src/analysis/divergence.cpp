#include "analysis/divergence.hpp"

#include "base/shown_count.hpp"
#include "store/merge_attributes.hpp"
#include "store/tree_merge.hpp"

#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

namespace occ::analysis {
namespace {

using store::Delta;
using store::DeltaKind;
using store::MergeConflict;

constexpr std::uint32_t kSymlinkMode = 0120000;
constexpr std::size_t kMostConflicts = 500;
constexpr std::size_t kMostHunks = 20;      // of one file
constexpr std::size_t kMostHunkLines = 80;  // of one side of a hunk
constexpr std::size_t kLongestLine = 4096;  // bytes

bool is_file(std::uint32_t mode) {
  return mode != 0 && mode != store::kSubmoduleMode;
}

void add_files(const Delta& delta, std::set<Oid>& files) {
  if (is_file(delta.old_mode)) files.insert(delta.old_oid);
  if (is_file(delta.new_mode)) files.insert(delta.new_oid);
}

std::string path_of(const MergeConflict& conflict) {
  if (conflict.ours) return conflict.ours->path;
  if (conflict.theirs) return conflict.theirs->path;
  return conflict.base ? conflict.base->path : std::string();
}

bool looks_binary(const store::ObjectStore& store, const MergeConflict& conflict) {
  for (const auto* side : {&conflict.ours, &conflict.theirs}) {
    if (!*side) continue;
    const auto content = store.content((*side)->oid);
    if (content && std::string_view(*content).substr(0, 8000).find('\0') != std::string::npos) {
      return true;
    }
  }
  return false;
}

// At a blank: half a word could be half a secret, which nobody would know for one.
void cut_line(std::string& line) {
  if (line.size() <= kLongestLine) return;
  const std::size_t blank = line.rfind(' ', kLongestLine);
  line.resize(blank == std::string::npos ? 0 : blank);
  line += " …";
}

void cut_lines(std::vector<std::string>& lines) {
  for (std::string& line : lines) cut_line(line);
  if (lines.size() > kMostHunkLines) {
    const std::size_t more = lines.size() - kMostHunkLines;
    lines.resize(kMostHunkLines);
    lines.push_back("… " + shown_count(more, "more line", "more lines"));
  }
}

void add_hunks(const store::ObjectStore& store, const MergeConflict& raw, Conflict& conflict) {
  auto hunks = store::conflict_hunks(store, raw);
  if (!hunks) return;
  for (store::MergeHunk& hunk : *hunks) {
    if (conflict.hunks.size() == kMostHunks) {
      ++conflict.hunks_left_out;
      continue;
    }
    for (auto* lines : {&hunk.ours, &hunk.theirs, &hunk.base}) cut_lines(*lines);
    conflict.hunks.push_back({hunk.ours_line, hunk.theirs_line, std::move(hunk.ours),
                              std::move(hunk.theirs), std::move(hunk.base)});
  }
}

std::string_view thing(std::uint32_t mode) {
  if (mode == store::kSubmoduleMode) return "a submodule";
  return mode == kSymlinkMode ? "a symbolic link" : "a file";
}

// Where one side has a folder and the other a file. Compares the sides only once it is asked.
class Folders {
 public:
  Folders(const store::ObjectStore& store, const MergeTrees& trees)
      : store_(store), trees_(trees) {}

  [[nodiscard]] bool has_ours(const std::string& path) { return has(compared().ours, path); }
  [[nodiscard]] bool has_theirs(const std::string& path) { return has(compared().theirs, path); }

 private:
  struct Paths {
    std::set<std::string> ours;
    std::set<std::string> theirs;
  };

  const Paths& compared() {
    if (paths_) return *paths_;
    paths_.emplace();
    const store::TreeDiff diff(store_, trees_.ours, trees_.theirs, store::Renames::none);
    for (const Delta& delta : diff.deltas()) {
      if (delta.old_mode != 0) paths_->ours.insert(delta.old_path);
      if (delta.new_mode != 0) paths_->theirs.insert(delta.new_path);
    }
    return *paths_;
  }

  static bool has(const std::set<std::string>& paths, const std::string& folder) {
    const auto below = paths.lower_bound(folder + '/');
    return below != paths.end() && below->starts_with(folder + '/');
  }

  const store::ObjectStore& store_;
  const MergeTrees& trees_;
  std::optional<Paths> paths_;
};

// One of the sides, or both, have no file of that name.
void describe_absence(const MergeConflict& raw, Folders& folders, Conflict& conflict) {
  if (!raw.ours && !raw.theirs) {
    conflict.kind = ConflictKind::rename;
    conflict.detail = "both sides renamed it, differently";
    return;
  }
  const std::uint32_t mode = raw.ours ? raw.ours->mode : raw.theirs->mode;
  const bool meets_folder =
      raw.ours ? folders.has_theirs(conflict.path) : folders.has_ours(conflict.path);
  const std::string here = raw.ours ? " on the target" : " on the source";
  const std::string there = raw.ours ? " on the source" : " on the target";
  if (meets_folder) {
    conflict.kind = ConflictKind::file_folder;
    conflict.detail = std::string(thing(mode)) + here + ", a folder" + there;
  } else if (raw.base) {
    conflict.kind = ConflictKind::modify_delete;
    const bool renamed = raw.base->path != conflict.path;
    conflict.detail = (renamed ? "renamed" : "changed") + here + ", deleted" + there;
    if (mode == store::kSubmoduleMode) conflict.detail.insert(0, "a submodule, ");
  } else {
    conflict.kind = ConflictKind::rename;
    conflict.detail =
        raw.ours ? "the target gave the file this name" : "the source gave the file this name";
  }
}

Conflict describe(const store::ObjectStore& store, const MergeConflict& raw, Folders& folders) {
  Conflict conflict;
  conflict.path = path_of(raw);
  if (!raw.ours || !raw.theirs) {
    describe_absence(raw, folders, conflict);
    return conflict;
  }
  const std::string_view ours = thing(raw.ours->mode);
  const std::string_view theirs = thing(raw.theirs->mode);
  if (ours != theirs) {
    conflict.kind = ConflictKind::type;
    conflict.detail =
        std::string(ours) + " on the target, " + std::string(theirs) + " on the source";
  } else if (raw.ours->mode == store::kSubmoduleMode) {
    conflict.kind = ConflictKind::submodule;
  } else if (raw.ours->mode == kSymlinkMode) {
    conflict.kind = ConflictKind::symlink;
    add_hunks(store, raw, conflict);
  } else if (raw.ours->oid == raw.theirs->oid) {
    conflict.kind = ConflictKind::mode;
    conflict.detail = "the sides disagree about the file's mode";
  } else {
    conflict.kind = raw.base ? ConflictKind::content : ConflictKind::add_add;
    if (looks_binary(store, raw)) conflict.kind = ConflictKind::binary;
    add_hunks(store, raw, conflict);
  }
  return conflict;
}

}  // namespace

MergeNeeds merge_needs(const store::ObjectStore& store, const MergeTrees& trees) {
  const store::TreeDiff ours(store, trees.base, trees.ours, store::Renames::none);
  const store::TreeDiff theirs(store, trees.base, trees.theirs, store::Renames::none);
  std::map<std::string, const Delta*> by_path;
  for (const Delta& delta : ours.deltas()) by_path.emplace(delta.old_path, &delta);
  std::set<Oid> pairs;
  std::set<Oid> candidates;
  for (const Delta& delta : theirs.deltas()) {
    const auto other = by_path.find(delta.old_path);
    if (other == by_path.end()) continue;
    if (other->second->new_oid == delta.new_oid && other->second->new_mode == delta.new_mode) {
      continue;  // both did the same
    }
    add_files(delta, pairs);
    add_files(*other->second, pairs);
  }
  for (const auto* deltas : {&ours.deltas(), &theirs.deltas()}) {
    for (const Delta& delta : *deltas) {
      if (delta.kind == DeltaKind::added || delta.kind == DeltaKind::deleted) {
        add_files(delta, candidates);
      }
    }
  }
  // What these files are to a merge: ours may say so in any folder above.
  std::vector<std::string> paths;
  for (const auto* deltas : {&ours.deltas(), &theirs.deltas()}) {
    for (const Delta& delta : *deltas) paths.push_back(delta.new_path);
  }
  if (!pairs.empty() || !candidates.empty()) {
    const auto files = store::MergeAttributes(store, trees.ours).files(paths);
    pairs.insert(files.begin(), files.end());
  }
  // A renamed file meets the other side's version of it: all of a deletion's counterparts.
  for (const Oid& oid : pairs) candidates.erase(oid);
  return {{pairs.begin(), pairs.end()}, {candidates.begin(), candidates.end()}};
}

void try_merge(const store::ObjectStore& store, const MergeTrees& trees, store::Renames renames,
               Divergence& divergence) {
  const store::MergedTree merged =
      store::merge_trees(store, trees.base, trees.ours, trees.theirs, renames);
  divergence.merge_was_tried = true;
  divergence.merges_cleanly = merged.clean;
  divergence.not_detected =
      renames == store::Renames::similar ? "renamed folders" : "renamed files and folders";
  Folders folders(store, trees);
  for (const MergeConflict& raw : merged.conflicts) {
    if (divergence.conflicts.size() < kMostConflicts) {
      divergence.conflicts.push_back(describe(store, raw, folders));
    } else {
      ++divergence.conflicts_left_out;
    }
  }
}

}  // namespace occ::analysis
