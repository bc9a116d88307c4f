#include "analysis/together.hpp"

#include "analysis/divergence.hpp"
#include "analysis/file_changes.hpp"
#include "analysis/merge_bases.hpp"
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

constexpr std::uint64_t kMostCommits = 2000;     // of one ref; larger ones are asked for apart
constexpr std::uint64_t kMostWithFolders = 500;  // commits whose folders all come with them
constexpr std::uint64_t kFewLevels = 8;          // of history, which grow wide
constexpr std::size_t kMostFiles = 4000;
constexpr int kMostRounds = 3;  // of asking for folders that are still missing

using Oids = std::set<Oid>;

Errand errand(transfer::Remote& remote, const Oids& wants, const Oids& haves, Leave leave,
              int depth = 0) {
  return {&remote, {{wants.begin(), wants.end()}, {haves.begin(), haves.end()}, leave, depth}};
}

Oids joined(Oids all, const Oids& others) {
  all.insert(others.begin(), others.end());
  return all;
}

bool is_known(Relation relation) {
  return relation == Relation::fast_forward || relation == Relation::target_ahead ||
         relation == Relation::diverged || relation == Relation::unrelated;
}

bool can_leave_out(transfer::Remote& source, transfer::Remote& target) {
  return transfer::can_leave_out(source) && transfer::can_leave_out(target);
}

bool is_small(const plan::PlannedRef& ref) {
  return ref.ahead.value_or(kMostCommits) < kMostCommits && ref.behind.value_or(0) < kMostCommits;
}

class Together {
 public:
  Together(const std::vector<const plan::PlannedRef*>& refs, transfer::Remote& source,
           transfer::Remote& target, ObjectPool& pool, Budgets& budgets)
      : source_(source),
        target_(target),
        pool_(pool),
        store_(pool.store()),
        budgets_(budgets),
        both_leave_out_(can_leave_out(source, target)) {
    for (const plan::PlannedRef* ref : refs) {
      refs_.push_back({ref, ref->relation, plan::source_tip(*ref), ref->old_oid});
    }
  }

  void run() {
    if (refs_.empty() || !fetch_commits() || !fetch_bases()) return;
    read_roots();
    if (both_leave_out_ && !fetch_trees()) return;
    fetch_files();
  }

 private:
  struct One {
    const plan::PlannedRef* ref;
    Relation relation;
    Oid new_tip;
    Oid old_tip;
    MergeTrees trees = {};  // `base` only if there is one merge base
  };

  // What one side is asked for.
  struct Wanted {
    Oids tips;  // of each what lies above `haves`
    Oids haves;
    Oids alone;              // tips that have nothing in common with the other side's
    Oids long_alone;         // those of them that a few levels do not tell of
    std::uint64_t most = 0;  // commits of one tip; of `long_alone` one
    std::uint64_t all = 0;
  };

  // Each side tells of what is new there. The folders of few commits come with them. Where a merge
  // is tried, or nothing is common, whole trees are needed, and a few levels of history bring them
  // with all the rest. What both have, the target is asked for, which is asked less than the
  // source.
  bool fetch_commits() {
    for (const One& one : refs_) note_commits(one);
    const bool one_pack =
        whole_trees_ && both_leave_out_ && new_.most <= kFewLevels && can_deepen();
    const bool one_pack_of_old = one_pack && old_.most <= kFewLevels && !old_.alone.empty();
    std::vector<Errand> errands;
    source_brings_folders_ = one_pack || new_.all <= kMostWithFolders;
    target_brings_folders_ = one_pack_of_old || old_.all <= kMostWithFolders;
    ask(source_, new_, one_pack, errands);
    ask(target_, old_, one_pack_of_old, errands);
    if (!one_pack) ask_for_edges(errands);
    return pool_.fetch(std::move(errands), budgets_.trees) && fetch_rest();
  }

