#include "store/tree_merge.hpp"

#include "store/handles.hpp"
#include "store/merge_attributes.hpp"
#include "store/merge_pairs.hpp"
#include "store/merge_renames.hpp"
#include "store/tree_diff.hpp"
#include "store/tree_limits.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <set>
#include <string_view>
#include <unordered_set>
#include <utility>

namespace occ::store {
namespace {

constexpr std::size_t kLargestMarker = 60'000;   // characters
constexpr std::size_t kLargestText = 4U << 20U;  // bytes of a file that is looked into

std::optional<ConflictSide> side_of(const git_index_entry* entry) {
  if (entry == nullptr) return std::nullopt;
  return ConflictSide{entry->path, entry->mode, from_git(entry->id)};
}

bool is_text(const std::string& content) {
  return std::string_view(content).substr(0, 8000).find('\0') == std::string_view::npos;
}

git_merge_file_input input_of(const std::string& content, const char* path) {
  git_merge_file_input input = GIT_MERGE_FILE_INPUT_INIT;
  input.ptr = content.data();
  input.size = content.size();
  input.path = path;
  input.mode = GIT_FILEMODE_BLOB;
  return input;
}

// Characters that a marker needs so that no line of the files can be taken for one; nothing if
// there is no such marker.
std::optional<unsigned short> marker_size(std::initializer_list<std::string_view> files) {
  std::size_t longest = 6;  // git's own markers have 7
  for (std::string_view rest : files) {
    while (!rest.empty()) {
      const char first = rest.front();
      const std::size_t end = rest.find('\n');
      if (std::string_view("<|=>").find(first) != std::string_view::npos) {
        const std::string_view line = rest.substr(0, end);
        longest = std::max(longest, std::min(line.find_first_not_of(first), line.size()));
      }
      rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    }
  }
  if (longest >= kLargestMarker) return std::nullopt;
  return static_cast<unsigned short>(longest + 1);
}

// Reads a file with diff3 markers of `size` characters back into its hunks.
std::vector<MergeHunk> parse_hunks(std::string_view text, std::size_t size) {
  enum class Part { common, ours, base, theirs };
  std::vector<MergeHunk> hunks;
  Part part = Part::common;
  std::uint64_t ours_line = 1;
  std::uint64_t theirs_line = 1;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    const auto is_marker = [&](char c) {
      return line.size() >= size && line.find_first_not_of(c) >= size;
    };
    if (part == Part::common && is_marker('<')) {
      part = Part::ours;
      hunks.push_back({ours_line, theirs_line, {}, {}, {}});
    } else if (part == Part::ours && is_marker('|')) {
      part = Part::base;
    } else if ((part == Part::ours || part == Part::base) && is_marker('=')) {
      part = Part::theirs;
    } else if (part == Part::theirs && is_marker('>')) {
      part = Part::common;
    } else {
      if (part == Part::ours) hunks.back().ours.emplace_back(line);
      if (part == Part::base) hunks.back().base.emplace_back(line);
      if (part == Part::theirs) hunks.back().theirs.emplace_back(line);
      if (part == Part::common || part == Part::ours) ++ours_line;
      if (part == Part::common || part == Part::theirs) ++theirs_line;
    }
  }
  return hunks;
}

// Where all lines end with a carriage return it tells nothing.
void strip_returns(MergeHunk& hunk) {
  const std::array sides{&hunk.base, &hunk.ours, &hunk.theirs};
  const bool all = std::all_of(sides.begin(), sides.end(), [](const auto* lines) {
    return std::all_of(lines->begin(), lines->end(),
                       [](const std::string& line) { return line.ends_with('\r'); });
  });
  if (!all) return;
  for (std::vector<std::string>* lines : sides) {
    for (std::string& line : *lines) line.pop_back();
  }
}

// Two sides that differ in nothing but the last line's end would read alike.
void tell_missing_end(MergeHunk& hunk, const std::string& ours, const std::string& theirs) {
  if (hunk.ours != hunk.theirs) return;
  constexpr const char* kMissing = "\\ No newline at end of file";  // as in git's diffs
  if (!ours.ends_with('\n')) hunk.ours.emplace_back(kMissing);
  if (!theirs.ends_with('\n')) hunk.theirs.emplace_back(kMissing);
}

std::vector<MergeConflict> conflicts_of(git_index* index) {
  std::vector<MergeConflict> conflicts;
  if (git_index_has_conflicts(index) == 0) return conflicts;
  const auto iterator =
      adopt<ConflictIterator>("reading conflicts", git_index_conflict_iterator_new, index);
  const git_index_entry* ancestor = nullptr;
  const git_index_entry* our = nullptr;
  const git_index_entry* their = nullptr;
  while (git_index_conflict_next(&ancestor, &our, &their, iterator.get()) == 0) {
    conflicts.push_back({side_of(ancestor), side_of(our), side_of(their)});
  }
  return conflicts;
}

// What both sides agree on, or one of them left alone.
template <typename T>
std::optional<T> settled(const T& base, const T& ours, const T& theirs) {
  if (ours == theirs || theirs == base) return ours;
  if (ours == base) return theirs;
  return std::nullopt;
}

// libgit2 stops on a binary file of which one side changed the content and the other the mode; git
// takes both.
void settle_modes(git_index* index) {
  for (const MergeConflict& conflict : conflicts_of(index)) {
    const auto& [base, ours, theirs] = conflict;
    if (!base || !ours || !theirs || ours->path != base->path || theirs->path != base->path) {
      continue;
    }
    if (!is_plain_file(base->mode) || !is_plain_file(ours->mode) || !is_plain_file(theirs->mode)) {
      continue;
    }
    const auto oid = settled(base->oid, ours->oid, theirs->oid);
    const auto mode = settled(base->mode, ours->mode, theirs->mode);
    if (!oid || !mode) continue;
    check(git_index_conflict_remove(index, base->path.c_str()), "settling a mode");
    git_index_entry entry{};
    entry.mode = *mode;
    entry.id = to_git(*oid);
    entry.path = base->path.c_str();
    check(git_index_add(index, &entry), "settling a mode");
  }
}

// Conflicts of files with `merge=union` are none.
void unite_lines(const ObjectStore& store, git_index* index, MergeAttributes& attributes) {
  for (const MergeConflict& conflict : conflicts_of(index)) {
    const auto& [base, ours, theirs] = conflict;
    if (!ours || !theirs || ours->path != theirs->path || (base && base->path != ours->path) ||
        !is_plain_file(ours->mode) || !is_plain_file(theirs->mode) ||
        attributes.how(ours->path) != MergeHow::all_lines) {
      continue;
    }
    const auto mode = settled(base ? base->mode : 0U, ours->mode, theirs->mode);
    const auto old = base ? std::optional(base->oid) : std::nullopt;
    const auto oid = mode ? united_lines(store, old, ours->oid, theirs->oid) : std::nullopt;
    if (!oid) continue;
    check(git_index_conflict_remove(index, ours->path.c_str()), "settling a united file");
    git_index_entry entry{};
    entry.mode = *mode;
    entry.id = to_git(*oid);
    entry.path = ours->path.c_str();
    check(git_index_add(index, &entry), "settling a united file");
  }
}

struct MergedIndex {
  IndexHandle index;
  std::vector<MergeConflict> conflicts;  // by path; not all are in the index
};

std::string path_of(const MergeConflict& conflict) {
  const auto& side = conflict.ours ? conflict.ours : conflict.theirs;
  return side ? side->path : conflict.base->path;
}

MergedIndex merged_index(const ObjectStore& store, const Oid& base, const Oid& ours,
                         const Oid& theirs, Renames renames) {
  FollowedRenames followed{base, ours, theirs, {}};
  if (renames == Renames::similar) followed = follow_renames(store, base, ours, theirs);
  for (const Oid& tree : {followed.base, followed.ours, followed.theirs}) {
    hold_to_limits(store, tree);
  }
  const TreeDiff our_diff(store, followed.base, followed.ours, Renames::none);
  const TreeDiff their_diff(store, followed.base, followed.theirs, Renames::none);
  hold_contents_to_limits(store, our_diff, their_diff);
  const TreeHandle base_tree =
      followed.base.is_null() ? TreeHandle() : look_up_tree(store, followed.base);
  const TreeHandle our_tree = look_up_tree(store, followed.ours);
  const TreeHandle their_tree = look_up_tree(store, followed.theirs);
  git_merge_options options = GIT_MERGE_OPTIONS_INIT;
  options.flags = 0;  // else it would look for renames itself
  MergedIndex merged;
  merged.index = adopt<IndexHandle>("merging", git_merge_trees, repository_of(store),
                                    base_tree.get(), our_tree.get(), their_tree.get(), &options);
  settle_modes(merged.index.get());
  MergeAttributes attributes(store, ours);
  unite_lines(store, merged.index.get(), attributes);
  merged.conflicts = conflicts_of(merged.index.get());
  std::vector<MergeConflict> more = std::move(followed.conflicts);
  for (MergeConflict& each : further_conflicts(our_diff, their_diff, attributes)) {
    more.push_back(std::move(each));
  }
  std::set<std::string> told;
  for (const MergeConflict& each : merged.conflicts) told.insert(path_of(each));
  for (MergeConflict& each : more) {
    if (told.contains(path_of(each))) continue;
    git_index_remove(merged.index.get(), path_of(each).c_str(), 0);  // if it is there
    merged.conflicts.push_back(std::move(each));
  }
  std::stable_sort(
      merged.conflicts.begin(), merged.conflicts.end(),
      [](const MergeConflict& a, const MergeConflict& b) { return path_of(a) < path_of(b); });
  return merged;
}

void resolve_all(git_index* index, const std::vector<MergeConflict>& conflicts, Resolve resolve) {
  check(git_index_conflict_cleanup(index), "resolving conflicts");
  for (const MergeConflict& conflict : conflicts) {
    const auto& side = resolve == Resolve::ours ? conflict.ours : conflict.theirs;
    if (!side) continue;  // it deleted the file
    git_index_entry entry{};
    entry.mode = side->mode;
    entry.id = to_git(side->oid);
    entry.path = side->path.c_str();
    check(git_index_add(index, &entry), "resolving a conflict");
  }
}

// Everything below `tree` that the store knows of; a subtree that it lacks is known by its id.
void note_objects(const ObjectStore& store, const Oid& tree, std::unordered_set<Oid>& known) {
  if (!known.insert(tree).second || !store.has(tree)) return;
  const TreeHandle handle = look_up_tree(store, tree);
  for (std::size_t i = 0; i < git_tree_entrycount(handle.get()); ++i) {
    const git_tree_entry* entry = git_tree_entry_byindex(handle.get(), i);
    const Oid oid = from_git(*git_tree_entry_id(entry));
    if (git_tree_entry_type(entry) == GIT_OBJECT_TREE) {
      note_objects(store, oid, known);
    } else {
      known.insert(oid);
    }
  }
}

void collect_new(const ObjectStore& store, const Oid& tree, std::unordered_set<Oid>& known,
                 std::vector<NewObject>& objects) {
  if (!known.insert(tree).second) return;
  objects.push_back({NewObject::Kind::tree, tree, store.content(tree).value_or("")});
  const TreeHandle handle = look_up_tree(store, tree);
  for (std::size_t i = 0; i < git_tree_entrycount(handle.get()); ++i) {
    const git_tree_entry* entry = git_tree_entry_byindex(handle.get(), i);
    const Oid oid = from_git(*git_tree_entry_id(entry));
    if (git_tree_entry_type(entry) == GIT_OBJECT_TREE) {
      collect_new(store, oid, known, objects);
    } else if (git_tree_entry_type(entry) == GIT_OBJECT_BLOB && known.insert(oid).second) {
      objects.push_back({NewObject::Kind::blob, oid, store.content(oid).value_or("")});
    }
  }
}

}  // namespace

