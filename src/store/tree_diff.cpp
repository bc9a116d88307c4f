#include "store/tree_diff.hpp"

#include "store/handles.hpp"

#include <array>
#include <map>
#include <set>
#include <utility>

namespace occ::store {
namespace {

constexpr std::size_t kRenameLimit = 1000;  // git's diff.renameLimit

DeltaKind kind_of(git_delta_t status) {
  switch (status) {
    case GIT_DELTA_ADDED:
      return DeltaKind::added;
    case GIT_DELTA_DELETED:
      return DeltaKind::deleted;
    case GIT_DELTA_RENAMED:
      return DeltaKind::renamed;
    case GIT_DELTA_TYPECHANGE:
      return DeltaKind::type_changed;
    default:
      return DeltaKind::modified;
  }
}

Delta delta_of(const git_diff_delta& raw) {
  Delta delta;
  delta.kind = kind_of(raw.status);
  delta.old_path = raw.old_file.path;
  delta.new_path = raw.new_file.path;
  delta.old_mode = raw.old_file.mode;
  delta.new_mode = raw.new_file.mode;
  delta.old_oid = from_git(raw.old_file.id);
  delta.new_oid = from_git(raw.new_file.id);
  delta.similarity = raw.status == GIT_DELTA_RENAMED ? raw.similarity : 0;
  return delta;
}

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

using TreeBuilder = std::unique_ptr<git_treebuilder, Deleter<git_treebuilder_free>>;

struct TreePair {
  Oid old_tree;
  Oid new_tree;
};

// The same two trees without what is equal in both, written into the store. libgit2 now and then
// opens a folder that both sides have, and such folders are never fetched.
TreePair differing_parts(const ObjectStore& store, const TreePair& whole) {
  if (whole.old_tree.is_null() || whole.new_tree.is_null()) return whole;
  const std::array trees{look_up_tree(store, whole.old_tree), look_up_tree(store, whole.new_tree)};
  std::array<TreeBuilder, 2> parts;
  for (TreeBuilder& part : parts) {
    part = adopt<TreeBuilder>("a tree", git_treebuilder_new, repository_of(store), nullptr);
  }
  const auto insert = [&](std::size_t side, const git_tree_entry* entry, const Oid& oid) {
    const git_oid id = to_git(oid);
    check(git_treebuilder_insert(nullptr, parts[side].get(), git_tree_entry_name(entry), &id,
                                 git_tree_entry_filemode_raw(entry)),
          "a tree");
  };
  const auto is_tree = [](const git_tree_entry* entry) {
    return entry != nullptr && git_tree_entry_type(entry) == GIT_OBJECT_TREE;
  };
  for (std::size_t side = 0; side < 2; ++side) {
    for (std::size_t i = 0; i < git_tree_entrycount(trees[side].get()); ++i) {
      const git_tree_entry* mine = git_tree_entry_byindex(trees[side].get(), i);
      const git_tree_entry* other =
          git_tree_entry_byname(trees[1 - side].get(), git_tree_entry_name(mine));
      const Oid oid = from_git(*git_tree_entry_id(mine));
      if (!is_tree(mine) || !is_tree(other)) {
        const bool equal = other != nullptr && oid == from_git(*git_tree_entry_id(other)) &&
                           git_tree_entry_filemode_raw(mine) == git_tree_entry_filemode_raw(other);
        if (!equal) insert(side, mine, oid);
      } else if (const Oid theirs = from_git(*git_tree_entry_id(other));
                 side == 0 && theirs != oid) {
        const TreePair below = differing_parts(store, {oid, theirs});
        insert(0, mine, below.old_tree);
        insert(1, other, below.new_tree);
      }
    }
  }
  TreePair written;
  for (const auto& [part, oid] :
       {std::pair{&parts[0], &written.old_tree}, std::pair{&parts[1], &written.new_tree}}) {
    git_oid id{};
    check(git_treebuilder_write(&id, part->get()), "writing a tree");
    *oid = from_git(id);
  }
  return written;
}

}  // namespace

struct TreeDiff::State {
  TreeHandle old_tree;
  TreeHandle new_tree;
  DiffHandle diff;
};

TreeDiff::TreeDiff(const ObjectStore& store, const Oid& old_tree, const Oid& new_tree,
                   Renames renames)
    : store_(store), state_(std::make_unique<State>()) {
  if (old_tree == new_tree) return;  // and neither need be in the store
  const TreePair parts = differing_parts(store, {old_tree, new_tree});
  if (!parts.old_tree.is_null()) state_->old_tree = look_up_tree(store, parts.old_tree);
  if (!parts.new_tree.is_null()) state_->new_tree = look_up_tree(store, parts.new_tree);
  git_diff_options options = GIT_DIFF_OPTIONS_INIT;
  options.flags = GIT_DIFF_INCLUDE_TYPECHANGE;
  state_->diff =
      adopt<DiffHandle>("comparing two trees", git_diff_tree_to_tree, repository_of(store),
                        state_->old_tree.get(), state_->new_tree.get(), &options);
  if (renames != Renames::none) {
    git_diff_find_options find = GIT_DIFF_FIND_OPTIONS_INIT;
    find.flags = GIT_DIFF_FIND_RENAMES;
    if (renames == Renames::exact) find.flags |= GIT_DIFF_FIND_EXACT_MATCH_ONLY;
    find.rename_limit = kRenameLimit;
    check(git_diff_find_similar(state_->diff.get(), &find), "looking for renames");
  }
  const std::size_t count = git_diff_num_deltas(state_->diff.get());
  deltas_.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    deltas_.push_back(delta_of(*git_diff_get_delta(state_->diff.get(), i)));
  }
}

