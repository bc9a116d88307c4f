#include "analysis/analysis.hpp"

#include "analysis/new_branch.hpp"
#include "analysis/ref_analysis.hpp"
#include "analysis/together.hpp"
#include "base/failure.hpp"
#include "base/untrusted.hpp"
#include "transfer/ancestry_probe.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

namespace occ::analysis {
namespace {

bool is_worth_it(const plan::PlannedRef& ref) {
  const bool parted = ref.relation == plan::Relation::diverged ||
                      ref.relation == plan::Relation::unrelated ||
                      ref.relation == plan::Relation::target_ahead;
  return is_branch(ref.target_ref) && !ref.new_oid.is_null() &&
         (plan::is_command(ref.action) || parted);
}

bool is_sha1(const plan::PlannedRef& ref) {
  return ref.new_oid.hex().size() == 2 * raw_size(ObjectFormat::sha1);
}

std::string only_first(std::size_t most, const char* what) {
  return "only the first " + std::to_string(most) + ' ' + what + " are looked into";
}

class Analysis {
 public:
  Analysis(const RefListing& target_listing, transfer::Remote& source, transfer::Remote& target,
           const AnalysisOptions& options)
      : listing_(target_listing),
        source_(source),
        target_(target),
        options_(options),
        budgets_{{options.most_tree_bytes, 0, 0}, {{options.most_file_bytes, 0, 0}, kLargeFile}},
        pool_(options.place) {}

  // What most of them need, before they are looked at one by one.
  void prepare(const std::vector<const plan::PlannedRef*>& refs) {
    std::vector<const plan::PlannedRef*> moved;
    for (const plan::PlannedRef* ref : refs) {
      if (!ref->old_oid.is_null() && is_sha1(*ref)) moved.push_back(ref);
    }
    moved.resize(std::min(moved.size(), options_.most_refs));
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

  RefFindings new_branch(const plan::PlannedRef& ref) {
    if (options_.most_new_refs == 0) return not_analysed(ref, "the branch is new on the target");
    if (new_++ >= options_.most_new_refs) {
      return not_analysed(ref, only_first(options_.most_new_refs, "new branches"));
    }
    if (is_target_empty()) return first_of_its_kind(ref, "the target was empty");
    if (!known_) {
      ++budgets_.trees.requests;
      known_ =
          transfer::AncestryProbe(source_, target_, listing_).tips_at_source(plan::source_tip(ref));
    }
    if (known_->empty()) {
      return first_of_its_kind(ref, "the source has nothing of what the target's refs name");
    }
    const Departure departure =
        find_departure(ref, *known_, source_, target_, options_.place, budgets_);
    if (!departure.ref) return not_analysed(ref, departure.why_not);
    return analyse_ref(*departure.ref, source_, target_, options_, pool_, budgets_);
  }

  RefFindings first_of_its_kind(const plan::PlannedRef& ref, std::string why) {
    RefFindings findings = not_analysed(ref, std::move(why));
    findings.warnings = warnings_of_tip(ref, source_, options_.place, budgets_);
    return findings;
  }

  [[nodiscard]] bool is_target_empty() const {
    return std::all_of(listing_.refs.begin(), listing_.refs.end(),
                       [](const Ref& ref) { return ref.name.starts_with("refs/sync/"); });
  }

  const RefListing& listing_;
  transfer::Remote& source_;
  transfer::Remote& target_;
  const AnalysisOptions& options_;
  Budgets budgets_;
  ObjectPool pool_;
  std::size_t moved_ = 0;
  std::size_t new_ = 0;
  std::optional<std::vector<Oid>> known_;  // tips of the target that the source has, once asked
};

}  // namespace

Findings analyse(const plan::Plan& plan, const RefListing& target_listing, transfer::Remote& source,
                 transfer::Remote& target, const AnalysisOptions& options) {
  const auto start = std::chrono::steady_clock::now();
  Findings findings;
  Analysis analysis(target_listing, source, target, options);
  std::vector<const plan::PlannedRef*> refs;
  for (const plan::PlannedRef& ref : plan.refs) {
    if (is_worth_it(ref)) refs.push_back(&ref);
  }
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
