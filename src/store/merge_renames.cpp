#include "store/merge_renames.hpp"

#include "store/handles.hpp"
#include "store/renames.hpp"
#include "store/tree_diff.hpp"

#include <map>
#include <string>
#include <utility>

namespace occ::store {
namespace {

using Changes = std::map<std::string, Delta>;  // by path; without renames

struct Side {
  Changes changes;
  std::map<std::string, std::string> renamed;  // from → to, where the other side changed the file
};

Changes changes_of(const ObjectStore& store, const Oid& base, const Oid& tree) {
  Changes changes;
  const TreeDiff diff(store, base, tree, Renames::none);
  for (const Delta& delta : diff.deltas()) {
    changes.emplace(delta.new_path, delta);
  }
  return changes;
}

// Empty files are alike by accident.
bool is_empty(const Oid& oid) {
  static const Oid empty = *Oid::from_hex("e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
  return oid == empty;
}

// Only what the other side changed, too, makes a difference.
void find_renames(const ObjectStore& store, Side& side, const Side& other) {
  std::vector<RenameCandidate> deleted;
  std::vector<RenameCandidate> added;
  bool any_matters = false;
  for (const auto& [path, delta] : side.changes) {
    if (delta.kind == DeltaKind::deleted && !is_empty(delta.old_oid)) {
      const bool matters = other.changes.contains(path);
      any_matters = any_matters || matters;
      deleted.push_back({path, delta.old_mode, delta.old_oid, matters});
    } else if (delta.kind == DeltaKind::added && !is_empty(delta.new_oid)) {
      added.push_back({path, delta.new_mode, delta.new_oid});
    }
  }
  if (!any_matters) return;
  const RenameSearch found =
      find_renames(store, deleted, added, Renames::similar, kMergeRenameLimit);
  for (const Rename& rename : found.renames) {
    const RenameCandidate& from = deleted[rename.deleted];
    if (from.matters) side.renamed.emplace(from.path, added[rename.added].path);
  }
}

// A tree with changes that are yet to be written.
class Tree {
 public:
  Tree(const ObjectStore& store, const Oid& oid)
      : store_(store), oid_(oid), tree_(look_up_tree(store, oid)) {}

  // Whether nothing stands there, nor a file where its folders would be.
  [[nodiscard]] bool has_room(const std::string& path) const {
    for (std::size_t slash = path.find('/'); slash != std::string::npos;
         slash = path.find('/', slash + 1)) {
      const std::string folder = path.substr(0, slash);
      if (updates_.contains(folder)) return false;
      const git_object_t type = type_at(folder);
      if (type != GIT_OBJECT_INVALID && type != GIT_OBJECT_TREE) return false;
    }
    const auto below = updates_.lower_bound(path + '/');
    if (below != updates_.end() && below->first.starts_with(path + '/')) return false;
    return !updates_.contains(path) && type_at(path) == GIT_OBJECT_INVALID;
  }

  void remove(const std::string& path) { updates_[path] = {}; }

  void move(const std::string& from, const std::string& to, std::uint32_t mode, const Oid& oid) {
    remove(from);
    updates_[to] = {mode, oid};
  }

  [[nodiscard]] Oid write() const {
    if (updates_.empty()) return oid_;
    std::vector<git_tree_update> updates;
    for (const auto& [path, entry] : updates_) {
      git_tree_update update{};
      update.action = entry.mode == 0 ? GIT_TREE_UPDATE_REMOVE : GIT_TREE_UPDATE_UPSERT;
      update.id = to_git(entry.oid);
      update.filemode = static_cast<git_filemode_t>(entry.mode);
      update.path = path.c_str();
      updates.push_back(update);
    }
    git_oid id{};
    check(git_tree_create_updated(&id, repository_of(store_), tree_.get(), updates.size(),
                                  updates.data()),
          "following renames");
    return from_git(id);
  }

 private:
  struct Entry {
    std::uint32_t mode = 0;  // 0: it goes
    Oid oid;
  };

  [[nodiscard]] git_object_t type_at(const std::string& path) const {
    git_tree_entry* raw = nullptr;
    if (git_tree_entry_bypath(&raw, tree_.get(), path.c_str()) != 0) return GIT_OBJECT_INVALID;
    const std::unique_ptr<git_tree_entry, Deleter<git_tree_entry_free>> entry(raw);
    return git_tree_entry_type(raw);
  }

  const ObjectStore& store_;
  Oid oid_;
  TreeHandle tree_;
  std::map<std::string, Entry> updates_;
};

class Follower {
 public:
  Follower(const ObjectStore& store, const Oid& base, const Oid& ours, const Oid& theirs)
      : base_(store, base), our_tree_(store, ours), their_tree_(store, theirs) {
    ours_.changes = changes_of(store, base, ours);
    theirs_.changes = changes_of(store, base, theirs);
    find_renames(store, ours_, theirs_);
    find_renames(store, theirs_, ours_);
  }

  FollowedRenames run() {
    for (const auto& [from, to] : ours_.renamed) {
      const auto other = theirs_.renamed.find(from);
      if (other == theirs_.renamed.end()) {
        follow(from, to, ours_, theirs_, their_tree_);
      } else if (other->second == to) {
        renamed_alike(from, to);
      } else {
        renamed_differently(from, to, other->second);
      }
    }
    for (const auto& [from, to] : theirs_.renamed) {
      if (!ours_.renamed.contains(from)) follow(from, to, theirs_, ours_, our_tree_);
    }
    return {base_.write(), our_tree_.write(), their_tree_.write(), std::move(conflicts_)};
  }

 private:
  static bool is_regular(std::uint32_t mode) { return (mode & 0170000U) == 0100000U; }

  static ConflictSide new_side(const Side& side, const std::string& path) {
    const Delta& delta = side.changes.at(path);
    return {path, delta.new_mode, delta.new_oid};
  }

  [[nodiscard]] ConflictSide old_side(const std::string& path) const {
    const Delta& delta = ours_.changes.at(path);
    return {path, delta.old_mode, delta.old_oid};
  }

  void renamed_alike(const std::string& from, const std::string& to) {
    if (!base_.has_room(to)) return;
    const ConflictSide before = old_side(from);
    base_.move(from, to, before.mode, before.oid);
  }

  // Where the other side has a file of its own under such a name, the trees show the conflict.
  void renamed_differently(const std::string& from, const std::string& ours,
                           const std::string& theirs) {
    base_.remove(from);
    conflicts_.push_back({old_side(from), std::nullopt, std::nullopt});
    if (!theirs_.changes.contains(ours)) {
      conflicts_.push_back({std::nullopt, new_side(ours_, ours), std::nullopt});
    }
    if (!ours_.changes.contains(theirs)) {
      conflicts_.push_back({std::nullopt, std::nullopt, new_side(theirs_, theirs)});
    }
  }

  // One side renamed the file, the other changed it otherwise.
  void follow(const std::string& from, const std::string& to, const Side& renamer,
              const Side& other, Tree& other_tree) {
    const Delta& change = other.changes.at(from);
    const ConflictSide renamed = new_side(renamer, to);
    const bool is_gone = change.kind == DeltaKind::deleted ||
                         is_regular(change.new_mode) != is_regular(renamed.mode);
    if (other.changes.contains(to)) {  // both have a file there: the trees show it
      base_.remove(from);
      if (!is_gone) other_tree.remove(from);
    } else if (is_gone) {
      base_.remove(from);
      const bool is_ours = &renamer == &ours_;
      conflicts_.push_back({old_side(from), is_ours ? std::optional(renamed) : std::nullopt,
                            is_ours ? std::nullopt : std::optional(renamed)});
    } else if (base_.has_room(to) && other_tree.has_room(to)) {
      base_.move(from, to, change.old_mode, change.old_oid);
      other_tree.move(from, to, change.new_mode, change.new_oid);
    }
  }

  Tree base_;
  Tree our_tree_;
  Tree their_tree_;
  Side ours_;
  Side theirs_;
  std::vector<MergeConflict> conflicts_;
};

}  // namespace

FollowedRenames follow_renames(const ObjectStore& store, const Oid& base, const Oid& ours,
                               const Oid& theirs) {
  if (base.is_null()) return {base, ours, theirs, {}};
  return Follower(store, base, ours, theirs).run();
}

}  // namespace occ::store