  // What one branch went on from may lie within what another one brings, and was left out of that:
  // then all that lies above the oldest of those places is asked for.
  bool fetch_rest() {
    Oids tips, old_tips, edges;
    for (const One& one : refs_) {
      if (one.relation == Relation::unrelated || objects(one).has_commits()) continue;
      const std::vector<Oid>& parting = one.ref->parting->commits;
      edges.insert(parting.begin(), parting.end());
      if (one.relation == Relation::fast_forward) edges.insert(one.old_tip);
      if (one.relation == Relation::target_ahead) edges.insert(one.new_tip);
      if (!objects(one).has_new_commits()) tips.insert(one.new_tip);
      if (!objects(one).has_old_commits()) old_tips.insert(one.old_tip);
    }
    if (edges.empty()) return true;
    std::optional<store::CommitRecord> oldest;
    for (const Oid& oid : edges) {
      auto commit = store_.commit(oid);
      if (!commit) continue;
      if (!oldest || commit->committer.time < oldest->committer.time) oldest = std::move(commit);
    }
    if (!oldest) return true;
    return pool_.fetch({errand(source_, tips, {oldest->oid}, Leave::trees_and_blobs),
                        errand(target_, old_tips, {oldest->oid}, Leave::trees_and_blobs)},
                       budgets_.trees);
  }

  [[nodiscard]] RefObjects objects(const One& one) const {
    return {*one.ref, source_, target_, pool_, budgets_};
  }

  void note_commits(const One& one) {
    if (has_all(one)) return;
    const bool is_alone = one.relation == Relation::unrelated;
    whole_trees_ = whole_trees_ || one.relation != Relation::fast_forward;
    const std::vector<Oid>& parting = one.ref->parting->commits;
    const auto note = [&](Wanted& side, const Oid& tip, const std::optional<std::uint64_t>& count) {
      const std::uint64_t commits = count.value_or(kMostCommits);
      const bool is_long = is_alone && commits > kFewLevels;
      side.most = std::max(side.most, is_long ? 1 : commits);
      side.all += is_alone ? 0 : commits;
      (is_alone ? side.alone : side.tips).insert(tip);
      if (is_long && !objects(one).has_commits()) side.long_alone.insert(tip);
      if (is_alone) return;
      side.haves.insert(parting.begin(), parting.end());
      edges_.insert(parting.begin(), parting.end());
    };
    if (one.relation != Relation::target_ahead) note(new_, one.new_tip, one.ref->ahead);
    if (one.relation != Relation::fast_forward) note(old_, one.old_tip, one.ref->behind);
    if (one.relation == Relation::fast_forward) {
      new_.haves.insert(one.old_tip);
      edges_.insert(one.old_tip);
    } else if (one.relation == Relation::target_ahead) {
      old_.haves.insert(one.new_tip);
      edges_.insert(one.new_tip);
      behind_.insert(one.new_tip);
    }
  }

  void ask(transfer::Remote& remote, const Wanted& side, bool one_pack,
           std::vector<Errand>& errands) const {
    if (one_pack) {
      Oids tips = joined(side.tips, side.alone);
      if (&remote == &source_) tips = joined(std::move(tips), behind_);
      const auto levels = static_cast<int>(side.most) + 1;  // down to where they parted
      errands.push_back(errand(remote, tips, {}, Leave::blobs, levels));
    } else {
      const bool folders = &remote == &source_ ? source_brings_folders_ : target_brings_folders_;
      const Leave leave = folders ? Leave::blobs : Leave::trees_and_blobs;
      errands.push_back(errand(remote, side.tips, side.haves, leave));
      if (&remote == &target_) errands.push_back(errand(remote, side.alone, {}, Leave::blobs, 1));
    }
    errands.push_back(errand(remote, side.long_alone, {}, Leave::trees_and_blobs));
  }

  // Without 'filter' a tip comes with all its files, or not at all.
  void ask_for_edges(std::vector<Errand>& errands) {
    if (both_leave_out_ && whole_trees_) {
      return errands.push_back(errand(source_, joined(edges_, new_.alone), {}, Leave::blobs, 1));
    }
    if (both_leave_out_ && can_deepen()) {
      return errands.push_back(errand(target_, edges_, {}, Leave::trees_and_blobs, 1));
    }
    const bool all_parted = std::all_of(refs_.begin(), refs_.end(), [](const One& one) {
      return one.relation == Relation::diverged;
    });
    Oids old_edges;
    if (!transfer::can_leave_out(source_)) edges_.insert(new_.tips.begin(), new_.tips.end());
    if (!transfer::can_leave_out(target_)) old_edges = old_.tips;
    errands.push_back(
        errand(source_, edges_, {}, all_parted ? Leave::blobs : Leave::trees_and_blobs, 1));
    errands.push_back(errand(target_, old_edges, {}, Leave::trees_and_blobs, 1));
    whole_trees_ = all_parted;
  }

