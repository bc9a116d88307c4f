#include "analysis/analysis.hpp"

#include "analysis/new_branch.hpp"
#include "analysis/ref_analysis.hpp"
#include "analysis/together.hpp"
#include "base/failure.hpp"
#include "base/untrusted.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <string>
#include <utility>

namespace occ::analysis {
namespace {

constexpr std::size_t kMostShared = 256;  // offered to the source

bool is_worth_it(const plan::PlannedRef& ref) {
  const bool parted = ref.relation == plan::Relation::diverged ||
                      ref.relation == plan::Relation::unrelated ||
                      ref.relation == plan::Relation::target_ahead;
  return is_branch(ref.target_ref) && !plan::source_tip(ref).is_null() &&
         (plan::is_command(ref.action) || parted);
}

bool is_sha1(const plan::PlannedRef& ref) {
  return plan::source_tip(ref).hex().size() == 2 * raw_size(ObjectFormat::sha1);
}

std::string only_first(std::size_t most, const char* what) {
  return "only the first " + std::to_string(most) + ' ' + what + " are looked into";
}

class Analysis {
 public:
  Analysis(const plan::Plan& plan, const RefListing& target_listing, transfer::Remote& source,
           transfer::Remote& target, ObjectPool& pool, const AnalysisOptions& options)
      : listing_(target_listing),
        source_(source),
        target_(target),
        options_(options),
        budgets_{{options.most_tree_bytes, 0, 0}, {{options.most_file_bytes, 0, 0}, kLargeFile}},
        pool_(pool) {
    for (const plan::PlannedRef& ref : plan.refs) {
      const bool both =
          ref.relation == plan::Relation::equal || ref.relation == plan::Relation::fast_forward;
      if (both && is_branch(ref.target_ref) && shared_.size() < kMostShared) {
        shared_.push_back(ref.old_oid);
      }
    }
  }

  // What most of them need, before they are looked at one by one.
  void prepare(const std::vector<const plan::PlannedRef*>& refs) {
    std::vector<const plan::PlannedRef*> moved;
    std::vector<const plan::PlannedRef*> added;
    for (const plan::PlannedRef* ref : refs) {
      if (is_sha1(*ref)) (ref->old_oid.is_null() ? added : moved).push_back(ref);
    }
    const auto first = static_cast<std::ptrdiff_t>(std::min(moved.size(), options_.most_refs));
    moved.erase(std::remove_if(moved.begin() + first, moved.end(),
                               [](const auto* ref) { return !plan::needs_merge(*ref); }),
                moved.end());
    added.resize(std::min(added.size(), options_.most_new_refs));
    look_at_all_new(added);
    for (const auto& [name, each] : new_) {
      if (each.departure) moved.push_back(&*each.departure);
    }
    fetch_together(moved, source_, target_, pool_, budgets_);
  }

  RefFindings look_at(const plan::PlannedRef& ref) {
    if (!is_sha1(ref)) {
      return not_analysed(ref, "repositories with SHA-256 ids are not analysed yet");
    }
    try {
      return ref.old_oid.is_null() ? new_branch(ref) : moved_branch(ref);
    } catch (const Failure& failure) {
      if (failure.code() == FailureCode::cancelled) throw;
      return not_analysed(ref, printable(failure.what()));
    }
  }

  [[nodiscard]] const Budgets& budgets() const { return budgets_; }

 private:
  static RefFindings not_analysed(const plan::PlannedRef& ref, std::string why) {
    RefFindings findings;
    findings.target_ref = ref.target_ref;
    findings.not_analysed_because = std::move(why);
    return findings;
  }

  RefFindings moved_branch(const plan::PlannedRef& ref) {
    if (moved_++ >= options_.most_refs) {
      return not_analysed(ref, only_first(options_.most_refs, "changed branches"));
    }
    return analyse_ref(ref, source_, target_, options_, pool_, budgets_);
  }

  void look_at_all_new(const std::vector<const plan::PlannedRef*>& refs) {
    std::vector<NewBranch> all(refs.size());
    try {
      all = look_at_new(refs, shared_, options_.news, listing_, source_, target_, pool_, budgets_);
    } catch (const Failure& failure) {
      if (failure.code() == FailureCode::cancelled) throw;
      for (NewBranch& each : all) each.why_not = printable(failure.what());
    }
    for (std::size_t i = 0; i < refs.size(); ++i) {
      new_.emplace(refs[i]->target_ref, std::move(all[i]));
    }
  }

  RefFindings new_branch(const plan::PlannedRef& ref) {
    if (options_.most_new_refs == 0) return not_analysed(ref, "the branch is new on the target");
    const auto at = new_.find(ref.target_ref);
    if (at == new_.end())
      return not_analysed(ref, only_first(options_.most_new_refs, "new branches"));
    const NewBranch& branch = at->second;
    if (branch.departure) {
      return analyse_ref(*branch.departure, source_, target_, options_, pool_, budgets_);
    }
    RefFindings findings = not_analysed(ref, branch.why_not);
    findings.warnings = branch.warnings;
    return findings;
  }

  const RefListing& listing_;
  std::vector<Oid> shared_;  // tips of branches that both sides have
  transfer::Remote& source_;
  transfer::Remote& target_;
  const AnalysisOptions& options_;
  Budgets budgets_;
  ObjectPool& pool_;
  std::size_t moved_ = 0;
  std::map<std::string, NewBranch> new_;  // by the name on the target
};

std::vector<const plan::PlannedRef*> refs_worth_it(const plan::Plan& plan) {
  std::vector<const plan::PlannedRef*> refs;
  for (const plan::PlannedRef& ref : plan.refs) {
    if (is_worth_it(ref)) refs.push_back(&ref);
  }
  return refs;
}

}  // namespace

void prepare(const plan::Plan& plan, const RefListing& target_listing, transfer::Remote& source,
             transfer::Remote& target, ObjectPool& pool, const AnalysisOptions& options) {
  Analysis(plan, target_listing, source, target, pool, options).prepare(refs_worth_it(plan));
}

Findings analyse(const plan::Plan& plan, const RefListing& target_listing, transfer::Remote& source,
                 transfer::Remote& target, ObjectPool& pool, const AnalysisOptions& options) {
  const auto start = std::chrono::steady_clock::now();
  Findings findings;
  Analysis analysis(plan, target_listing, source, target, pool, options);
  const std::vector<const plan::PlannedRef*> refs = refs_worth_it(plan);
  if (refs.empty()) return findings;
  analysis.prepare(refs);
  for (const plan::PlannedRef* ref : refs) findings.refs.push_back(analysis.look_at(*ref));
  const Budgets& budgets = analysis.budgets();
  findings.bytes_fetched = budgets.trees.bytes_used + budgets.files.bytes_used;
  findings.requests = budgets.trees.requests + budgets.files.requests;
  findings.duration_ms =
      static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(
                                     std::chrono::steady_clock::now() - start)
                                     .count());
  return findings;
}

}  // namespace occ::analysis
