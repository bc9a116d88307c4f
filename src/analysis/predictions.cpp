#include "analysis/predictions.hpp"

#include "analysis/merger.hpp"
#include "base/failure.hpp"
#include "base/untrusted.hpp"
#include "transfer/ancestry_probe.hpp"

#include <algorithm>
#include <map>
#include <span>
#include <utility>
#include <vector>

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

// A branch of the target that is watched, and one that the plan moves.
struct Trial {
  std::string moved;      // full name on the target
  std::string branch;     // short name of the watched one
  plan::PlannedRef pair;  // the source's tip against the watched branch
  Prediction prediction;
};

std::vector<Trial> trials_of(const plan::Plan& plan, const RefListing& listing,
                             const inputs::RefRules& watched) {
  std::vector<Trial> trials;
  for (const plan::PlannedRef& moved : plan.refs) {
    if (!is_worth_it(moved)) continue;
    for (const Ref& ref : listing.refs) {
      if (!is_branch(ref.name) || ref.name == moved.target_ref) continue;
      const std::string branch(short_name(ref.name));
      if (!watched.selects_on_target(branch)) continue;
      Trial trial;
      trial.moved = moved.target_ref;
      trial.branch = trial.prediction.branch = branch;
      trial.pair.target_ref = ref.name;
      trial.pair.old_oid = ref.oid;
      trial.pair.new_oid = plan::source_tip(moved);
      trials.push_back(std::move(trial));
    }
  }
  return trials;
}

class Predictor {
 public:
  Predictor(const RefListing& listing, transfer::AncestryBatch& across, transfer::Remote& source,
            transfer::Remote& target, ObjectPool& pool)
      : across_(across),
        source_(source),
        target_(target),
        pool_(pool),
        probe_(source, target, listing) {}

  void run(std::span<Trial> trials) {
    ask_together(trials);
    std::vector<Trial*> parted;
    for (Trial& trial : trials) {
      if (has_parted(trial)) parted.push_back(&trial);
    }
    try_merges(parted);
  }

 private:
  void ask_together(std::span<const Trial> trials) {
    std::vector<transfer::TipPair> pairs;
    for (const Trial& trial : trials) {
      if (trial.pair.new_oid != trial.pair.old_oid) {
        pairs.emplace_back(trial.pair.new_oid, trial.pair.old_oid);
      }
    }
    std::sort(pairs.begin(), pairs.end());
    pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
    try {
      known_ = across_.ask(std::move(pairs));
      pool_.take_in(across_.take_packs());
    } catch (const Failure& failure) {
      if (failure.code() == FailureCode::cancelled) throw;
      // Perhaps it is one of them alone that cannot be told.
      source_.trace().debug("asking about all predictions together failed: " +
                            std::string(failure.what()));
    }
  }

  plan::Ancestry ancestry_of(const plan::PlannedRef& pair) {
    const auto known = known_.find({pair.new_oid, pair.old_oid});
    return known != known_.end() ? known->second : probe_.ask(pair.new_oid, pair.old_oid);
  }

  // Whether a merge has to be tried; what else is to be said stands in the prediction.
  bool has_parted(Trial& trial) {
    try {
      if (trial.pair.new_oid == trial.pair.old_oid) {
        trial.prediction.merges_cleanly = true;
        return false;
      }
      const plan::Ancestry ancestry = ancestry_of(trial.pair);
      trial.pair.relation = ancestry.relation;
      trial.pair.ahead = ancestry.ahead;
      trial.pair.behind = ancestry.behind;
      trial.pair.parting.edit().commits = ancestry.parting;
      if (!ancestry.hidden.empty()) {
        trial.prediction.not_tried_because = printable(ancestry.hidden);
      } else if (ancestry.relation == plan::Relation::unrelated) {
        trial.prediction.not_tried_because = "the histories have nothing in common";
      } else {
        trial.prediction.merges_cleanly = true;
      }
    } catch (const Failure& failure) {
      if (failure.code() == FailureCode::cancelled) throw;
      trial.prediction.not_tried_because = printable(failure.what());
    }
    return trial.pair.relation == plan::Relation::diverged;
  }

  void try_merges(const std::vector<Trial*>& parted) {
    MergeOptions how;
    how.author = "prediction <>";  // the commit is thrown away
    how.most_bytes = kMostBytes;
    std::vector<const plan::PlannedRef*> pairs;
    pairs.reserve(parted.size());
    for (const Trial* trial : parted) pairs.push_back(&trial->pair);
    try {
      std::vector<MergeResult> results = merge_all(pairs, source_, target_, pool_, how);
      for (std::size_t i = 0; i < parted.size(); ++i) {
        Prediction& prediction = parted[i]->prediction;
        prediction.merges_cleanly = !results[i].trial.commit.is_null();
        prediction.conflicting_paths = std::move(results[i].trial.conflicts);
        prediction.not_tried_because = std::move(results[i].trial.why_not);
      }
    } catch (const Failure& failure) {
      if (failure.code() == FailureCode::cancelled) throw;
      for (Trial* trial : parted) {
        trial->prediction = {trial->branch, false, {}, printable(failure.what())};
      }
    }
  }

  transfer::AncestryBatch& across_;
  transfer::Remote& source_;
  transfer::Remote& target_;
  ObjectPool& pool_;
  transfer::AncestryProbe probe_;
  std::map<transfer::TipPair, plan::Ancestry> known_;
};

}  // namespace

void predict(const plan::Plan& plan, const RefListing& target_listing,
             const inputs::RefRules& watched, transfer::AncestryBatch& across,
             transfer::Remote& source, transfer::Remote& target, ObjectPool& pool,
             Findings& findings) {
  std::vector<Trial> trials = trials_of(plan, target_listing, watched);
  const std::size_t tried = std::min(trials.size(), kMostPredictions);
  Predictor(target_listing, across, source, target, pool).run({trials.data(), tried});
  for (std::size_t i = 0; i < trials.size(); ++i) {
    if (i >= tried) trials[i].prediction.not_tried_because = "too many branches to try";
    findings_of(findings, trials[i].moved).predictions.push_back(std::move(trials[i].prediction));
  }
}

}  // namespace occ::analysis
