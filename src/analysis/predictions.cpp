#include "analysis/predictions.hpp"

#include "analysis/merger.hpp"
#include "base/failure.hpp"
#include "base/untrusted.hpp"
#include "transfer/ancestry_probe.hpp"

#include <algorithm>

namespace occ::analysis {
namespace {

constexpr std::uint64_t kMostBytes = 64ULL << 20U;  // fetched for one merge

bool is_worth_it(const plan::PlannedRef& ref) {
  return is_branch(ref.target_ref) && plan::is_command(ref.action) &&
         ref.action != plan::Action::remove;
}

RefFindings& findings_of(Findings& findings, const std::string& target_ref) {
  const auto at =
      std::find_if(findings.refs.begin(), findings.refs.end(),
                   [&](const RefFindings& each) { return each.target_ref == target_ref; });
  if (at != findings.refs.end()) return *at;
  findings.refs.push_back({});
  findings.refs.back().target_ref = target_ref;
  return findings.refs.back();
}

Prediction try_one(plan::PlannedRef ref, const std::string& branch, transfer::AncestryProbe& probe,
                   transfer::Remote& source, transfer::Remote& target, const MergeOptions& how) {
  Prediction prediction;
  prediction.branch = branch;
  const plan::Ancestry ancestry = probe.ask(ref.new_oid, ref.old_oid);
  if (ancestry.relation == plan::Relation::unrelated) {
    prediction.not_tried_because = "the histories have nothing in common";
    return prediction;
  }
  prediction.merges_cleanly = true;
  if (ancestry.relation != plan::Relation::diverged) return prediction;
  ref.relation = ancestry.relation;
  ref.parting.edit().commits = ancestry.parting;
  plan::MergeTrial trial = merge(ref, source, target, how).trial;
  prediction.merges_cleanly = !trial.commit.is_null();
  prediction.conflicting_paths = std::move(trial.conflicts);
  prediction.not_tried_because = std::move(trial.why_not);
  return prediction;
}

}  // namespace

void predict(const plan::Plan& plan, const RefListing& target_listing,
             const inputs::RefRules& watched, transfer::Remote& source, transfer::Remote& target,
             const StorePlace& place, Findings& findings) {
  transfer::AncestryProbe probe(source, target, target_listing);
  MergeOptions how;
  how.author = "prediction <>";  // the commit is thrown away
  how.place = place;
  how.most_bytes = kMostBytes;
  std::size_t tried = 0;
  for (const plan::PlannedRef& moved : plan.refs) {
    if (!is_worth_it(moved)) continue;
    for (const Ref& ref : target_listing.refs) {
      if (!is_branch(ref.name) || ref.name == moved.target_ref) continue;
      const std::string branch(short_name(ref.name));
      if (!watched.selects_on_target(branch)) continue;
      RefFindings& found = findings_of(findings, moved.target_ref);
      if (tried++ >= kMostPredictions) {
        found.predictions.push_back({branch, false, {}, "too many branches to try"});
        continue;
      }
      plan::PlannedRef pair;
      pair.target_ref = ref.name;
      pair.old_oid = ref.oid;
      pair.new_oid = plan::source_tip(moved);
      try {
        found.predictions.push_back(try_one(pair, branch, probe, source, target, how));
      } catch (const Failure& failure) {
        if (failure.code() == FailureCode::cancelled) throw;
        found.predictions.push_back({branch, false, {}, printable(failure.what())});
      }
    }
  }
}

}  // namespace occ::analysis