  [[nodiscard]] bool can_deepen() const {
    return source_.has(transfer::Ability::deepen) && target_.has(transfer::Ability::deepen);
  }

  // Where histories met more than once, which of those places count.
  bool fetch_bases() {
    std::vector<std::vector<Oid>> partings;
    for (const One& one : refs_) {
      if (one.relation == Relation::diverged) partings.push_back(one.ref->parting->commits);
    }
    return fetch_between(partings, source_, pool_, budgets_.trees);
  }

  [[nodiscard]] MergeTrees trees_of(const One& one) const {
    const auto root_of = [&](const Oid& oid) {
      const auto commit = store_.commit(oid);
      return commit ? commit->tree : Oid();
    };
    MergeTrees trees{Oid(), root_of(one.old_tip), root_of(one.new_tip)};
    if (one.relation != Relation::diverged) return trees;
    std::vector<Oid> bases = one.ref->parting->commits;
    if (bases.size() > 1 && pool_.were_compared(bases)) {
      bases = merge_bases_among(std::move(bases), store_);
    }
    if (bases.size() == 1) trees.base = root_of(bases.front());
    return trees;
  }

  [[nodiscard]] bool has_all(const One& one) const {
    if (!objects(one).has_commits()) return false;
    One known = one;
    known.trees = trees_of(one);
    return has_trees(known);
  }

  void read_roots() {
    for (One& one : refs_) one.trees = trees_of(one);
    std::erase_if(refs_, [](const One& one) {
      return one.trees.ours.is_null() || one.trees.theirs.is_null();
    });
  }

  // Of the older side what the newer changed. Then by id what is still missing.
  bool fetch_trees() {
    Oids newer, older, bases, target_newer, target_older;
    for (const One& one : refs_) {
      if (one.relation == Relation::unrelated || has_trees(one)) continue;
      if (one.relation == Relation::target_ahead) {
        target_newer.insert(one.trees.ours);
        target_older.insert(one.trees.theirs);
        continue;
      }
      newer.insert(one.trees.theirs);
      if (one.relation == Relation::diverged) {
        if (!one.trees.base.is_null()) bases.insert(one.trees.base);
        target_newer.insert(one.trees.ours);
      } else {
        older.insert(one.trees.ours);
      }
    }
    std::vector<Errand> errands{errand(source_, without(older, newer), newer, Leave::blobs),
                                errand(target_, target_older, target_newer, Leave::blobs)};
    older.insert(bases.begin(), bases.end());
    target_older.insert(bases.begin(), bases.end());
    if (!source_brings_folders_) errands.push_back(errand(source_, newer, older, Leave::blobs));
    if (!target_brings_folders_) {
      errands.push_back(errand(target_, target_newer, target_older, Leave::blobs));
    }
    if (!pool_.fetch(std::move(errands), budgets_.trees)) return false;
    for (int round = 0; round < kMostRounds; ++round) {
      Oids at_source, at_target;
      for (const One& one : refs_) {
        if (one.relation != Relation::unrelated) note_missing(one, at_source, at_target);
      }
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
  bool both_leave_out_;
  std::vector<One> refs_;
  Wanted new_;   // of the source
  Wanted old_;   // of the target
  Oids edges_;   // commits of both, from which the new and the old ones go on
  Oids behind_;  // tips of the source that the target has gone on from
  bool whole_trees_ = false;
  bool source_brings_folders_ = false;
  bool target_brings_folders_ = false;
};

}  // namespace

void fetch_together(const std::vector<const plan::PlannedRef*>& refs, transfer::Remote& source,
                    transfer::Remote& target, ObjectPool& pool, Budgets& budgets) {
  std::vector<const plan::PlannedRef*> small;
  std::vector<const plan::PlannedRef*> large;
  for (const plan::PlannedRef* ref : refs) {
    const bool is_alone = ref->relation == Relation::unrelated;
    if (!is_known(ref->relation) || (is_alone && !can_leave_out(source, target))) continue;
    (is_small(*ref) ? small : large).push_back(ref);
  }
  try {
    Together(small, source, target, pool, budgets).run();
    Together(large, source, target, pool, budgets).run();
  } catch (const Failure& failure) {
    if (failure.code() == FailureCode::cancelled) throw;
    source.trace().debug("asking for all refs together failed: " + std::string(failure.what()));
  }
}

}  // namespace occ::analysis
