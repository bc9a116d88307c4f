#include "store/tree_diff.hpp"

#include "store/handles.hpp"
#include "store/tree_limits.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

namespace occ::store {
namespace {

using SubTrees = std::map<std::string, Oid>;

SubTrees sub_trees(const ObjectStore& store, const Oid& oid) {
  SubTrees all;
  const TreeHandle tree = look_up_tree(store, oid);
  for (std::size_t i = 0; i < git_tree_entrycount(tree.get()); ++i) {
    const git_tree_entry* entry = git_tree_entry_byindex(tree.get(), i);
    if (git_tree_entry_type(entry) == GIT_OBJECT_TREE) {
      all.emplace(git_tree_entry_name(entry), from_git(*git_tree_entry_id(entry)));
    }
  }
  return all;
}

std::string lower_case(std::string name) {
  for (char& c : name) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return name;
}

// One name on one side. Mode 0: it is not there.
struct Entry {
  std::uint32_t mode = 0;
  Oid oid;

  [[nodiscard]] bool is_tree() const { return mode == GIT_FILEMODE_TREE; }
  friend bool operator==(const Entry&, const Entry&) = default;
};

Entry entry_of(const git_tree_entry* entry) {
  if (entry == nullptr) return {};
  return {static_cast<std::uint32_t>(git_tree_entry_filemode(entry)),
          from_git(*git_tree_entry_id(entry))};
}

Delta delta_of(const std::string& path, const Entry& before, const Entry& after) {
  const auto type = [](const Entry& entry) { return entry.mode & 0170000U; };
  Delta delta{DeltaKind::modified, path, path, before.mode, after.mode, before.oid, after.oid, 0};
  if (before.mode == 0) {
    delta.kind = DeltaKind::added;
  } else if (after.mode == 0) {
    delta.kind = DeltaKind::deleted;
  } else if (type(before) != type(after)) {
    delta.kind = DeltaKind::type_changed;
  }
  return delta;
}

// Finds what differs; folders that both sides have alike are never opened, nor fetched.
class Walk {
 public:
  explicit Walk(const ObjectStore& store) : store_(store), limits_(store) {}

  std::vector<Delta> run(const Oid& old_tree, const Oid& new_tree) {
    todo_.push_back({"", old_tree, new_tree});
    while (!todo_.empty()) {
      const Folder folder = std::move(todo_.back());
      todo_.pop_back();
      if (folder.old_tree != folder.new_tree) compare(folder);
    }
    std::sort(deltas_.begin(), deltas_.end(), [](const Delta& a, const Delta& b) {
      return std::tie(a.new_path, a.kind) < std::tie(b.new_path, b.kind);
    });
    return std::move(deltas_);
  }

 private:
  struct Folder {
    std::string prefix;
    Oid old_tree;  // null: nothing there
    Oid new_tree;
  };

  void compare(const Folder& folder) {
    std::array<TreeHandle, 2> trees;
    if (!folder.old_tree.is_null()) trees[0] = look_up_tree(store_, folder.old_tree);
    if (!folder.new_tree.is_null()) trees[1] = look_up_tree(store_, folder.new_tree);
    std::array<std::size_t, 2> counts{};
    for (std::size_t side = 0; side < 2; ++side) {
      if (trees[side]) counts[side] = git_tree_entrycount(trees[side].get());
    }
    limits_.enter(folder.old_tree, folder.new_tree, counts[0] + counts[1], folder.prefix);
    for (std::size_t side = 0; side < 2; ++side) {
      for (std::size_t i = 0; i < counts[side]; ++i) {
        const git_tree_entry* mine = git_tree_entry_byindex(trees[side].get(), i);
        const char* name = git_tree_entry_name(mine);
        const git_tree_entry* other =
            trees[1 - side] ? git_tree_entry_byname(trees[1 - side].get(), name) : nullptr;
        if (side == 1 && other != nullptr) continue;  // seen from the first side
        const Entry one = entry_of(mine);
        const Entry two = entry_of(other);
        if (side == 0) {
          note(folder.prefix + name, one, two);
        } else {
          note(folder.prefix + name, two, one);
        }
      }
    }
  }