MergedTree merge_trees(const ObjectStore& store, const Oid& base, const Oid& ours,
                       const Oid& theirs, Renames renames) {
  if (settled(base, ours, theirs)) return {{}, true};
  MergedTree merged;
  merged.conflicts = merged_index(store, base, ours, theirs, renames).conflicts;
  merged.clean = merged.conflicts.empty();
  return merged;
}

WrittenMerge write_merge(const ObjectStore& store, const Oid& base, const Oid& ours,
                         const Oid& theirs, Renames renames, Resolve resolve) {
  if (const auto tree = settled(base, ours, theirs)) return {{}, tree, {}};
  MergedIndex merged = merged_index(store, base, ours, theirs, renames);
  const IndexHandle index = std::move(merged.index);
  WrittenMerge written;
  written.conflicts = std::move(merged.conflicts);
  if (!written.conflicts.empty()) {
    if (resolve == Resolve::nothing) return written;
    resolve_all(index.get(), written.conflicts, resolve);
  }
  git_oid tree{};
  check(git_index_write_tree_to(&tree, index.get(), repository_of(store)), "writing a merge");
  written.tree = from_git(tree);
  std::unordered_set<Oid> known;
  for (const Oid& side : {ours, theirs}) note_objects(store, side, known);
  collect_new(store, *written.tree, known, written.objects);
  return written;
}

