#include "analysis/new_branch.hpp"

#include "analysis/merge_bases.hpp"
#include "analysis/preflight.hpp"
#include "base/shown_count.hpp"
#include "store/object_store.hpp"
#include "store/tree_diff.hpp"
#include "transfer/ancestry_probe.hpp"

#include <algorithm>
#include <utility>

namespace occ::analysis {
namespace {

using Leave = transfer::ObjectRequest::Leave;

class NewBranches {
 public:
  NewBranches(const std::vector<const plan::PlannedRef*>& refs, const std::vector<Oid>& shared,
              const transfer::Learning::News* news, transfer::Remote& source,
              transfer::Remote& target, ObjectPool& pool, Budgets& budgets)
      : refs_(refs),
        shared_(shared),
        news_(news),
        source_(source),
        target_(target),
        pool_(pool),
        budgets_(budgets),
        found_(refs.size()) {}

  std::vector<NewBranch> look(const RefListing& listing) {
    if (is_empty(listing)) {
      read_tips("the target was empty");
      return std::move(found_);
    }
    if (!take_news(listing) && !ask_source(listing)) {
      read_tips("the source has nothing of what the target's refs name");
      return std::move(found_);
    }
    fetch_departures();
    for (std::size_t i = 0; i < refs_.size(); ++i) find_departure(*refs_[i], found_[i]);
    return std::move(found_);
  }

 private:
  static bool is_empty(const RefListing& listing) {
    return std::all_of(listing.refs.begin(), listing.refs.end(),
                       [](const Ref& ref) { return ref.name.starts_with("refs/sync/"); });
  }

  void explain_all(const std::string& why_not) {
    for (NewBranch& each : found_) each.why_not = why_not;
  }

  // What is known from before, if the target still stands as it did.
  bool take_news(const RefListing& listing) {
    if (news_ == nullptr) return false;
    transfer::OidSet theirs(listing.other_tips.begin(), listing.other_tips.end());
    for (const Ref& ref : listing.refs) theirs.insert(ref.commit());
    const std::vector<Oid> tips = all_tips();
    const auto are_told = std::all_of(tips.begin(), tips.end(),
                                      [&](const Oid& tip) { return news_->tips.contains(tip); });
    const auto are_theirs = std::all_of(news_->known.begin(), news_->known.end(),
                                        [&](const Oid& oid) { return theirs.contains(oid); });
    if (are_told && are_theirs) commits_ = news_->commits;
    return are_told && are_theirs;
  }

  // What the branches have beyond the target's tips. Returns whether the two have anything in
  // common.
  bool ask_source(const RefListing& listing) {
    using Ending = transfer::CommitQuestion::Ending;
    const std::vector<Oid> tips = all_tips();
    transfer::AncestryProbe probe(source_, target_, listing);
    std::vector<Oid> haves = shared_;
    if (!shared_.empty()) {
      // What else the source knows of the target's tips makes the answer shorter still.
      const std::vector<Oid> hints = probe.hints();
      haves.insert(haves.end(), hints.begin(), hints.end());
    } else {
      ++budgets_.trees.requests;
      transfer::CommitAnswer answer = probe.ask_from_hints(tips);
      commits_ = std::move(answer.commits);
      if (answer.has_pack || answer.acknowledged.empty()) return answer.has_pack;
      haves.assign(answer.acknowledged.begin(), answer.acknowledged.end());
    }
    std::sort(haves.begin(), haves.end());
    haves.erase(std::unique(haves.begin(), haves.end()), haves.end());
    ++budgets_.trees.requests;
    commits_ =
        transfer::CommitFetch(source_, {tips, std::move(haves), Ending::always}).read().commits;
    return true;
  }

  std::vector<Oid> all_tips() const {
    std::vector<Oid> tips;
    for (const plan::PlannedRef* ref : refs_) tips.push_back(plan::source_tip(*ref));
    std::sort(tips.begin(), tips.end());
    tips.erase(std::unique(tips.begin(), tips.end()), tips.end());
    return tips;
  }

  void fetch_departures() {
    std::vector<std::vector<Oid>> departures;
    for (const plan::PlannedRef* ref : refs_) {
      const auto behind = transfer::walk_from(plan::source_tip(*ref), commits_);
      departures.emplace_back(behind.boundary.begin(), behind.boundary.end());
    }
    static_cast<void>(fetch_between(departures, source_, pool_, budgets_.trees));
  }

  void find_departure(const plan::PlannedRef& ref, NewBranch& found) {
    const transfer::Walk behind = transfer::walk_from(plan::source_tip(ref), commits_);
    if (behind.count() == 0) {
      found.why_not = "the branch brings no commit that the target lacks";
      return;
    }
    if (behind.boundary.empty()) {
      found.why_not = "the branch has nothing in common with the target";
      return;
    }
    plan::PlannedRef moved = ref;
    std::vector<Oid>& boundary = moved.parting.edit().commits;
    boundary.assign(behind.boundary.begin(), behind.boundary.end());
    std::sort(boundary.begin(), boundary.end());
    const std::vector<Oid> bases =
        RefObjects(moved, source_, target_, pool_, budgets_).merge_bases();
    if (bases.size() != 1) {
      found.why_not = "the branch departs from the target's history in " +
                      shown_count(bases.size(), "place", "places") +
                      ", so there is none to compare it with";
      return;
    }
    moved.old_oid = bases.front();
    moved.relation = plan::Relation::fast_forward;
    moved.ahead = behind.count();
    found.departure = std::move(moved);
  }

  void read_tips(const std::string& why_not) {
    explain_all(why_not);
    if (!transfer::can_leave_out(source_)) return;
    if (!pool_.fetch({{&source_, {all_tips(), {}, Leave::blobs, 1}}}, budgets_.trees)) return;
    const store::ObjectStore& store = pool_.store();
    for (std::size_t i = 0; i < refs_.size(); ++i) {
      const auto commit = store.commit(plan::source_tip(*refs_[i]));
      if (!commit) continue;
      const store::TreeDiff all(store, Oid(), commit->tree, store::Renames::none);
      found_[i].warnings =
          find_warnings(store, {all.deltas(), Oid(), commit->tree, std::nullopt, LargeFiles()});
    }
  }

  const std::vector<const plan::PlannedRef*>& refs_;
  const std::vector<Oid>& shared_;
  const transfer::Learning::News* news_;
  transfer::Remote& source_;
  transfer::Remote& target_;
  ObjectPool& pool_;
  Budgets& budgets_;
  std::vector<NewBranch> found_;
  wire::CommitParents commits_;  // of the branches, beyond the target's tips
};

}  // namespace

std::vector<NewBranch> look_at_new(const std::vector<const plan::PlannedRef*>& refs,
                                   const std::vector<Oid>& shared,
                                   const transfer::Learning::News* news,
                                   const RefListing& target_listing, transfer::Remote& source,
                                   transfer::Remote& target, ObjectPool& pool, Budgets& budgets) {
  if (refs.empty()) return {};
  return NewBranches(refs, shared, news, source, target, pool, budgets).look(target_listing);
}

}  // namespace occ::analysis
