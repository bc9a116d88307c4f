#include "analysis/analysis.hpp"

#include "analysis/ref_analysis.hpp"
#include "base/failure.hpp"
#include "base/untrusted.hpp"

#include <chrono>

namespace occ::analysis {
namespace {

bool is_worth_it(const plan::PlannedRef& ref) {
  const bool parted = ref.relation == plan::Relation::diverged ||
                      ref.relation == plan::Relation::unrelated ||
                      ref.relation == plan::Relation::target_ahead;
  return is_branch(ref.target_ref) && !ref.new_oid.is_null() &&
         (plan::is_command(ref.action) || parted);
}

}  // namespace

Findings analyse(const plan::Plan& plan, transfer::Remote& source, transfer::Remote& target,
                 const AnalysisOptions& options) {
  const auto start = std::chrono::steady_clock::now();
  Findings findings;
  Budgets budgets{{options.most_tree_bytes, 0, 0}, {{options.most_file_bytes, 0, 0}, kLargeFile}};
  std::size_t analysed = 0;
  for (const plan::PlannedRef& ref : plan.refs) {
    if (!is_worth_it(ref)) continue;
    RefFindings one;
    one.target_ref = ref.target_ref;
    if (analysed == options.most_refs) {
      one.not_analysed_because = "only the first " + std::to_string(options.most_refs) +
                                 " changed branches are looked into";
    } else {
      ++analysed;
      try {
        one = analyse_ref(ref, source, target, options, budgets);
      } catch (const Failure& failure) {
        if (failure.code() == FailureCode::cancelled) throw;
        one.not_analysed_because = printable(failure.what());
      }
    }
    findings.refs.push_back(std::move(one));
  }
  findings.bytes_fetched = budgets.trees.bytes_used + budgets.files.bytes_used;
  findings.requests = budgets.trees.requests + budgets.files.requests;
  findings.duration_ms =
      static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(
                                     std::chrono::steady_clock::now() - start)
                                     .count());
  return findings;
}

}  // namespace occ::analysis