void add_objects(ObjectStore& store, const std::vector<NewObject>& objects) {
  const auto type_of = [](NewObject::Kind kind) {
    switch (kind) {
      case NewObject::Kind::commit:
        return GIT_OBJECT_COMMIT;
      case NewObject::Kind::tree:
        return GIT_OBJECT_TREE;
      case NewObject::Kind::blob:
        break;
    }
    return GIT_OBJECT_BLOB;
  };
  const auto odb = adopt<OdbHandle>("the store", git_repository_odb, repository_of(store));
  for (const NewObject& each : objects) {
    git_oid id{};
    check(
        git_odb_write(&id, odb.get(), each.content.data(), each.content.size(), type_of(each.kind)),
        "keeping an object");
  }
}

NewObject new_commit(std::string content) {
  git_oid id{};
  check(git_odb_hash(&id, content.data(), content.size(), GIT_OBJECT_COMMIT), "naming a commit");
  return {NewObject::Kind::commit, from_git(id), std::move(content)};
}

std::optional<std::vector<MergeHunk>> conflict_hunks(const ObjectStore& store,
                                                     const MergeConflict& conflict) {
  if (!conflict.ours || !conflict.theirs) return std::nullopt;
  for (const auto* side : {&conflict.base, &conflict.ours, &conflict.theirs}) {
    if (*side && store.size_of((*side)->oid).value_or(0) > kLargestText) return std::nullopt;
  }
  const auto ours = store.content(conflict.ours->oid);
  const auto theirs = store.content(conflict.theirs->oid);
  const auto base = conflict.base ? store.content(conflict.base->oid) : std::string();
  if (!ours || !theirs || !base || !is_text(*ours) || !is_text(*theirs) || !is_text(*base)) {
    return std::nullopt;
  }
  if (lines_of(*ours) + lines_of(*theirs) + lines_of(*base) > limits::kComparedLines) {
    return std::nullopt;
  }
  const git_merge_file_input base_input = input_of(*base, "base");
  const git_merge_file_input our_input = input_of(*ours, "ours");
  const git_merge_file_input their_input = input_of(*theirs, "theirs");
  const auto size = marker_size({*base, *ours, *theirs});
  if (!size) return std::nullopt;
  git_merge_file_options options = GIT_MERGE_FILE_OPTIONS_INIT;
  options.flags = GIT_MERGE_FILE_STYLE_DIFF3;
  options.marker_size = *size;
  git_merge_file_result result{};
  check(git_merge_file(&result, conflict.base ? &base_input : nullptr, &our_input, &their_input,
                       &options),
        "merging a file");
  auto hunks = parse_hunks({result.ptr, result.len}, *size);
  git_merge_file_result_free(&result);
  for (MergeHunk& hunk : hunks) {
    strip_returns(hunk);
    tell_missing_end(hunk, *ours, *theirs);
  }
  return hunks;
}

}  // namespace occ::store
