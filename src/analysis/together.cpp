#include "analysis/together.hpp"

#include "analysis/divergence.hpp"
#include "analysis/file_changes.hpp"
#include "analysis/ref_objects.hpp"
#include "base/failure.hpp"
#include "store/tree_diff.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

namespace occ::analysis {
namespace {

using Leave = transfer::ObjectRequest::Leave;
using plan::Relation;

constexpr std::uint64_t kMostCommits = 2000;     // of one ref; a larger one fetches for itself
constexpr std::uint64_t kMostWithFolders = 500;  // commits whose folders all come with them
constexpr std::uint64_t kFewLevels = 8;          // of history, which grow wide
constexpr std::size_t kMostFiles = 4000;
constexpr int kMostRounds = 3;  // of asking for folders that are still missing

using Oids = std::set<Oid>;

Errand errand(transfer::Remote& remote, const Oids& wants, const Oids& haves, Leave leave,
              int depth = 0) {
  return {&remote, {{wants.begin(), wants.end()}, {haves.begin(), haves.end()}, leave, depth}};
}

bool is_bounded(const plan::PlannedRef& ref) {
  const bool known = ref.relation == Relation::fast_forward ||
                     ref.relation == Relation::target_ahead || ref.relation == Relation::diverged;
  return known && ref.ahead.value_or(kMostCommits) < kMostCommits &&
         ref.behind.value_or(0) < kMostCommits;
}

class Together {
 public:
  Together(const std::vector<const plan::PlannedRef*>& refs, transfer::Remote& source,
           transfer::Remote& target, ObjectPool& pool, Budgets& budgets)
      : source_(source), target_(target), pool_(pool), store_(pool.store()), budgets_(budgets) {
    for (const plan::PlannedRef* ref : refs) {
      if (!is_bounded(*ref)) continue;
      refs_.push_back({ref, ref->relation, plan::source_tip(*ref), ref->old_oid});
    }
  }

  void run() {
    if (refs_.empty() || !fetch_commits()) return;
    read_roots();
    if (transfer::can_leave_out(source_) && transfer::can_leave_out(target_) && !fetch_trees()) {
      return;
    }
    fetch_files();
  }

 private:
  struct One {
    const plan::PlannedRef* ref;
    Relation relation;
    Oid new_tip;
    Oid old_tip;
    MergeTrees trees = {};  // `base` only if histories parted in one place
  };

  // Each side tells of what is new there. The folders of few commits come with them.
  bool fetch_commits() {
    Oids new_tips, new_haves, old_tips, old_haves, edges, old_edges;
    std::uint64_t ahead = 0;
    std::uint64_t behind = 0;
    for (const One& one : refs_) {
      if (RefObjects(*one.ref, source_, target_, pool_, budgets_).has_commits()) continue;
      const std::vector<Oid>& parting = one.ref->parting->commits;
      ahead += one.ref->ahead.value_or(0);
      behind += one.ref->behind.value_or(0);
      if (one.relation == Relation::fast_forward) {
        new_tips.insert(one.new_tip);
        new_haves.insert(one.old_tip);
        edges.insert(one.old_tip);
      } else if (one.relation == Relation::target_ahead) {
        old_tips.insert(one.old_tip);
        old_haves.insert(one.new_tip);
        edges.insert(one.new_tip);
      } else {
        new_tips.insert(one.new_tip);
        old_tips.insert(one.old_tip);
        new_haves.insert(parting.begin(), parting.end());
        old_haves.insert(parting.begin(), parting.end());
        edges.insert(parting.begin(), parting.end());
      }
    }
    source_brings_folders_ = ahead <= kMostWithFolders;
    target_brings_folders_ = behind <= kMostWithFolders;
    const auto leave = [](bool folders) { return folders ? Leave::blobs : Leave::trees_and_blobs; };
    // Where all have parted, a request for the bases brings their trees as well.
    bases_bring_folders_ = std::all_of(refs_.begin(), refs_.end(), [](const One& one) {
      return one.relation == Relation::diverged;
    });
    if (!transfer::can_leave_out(source_)) edges.insert(new_tips.begin(), new_tips.end());
    if (!transfer::can_leave_out(target_)) old_edges = old_tips;
    std::vector<Errand> errands;
    if (bases_bring_folders_ && most_ahead() <= kFewLevels && transfer::can_leave_out(source_)) {
      const auto levels = static_cast<int>(most_ahead()) + 1;  // down to the bases
      errands.push_back(errand(source_, new_tips, {}, Leave::blobs, levels));
      source_brings_folders_ = true;
    } else {
      errands.push_back(errand(source_, new_tips, new_haves, leave(source_brings_folders_)));
      errands.push_back(errand(source_, edges, {}, leave(bases_bring_folders_), 1));
    }
    errands.push_back(errand(target_, old_tips, old_haves, leave(target_brings_folders_)));
    errands.push_back(errand(target_, old_edges, {}, Leave::trees_and_blobs, 1));
    return pool_.fetch(std::move(errands), budgets_.trees);
  }

  [[nodiscard]] std::uint64_t most_ahead() const {
    std::uint64_t most = 0;
    for (const One& one : refs_) most = std::max(most, one.ref->ahead.value_or(kMostCommits));
    return most;
  }

  void read_roots() {
    const auto root_of = [&](const Oid& oid) {
      const auto commit = store_.commit(oid);
      return commit ? commit->tree : Oid();
    };
    for (One& one : refs_) {
      one.trees.ours = root_of(one.old_tip);
      one.trees.theirs = root_of(one.new_tip);
      const std::vector<Oid>& parting = one.ref->parting->commits;
      if (one.relation == Relation::diverged && parting.size() == 1) {
        one.trees.base = root_of(parting.front());
      }
    }
    std::erase_if(refs_, [](const One& one) {
      return one.trees.ours.is_null() || one.trees.theirs.is_null() ||
             (one.relation == Relation::diverged && one.trees.base.is_null());
    });
  }

