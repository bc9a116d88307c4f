#include "transfer/learning.hpp"

#include "plan/backups.hpp"
#include "transfer/ancestry_probe.hpp"

#include <algorithm>
#include <cstddef>
#include <set>
#include <utility>

namespace occ::transfer {
namespace {

// Of so many branches one has probably gone its own way, and then the target is asked about it.
constexpr std::ptrdiff_t kManyMoved = 8;

std::vector<Oid> sorted(const OidSet& set) {
  std::vector<Oid> all(set.begin(), set.end());
  std::sort(all.begin(), all.end());
  return all;
}

OidSet new_tips(const plan::Plan& plan) {
  OidSet tips;
  for (const plan::PlannedRef& ref : plan.refs) {
    const bool is_new = ref.action == plan::Action::create && is_branch(ref.target_ref);
    if (is_new) tips.insert(ref.new_oid);
  }
  return tips;
}

}  // namespace

std::unique_ptr<RelayedPack> Learning::from_pack(const plan::Plan& plan,
                                                 const wire::FetchRequest& request) {
  news_.reset();
  seed_.reset();
  if (request.wants.empty()) return nullptr;
  auto pack = std::make_unique<RelayedPack>(source_, request, RelayedPack::Scan::commits, sizes_);
  const auto moved = std::count_if(plan.refs.begin(), plan.refs.end(), plan::needs_ancestry);
  if (moved >= kManyMoved) target_.ask_early(net::Service::upload_pack);
  auto result = read_probe(plan, std::move(pack));
  target_.read_early_advertisement();
  return result;
}

std::unique_ptr<RelayedPack> Learning::read_probe(const plan::Plan& plan,
                                                  std::unique_ptr<RelayedPack> pack) {
  const wire::FetchPreamble& preamble = pack->preamble();
  const OidSet known(preamble.acknowledged.begin(), preamble.acknowledged.end());
  if (source_.advertisement(net::Service::upload_pack).version == 2) {
    for (const Oid& have : pack->request().haves) {
      if (!known.contains(have)) unknown_.insert(have);
    }
  }
  known_.insert(known.begin(), known.end());
  if (!preamble.pack_follows) return nullptr;
  const bool knows_all =
      std::all_of(plan.refs.begin(), plan.refs.end(), [&](const plan::PlannedRef& ref) {
        return !plan::needs_ancestry(ref) || known.contains(ref.old_oid);
      });
  const bool whole = pack->fill_prefix();
  if (whole) keep_seed(*pack, plan);
  if (!knows_all) return nullptr;
  if (whole) take_from(*pack, plan);
  return pack;
}

// A server without use for its bitmaps makes a delta on a commit that it does not send of none.
bool Learning::has_all_commits(RelayedPack& pack) {
  const wire::FetchRequest& request = pack.request();
  return pack.scanner()->unread() == 0 || request.filter == wire::Filter::keep_all_trees ||
         (request.cut_hint && pack.preamble().speaks_of_shallow);
}

void Learning::keep_seed(RelayedPack& pack, const plan::Plan& plan) {
  const wire::CommitParents& commits = pack.scanner()->commits();
  // A hint can bring older commits than were lacking, and those go back to the first.
  const bool may_have_more =
      pack.request().cut_hint && std::any_of(commits.begin(), commits.end(),
                                             [](const auto& each) { return each.second.empty(); });
  if (may_have_more || !has_all_commits(pack) || !pack.cut_of_source().empty()) return;
  seed_ = {commits, pack.request()};
  keep_news(plan, commits);
}

void Learning::keep_news(const plan::Plan& plan, const wire::CommitParents& commits) {
  if (!wants_news_ || known_.empty()) return;
  news_ = {commits, new_tips(plan), known_};
}

AncestryBatch& Learning::across(const RefListing& target) {
  if (!across_) across_.emplace(source_, target_, target);
  across_->note_known(known_);
  across_->note_unknown(unknown_);
  if (wants_news_) across_->keep_packs();
  return *across_;
}

std::vector<AncestryBatch::Pack> Learning::take_packs() {
  return across_ ? across_->take_packs() : std::vector<AncestryBatch::Pack>();
}

// Exact facts only: the walk from a new tip ended at its own old tip and nowhere else, or that
// was the only have and no delta stayed unread that could be a commit.
void Learning::take_from(RelayedPack& pack, const plan::Plan& plan) {
  const wire::PackScanner& scanner = *pack.scanner();
  const wire::FetchRequest& request = pack.request();
  const bool nothing_unread = has_all_commits(pack);
  const std::vector<Oid> cut = pack.cut_of_source();
  for (const plan::PlannedRef& ref : plan.refs) {
    if (!plan::needs_ancestry(ref)) continue;
    const Walk walk = walk_from(ref.new_oid, scanner.commits());
    if (request.cut_hint && walk.has_root) continue;  // as in keep_seed()
    if (walk.comes_to_any(cut)) continue;
    const bool alone = request.haves.size() == 1 && nothing_unread;
    const bool is_single = walk.boundary.size() == 1;
    if (walk.boundary.contains(ref.old_oid) && (alone || is_single)) {
      plan::Ancestry ancestry{plan::Relation::fast_forward, walk.count(), 0};
      if (!is_single) ancestry.parting = sorted(walk.boundary);
      facts_[{ref.new_oid, ref.old_oid}] = std::move(ancestry);
    }
  }
}

void Learning::by_probes(const plan::Plan& plan, const RefListing& target) {
  std::set<TipPair> pairs;
  for (const plan::PlannedRef& ref : plan.refs) {
    const auto pair = std::pair{ref.new_oid, ref.old_oid};
    if (plan::needs_ancestry(ref) && !facts_.contains(pair)) pairs.insert(pair);
  }
  AncestryBatch& across = this->across(target);
  if (wants_news_ && !news_) {
    const OidSet tips = new_tips(plan);
    across.note_new({tips.begin(), tips.end()});
  }
  if (seed_) across.seed(seed_->commits, seed_->request.wants, seed_->request.haves);
  seed_.reset();
  facts_.merge(across.ask({pairs.begin(), pairs.end()}));
  shared_.insert(across.shared().begin(), across.shared().end());
  if (!news_ && across.news() != nullptr) keep_news(plan, *across.news());
  facts_.merge(AncestryBatch(target_, target_, target).ask(plan.questions.held_by));
}

void Learning::note_merge(const plan::PlannedRef& ref, plan::MergeTrial trial) {
  facts_[{plan::source_tip(ref), ref.old_oid}].merge = std::move(trial);
}

void Learning::complete(plan::PlannedRef& ref, const RefListing& target) {
  const auto pair = std::pair{ref.new_oid, ref.old_oid};
  if (!facts_.contains(pair)) {
    facts_[pair] = AncestryProbe(source_, target_, target).ask(ref.new_oid, ref.old_oid);
  }
  const plan::Ancestry& ancestry = facts_.at(pair);
  ref.relation = ancestry.relation;
  ref.ahead = ancestry.known_ahead();
  ref.behind = ancestry.behind;
}

// The source leaves out what it knows the target to have: so each tip of the target must have been
// offered, and be one of the source's own, or an ancestor of one.
void Learning::count_new(RelayedPack& pack, const plan::Plan& plan, const RefListing& source,
                         const RefListing& target) {
  const wire::FetchRequest& request = pack.request();
  if (!pack.reads_commits() || !has_all_commits(pack) || !pack.preamble().shallow.empty()) {
    return;
  }
  OidSet known;
  for (const Ref& ref : source.refs) known.insert(ref.commit());
  for (const plan::PlannedRef& ref : plan.refs) {
    if (ref.relation == plan::Relation::fast_forward) known.insert(ref.old_oid);
  }
  const OidSet offered(request.haves.begin(), request.haves.end());
  OidSet theirs;
  for (const Ref& ref : target.refs) {
    if (ref.name == plan::kLedgerRef) continue;  // its history is none of the source's
    if (!offered.contains(ref.commit()) || !known.contains(ref.commit())) return;
    theirs.insert(ref.commit());
  }
  if (!target.other_tips.empty()) return;
  for (const plan::PlannedRef& ref : plan.refs) {
    if (ref.action != plan::Action::create || !is_branch(ref.target_ref)) continue;
    const Walk walk = walk_from(ref.new_oid, pack.scanner()->commits(), theirs);
    if (request.cut_hint && walk.has_root) continue;  // as in keep_seed()
    new_commits_[ref.new_oid] = walk.count();
  }
}

std::optional<std::uint64_t> Learning::new_commits(const Oid& tip) const {
  const auto at = new_commits_.find(tip);
  if (at == new_commits_.end()) return std::nullopt;
  return at->second;
}

bool proves_fast_forwards(const plan::Plan& plan, const RelayedPack& pack) {
  return std::all_of(plan.refs.begin(), plan.refs.end(), [&](const plan::PlannedRef& ref) {
    return !plan::needs_ancestry(ref) ||
           walk_from(ref.new_oid, pack.scanner()->commits()).boundary.contains(ref.old_oid);
  });
}

}  // namespace occ::transfer