  void note(const std::string& path, const Entry& before, const Entry& after) {
    if (before == after) return;
    const Entry nothing;
    if (before.is_tree() || after.is_tree()) {
      todo_.push_back(
          {path + '/', before.is_tree() ? before.oid : Oid(), after.is_tree() ? after.oid : Oid()});
    }
    const Entry& old_file = before.is_tree() ? nothing : before;
    const Entry& new_file = after.is_tree() ? nothing : after;
    if (old_file.mode != 0 || new_file.mode != 0) {
      deltas_.push_back(delta_of(path, old_file, new_file));
    }
  }

  const ObjectStore& store_;
  TreeLimits limits_;
  std::vector<Folder> todo_;
  std::vector<Delta> deltas_;
};

// A file as git compares it; a submodule is one line.
std::optional<std::string> content_of(const ObjectStore& store, std::uint32_t mode,
                                      const Oid& oid) {
  if (mode == 0) return std::string();
  if (mode == kSubmoduleMode) return "Subproject commit " + oid.hex() + '\n';
  return store.content(oid);
}

std::uint64_t lines_of(std::string_view content) {
  return 1 + static_cast<std::uint64_t>(std::count(content.begin(), content.end(), '\n'));
}

bool is_binary(std::string_view content) {
  return content.substr(0, 8000).find('\0') != std::string_view::npos;
}

}  // namespace

bool CompareBudget::take_bytes(std::uint64_t bytes) {
  if (bytes > limits::kComparedBytes || bytes > bytes_left_) return false;
  bytes_left_ -= bytes;
  return true;
}

bool CompareBudget::take_lines(std::uint64_t lines) {
  if (lines > limits::kComparedLines || lines > lines_left_) return false;
  lines_left_ -= lines;
  return true;
}

TreeDiff::TreeDiff(const ObjectStore& store, const Oid& old_tree, const Oid& new_tree,
                   Renames renames)
    : store_(store), deltas_(Walk(store).run(old_tree, new_tree)) {
  if (renames != Renames::none) take_renames(renames);
}

void TreeDiff::take_renames(Renames renames) {
  std::vector<RenameCandidate> deleted;
  std::vector<RenameCandidate> added;
  std::vector<std::size_t> deleted_at;
  std::vector<std::size_t> added_at;
  for (std::size_t i = 0; i < deltas_.size(); ++i) {
    const Delta& delta = deltas_[i];
    if (delta.kind == DeltaKind::deleted) {
      deleted.push_back({delta.old_path, delta.old_mode, delta.old_oid});
      deleted_at.push_back(i);
    } else if (delta.kind == DeltaKind::added) {
      added.push_back({delta.new_path, delta.new_mode, delta.new_oid});
      added_at.push_back(i);
    }
  }
  const RenameSearch search = find_renames(store_, deleted, added, renames);
  rename_gap_ = search.gap;
  std::vector<bool> is_gone(deltas_.size());
  for (const Rename& rename : search.renames) {
    const Delta& before = deltas_[deleted_at[rename.deleted]];
    Delta& delta = deltas_[added_at[rename.added]];
    delta.kind = DeltaKind::renamed;
    delta.old_path = before.old_path;
    delta.old_mode = before.old_mode;
    delta.old_oid = before.old_oid;
    delta.similarity = rename.similarity;
    is_gone[deleted_at[rename.deleted]] = true;
  }
  std::vector<Delta> kept;
  kept.reserve(deltas_.size() - search.renames.size());
  for (std::size_t i = 0; i < deltas_.size(); ++i) {
    if (!is_gone[i]) kept.push_back(std::move(deltas_[i]));
  }
  deltas_ = std::move(kept);
}

CountedLines TreeDiff::count_lines(std::size_t index, CompareBudget& budget) const {
  const Delta& delta = deltas_[index];
  store_.watch().check();
  const auto size = [&](std::uint32_t mode, const Oid& oid) {
    return mode == 0 || mode == kSubmoduleMode ? 0 : store_.size_of(oid).value_or(0);
  };
  const std::uint64_t bytes =
      size(delta.old_mode, delta.old_oid) + size(delta.new_mode, delta.new_oid);
  if (!budget.take_bytes(bytes)) return {std::nullopt, LineGap::too_large};
  const auto before = content_of(store_, delta.old_mode, delta.old_oid);
  const auto after = content_of(store_, delta.new_mode, delta.new_oid);
  if (!before || !after) return {std::nullopt, LineGap::not_there};
  LineCounts counts;
  counts.binary = is_binary(*before) || is_binary(*after);
  if (counts.binary || *before == *after) return {counts, LineGap::none};
  if (!budget.take_lines(lines_of(*before) + lines_of(*after))) {
    return {std::nullopt, LineGap::too_large};
  }
  const PatchHandle patch =
      adopt<PatchHandle>("comparing two files", git_patch_from_buffers, before->data(),
                         before->size(), "old", after->data(), after->size(), "new", nullptr);
  std::size_t added = 0;
  std::size_t removed = 0;
  check(git_patch_line_stats(nullptr, &added, &removed, patch.get()), "counting lines");
  counts.added = added;
  counts.removed = removed;
  return {counts, LineGap::none};
}

std::vector<Oid> missing_trees(const ObjectStore& store, const Oid& old_tree, const Oid& new_tree) {
  std::set<Oid> missing;
  TreeLimits limits(store);
  std::vector<std::pair<Oid, Oid>> todo{{old_tree, new_tree}};
  while (!todo.empty()) {
    const auto [old_oid, new_oid] = todo.back();
    todo.pop_back();
    if (old_oid == new_oid) continue;
    std::array<SubTrees, 2> sides;
    const std::array oids{old_oid, new_oid};
    for (std::size_t side = 0; side < 2; ++side) {
      if (oids[side].is_null()) continue;
      if (store.has(oids[side])) {
        sides[side] = sub_trees(store, oids[side]);
      } else {
        missing.insert(oids[side]);
      }
    }
    // What lies below the same two is the same.
    if (!limits.enter(old_oid, new_oid, sides[0].size() + sides[1].size())) continue;
    for (const auto& [name, oid] : sides[0]) {
      const auto other = sides[1].find(name);
      todo.emplace_back(oid, other == sides[1].end() ? Oid() : other->second);
    }
    for (const auto& [name, oid] : sides[1]) {
      if (!sides[0].contains(name)) todo.emplace_back(Oid(), oid);
    }
  }
  return {missing.begin(), missing.end()};
}

std::vector<std::string> case_collisions(const ObjectStore& store, const Oid& old_tree,
                                         const Oid& new_tree) {
  struct Pair {
    std::string folder;
    Oid old_oid;
    Oid new_oid;
  };
  std::vector<std::string> found;
  TreeLimits limits(store);
  std::vector<Pair> todo{{"", old_tree, new_tree}};
  while (!todo.empty()) {
    const Pair pair = todo.back();
    todo.pop_back();
    if (pair.old_oid == pair.new_oid || pair.new_oid.is_null() || !store.has(pair.new_oid))
      continue;
    const bool has_old = !pair.old_oid.is_null() && store.has(pair.old_oid);
    const SubTrees old_folders = has_old ? sub_trees(store, pair.old_oid) : SubTrees();
    const TreeHandle before = has_old ? look_up_tree(store, pair.old_oid) : TreeHandle();
    const TreeHandle after = look_up_tree(store, pair.new_oid);
    limits.enter(pair.old_oid, pair.new_oid, git_tree_entrycount(after.get()), pair.folder);
    std::map<std::string, std::vector<std::string>> by_lower;
    for (std::size_t i = 0; i < git_tree_entrycount(after.get()); ++i) {
      const std::string name = git_tree_entry_name(git_tree_entry_byindex(after.get(), i));
      by_lower[lower_case(name)].push_back(name);
    }
    for (const auto& [lower, names] : by_lower) {
      const bool is_new = std::any_of(names.begin(), names.end(), [&](const std::string& name) {
        return !before || git_tree_entry_byname(before.get(), name.c_str()) == nullptr;
      });
      if (names.size() < 2 || !is_new) continue;
      for (const std::string& name : names) found.push_back(pair.folder + name);
    }
    for (const auto& [name, oid] : sub_trees(store, pair.new_oid)) {
      const auto old_folder = old_folders.find(name);
      todo.push_back({pair.folder + name + '/',
                      old_folder == old_folders.end() ? Oid() : old_folder->second, oid});
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace occ::store