  // Of the older side what the newer changed; where histories parted, all of the base, since a
  // merge opens folders that nobody changed, too. Then by id what is still missing.
  bool fetch_trees() {
    Oids newer, older, bases, target_newer, target_older;
    for (const One& one : refs_) {
      if (has_trees(one)) continue;
      if (one.relation == Relation::target_ahead) {
        target_newer.insert(one.trees.ours);
        target_older.insert(one.trees.theirs);
        continue;
      }
      newer.insert(one.trees.theirs);
      if (one.relation == Relation::diverged) {
        bases.insert(one.trees.base);
        target_newer.insert(one.trees.ours);
      } else {
        older.insert(one.trees.ours);
      }
    }
    std::vector<Errand> errands{errand(source_, without(older, newer), newer, Leave::blobs),
                                errand(target_, target_older, target_newer, Leave::blobs)};
    if (!bases_bring_folders_) errands.push_back(errand(target_, bases, {}, Leave::blobs));
    older.insert(bases.begin(), bases.end());
    target_older.insert(bases.begin(), bases.end());
    if (!source_brings_folders_) errands.push_back(errand(source_, newer, older, Leave::blobs));
    if (!target_brings_folders_) {
      errands.push_back(errand(target_, target_newer, target_older, Leave::blobs));
    }
    if (!pool_.fetch(std::move(errands), budgets_.trees)) return false;
    for (int round = 0; round < kMostRounds; ++round) {
      Oids at_source, at_target;
      for (const One& one : refs_) note_missing(one, at_source, at_target);
      if (at_source.empty() && at_target.empty()) return true;
      if (!pool_.fetch({errand(source_, at_source, {}, Leave::blobs),
                        errand(target_, at_target, {}, Leave::blobs)},
                       budgets_.trees)) {
        return false;
      }
    }
    return true;
  }

  static Oids without(Oids all, const Oids& some) {
    for (const Oid& oid : some) all.erase(oid);
    return all;
  }

  [[nodiscard]] bool has_trees(const One& one) const {
    const auto& [base, ours, theirs] = one.trees;
    if (!store_.has(ours) || !store_.has(theirs)) return false;
    Oids missing;
    note_missing(one, missing, missing);
    return missing.empty() && (base.is_null() || store_.has(base));
  }

  void note_missing(const One& one, Oids& at_source, Oids& at_target) const {
    const auto& [base, ours, theirs] = one.trees;
    Oids& at = one.relation == Relation::fast_forward ? at_source : at_target;
    const auto note = [&](const Oid& a, const Oid& b) {
      for (const Oid& oid : store::missing_trees(store_, a, b)) at.insert(oid);
    };
    note(ours, theirs);
    if (base.is_null()) return;
    note(base, ours);
    note(base, theirs);
  }

  void fetch_files() {
    Oids at_source, at_target;
    for (const One& one : refs_) note_files(one, at_source, at_target);
    for (const Oid& oid : at_source) at_target.erase(oid);
    if (at_source.size() + at_target.size() > kMostFiles) return;
    const auto fetch = [&](transfer::Remote& remote, const Oids& wanted) {
      const std::vector<Oid> files(wanted.begin(), wanted.end());
      return files.empty() || FileSearch(remote, store_, budgets_.files, pool_.large()).run(files);
    };
    if (fetch(source_, at_source)) static_cast<void>(fetch(target_, at_target));
  }

  // Files of the new tip are at the source; others may be only at the target.
  void note_files(const One& one, Oids& at_source, Oids& at_target) const {
    const auto& [base, ours, theirs] = one.trees;
    if (!store::missing_trees(store_, ours, theirs).empty()) return;
    const bool all_at_source = one.relation == Relation::fast_forward;
    Oids of_source;
    const auto note = [&](const std::vector<Oid>& files) {
      for (const Oid& oid : files) {
        if (store_.has(oid)) continue;
        (all_at_source || of_source.contains(oid) ? at_source : at_target).insert(oid);
      }
    };
    const store::TreeDiff diff(store_, ours, theirs, store::Renames::exact);
    for (const store::Delta& delta : diff.deltas()) {
      if (delta.new_mode != 0) of_source.insert(delta.new_oid);
    }
    note(files_of(diff.deltas()));
    if (base.is_null() || one.trees.settled()) return;
    if (!store::missing_trees(store_, base, ours).empty() ||
        !store::missing_trees(store_, base, theirs).empty()) {
      return;
    }
    const MergeNeeds needs = merge_needs(store_, one.trees);
    note(needs.pairs);
    note(needs.candidates);
  }

  transfer::Remote& source_;
  transfer::Remote& target_;
  ObjectPool& pool_;
  store::ObjectStore& store_;
  Budgets& budgets_;
  std::vector<One> refs_;
  bool source_brings_folders_ = false;
  bool target_brings_folders_ = false;
  bool bases_bring_folders_ = false;
};

}  // namespace

void fetch_together(const std::vector<const plan::PlannedRef*>& refs, transfer::Remote& source,
                    transfer::Remote& target, ObjectPool& pool, Budgets& budgets) {
  try {
    Together(refs, source, target, pool, budgets).run();
  } catch (const Failure& failure) {
    if (failure.code() == FailureCode::cancelled) throw;
    source.trace().debug("asking for all refs together failed: " + std::string(failure.what()));
  }
}

}  // namespace occ::analysis