TreeDiff::~TreeDiff() = default;

std::optional<LineCounts> TreeDiff::count_lines(std::size_t index) const {
  const Delta& delta = deltas_[index];
  const auto present = [&](std::uint32_t mode, const Oid& oid) {
    return mode == 0 || mode == kSubmoduleMode || store_.has(oid);
  };
  if (!present(delta.old_mode, delta.old_oid) || !present(delta.new_mode, delta.new_oid)) {
    return std::nullopt;
  }
  git_patch* raw = nullptr;
  check(git_patch_from_diff(&raw, state_->diff.get(), index), "comparing two files");
  const PatchHandle patch(raw);
  LineCounts counts;
  if (raw == nullptr) return counts;  // nothing but the mode differs
  counts.binary = (git_patch_get_delta(raw)->flags & GIT_DIFF_FLAG_BINARY) != 0;
  std::size_t added = 0;
  std::size_t removed = 0;
  check(git_patch_line_stats(nullptr, &added, &removed, raw), "counting lines");
  counts.added = added;
  counts.removed = removed;
  return counts;
}

std::vector<Oid> missing_trees(const ObjectStore& store, const Oid& old_tree, const Oid& new_tree) {
  std::set<Oid> missing;
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
  std::vector<Pair> todo{{"", old_tree, new_tree}};
  while (!todo.empty()) {
    const Pair pair = todo.back();
    todo.pop_back();
    if (pair.old_oid == pair.new_oid || pair.new_oid.is_null() || !store.has(pair.new_oid))
      continue;
    const bool has_old = !pair.old_oid.is_null() && store.has(pair.old_oid);
    const SubTrees old_folders = has_old ? sub_trees(store, pair.old_oid) : SubTrees();
    const TreeHandle tree = look_up_tree(store, pair.new_oid);
    std::map<std::string, std::string> by_lower;
    for (std::size_t i = 0; i < git_tree_entrycount(tree.get()); ++i) {
      const std::string name = git_tree_entry_name(git_tree_entry_byindex(tree.get(), i));
      std::string lower = name;
      for (char& c : lower) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
      }
      const auto [at, is_new] = by_lower.emplace(lower, name);
      if (!is_new) {
        found.push_back(pair.folder + at->second);
        found.push_back(pair.folder + name);
      }
    }
    for (const auto& [name, oid] : sub_trees(store, pair.new_oid)) {
      const auto old_folder = old_folders.find(name);
      todo.push_back({pair.folder + name + '/',
                      old_folder == old_folders.end() ? Oid() : old_folder->second, oid});
    }
  }
  return found;
}

}  // namespace occ::store
