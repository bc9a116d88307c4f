#include "transfer/learning.hpp"

#include "transfer/ancestry_probe.hpp"

#include <algorithm>
#include <utility>

namespace occ::transfer {

std::unique_ptr<RelayedPack> Learning::from_pack(const plan::Plan& plan,
                                                 const wire::FetchRequest& request) {
  if (request.wants.empty()) return nullptr;
  auto pack = std::make_unique<RelayedPack>(source_, request, RelayedPack::Scan::commits, sizes_);
  const wire::FetchPreamble& preamble = pack->preamble();
  const OidSet known(preamble.acknowledged.begin(), preamble.acknowledged.end());
  for (const plan::PlannedRef& ref : plan.refs) {
    if (plan::needs_ancestry(ref) && !known.contains(ref.old_oid)) return nullptr;
  }
  if (!preamble.pack_follows) return nullptr;
  if (pack->fill_prefix()) take_from(*pack, plan);
  return pack;
}

// Exact facts only: the walk from a new tip ended at its own old tip and nowhere else, or that
// was the only have and no delta stayed unread that could be a commit.
void Learning::take_from(RelayedPack& pack, const plan::Plan& plan) {
  const wire::PackScanner& scanner = *pack.scanner();
  const wire::FetchRequest& request = pack.request();
  // A server without use for its bitmaps makes a delta on a commit that it does not send of none.
  const bool nothing_unread = scanner.unread() == 0 ||
                              request.filter == wire::Filter::keep_all_trees ||
                              (request.cut_hint && pack.preamble().speaks_of_shallow);
  for (const plan::PlannedRef& ref : plan.refs) {
    if (!plan::needs_ancestry(ref)) continue;
    const Walk walk = walk_from(ref.new_oid, scanner.commits());
    // The hint can bring older commits than were lacking, and those go back to the first.
    if (request.cut_hint && walk.has_root) continue;
    const bool alone = request.haves.size() == 1 && nothing_unread;
    if (walk.boundary.contains(ref.old_oid) && (alone || walk.boundary.size() == 1)) {
      facts_[{ref.new_oid, ref.old_oid}] = {plan::Relation::fast_forward, walk.count(), 0};
    }
  }
}

void Learning::by_probes(const plan::Plan& plan, const RefListing& target) {
  AncestryProbe probe(source_, target_, target);
  for (const plan::PlannedRef& ref : plan.refs) {
    if (!plan::needs_ancestry(ref)) continue;
    const auto pair = std::pair{ref.new_oid, ref.old_oid};
    if (!facts_.contains(pair)) facts_[pair] = probe.ask(ref.new_oid, ref.old_oid);
  }
  for (const auto& pair : plan.questions.held_by) {
    facts_[pair] = AncestryProbe(target_, target_, target).ask(pair.first, pair.second);
  }
  shared_.insert(probe.shared().begin(), probe.shared().end());
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
  ref.ahead = ancestry.ahead;
  ref.behind = ancestry.behind;
}

bool proves_fast_forwards(const plan::Plan& plan, const RelayedPack& pack) {
  return std::all_of(plan.refs.begin(), plan.refs.end(), [&](const plan::PlannedRef& ref) {
    return !plan::needs_ancestry(ref) ||
           walk_from(ref.new_oid, pack.scanner()->commits()).boundary.contains(ref.old_oid);
  });
}

}  // namespace occ::transfer
