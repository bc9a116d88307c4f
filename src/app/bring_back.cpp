#include "app/bring_back.hpp"

#include "app/look_into.hpp"
#include "plan/plan.hpp"
#include "plan/pull_branch.hpp"
#include "transfer/remote.hpp"

#include <optional>
#include <utility>

namespace occ::app {
namespace {

// The same wishes with the sides changed: nothing there is overwritten, moved or deleted, and what
// parted was dealt with on the way there.
inputs::Settings turned_round(const inputs::Settings& settings, const std::string& source_head) {
  inputs::Settings back = settings;
  std::swap(back.source, back.target);
  // Never the other side's default branch, for want of a name.
  if (!back.branches) {
    back.branches = is_branch(source_head)
                        ? inputs::RefRules::only(std::string(short_name(source_head)))
                        : inputs::RefRules::none();
  }
  back.on_divergence = inputs::OnDivergence::skip;
  back.on_conflict = inputs::OnConflict::fail;
  back.direction = inputs::Direction::to_target;
  back.force_sync = false;
  back.move_tags = false;
  back.sync_built_commit = false;
  back.at_most_built_commit = false;
  back.history.backup = false;
  return back;
}

// Branches of ours for pull requests stay on the target.
RefListing without_pull_branches(RefListing listing, const std::string& source) {
  const std::string folder = plan::pull_branch_name(source, "");
  std::erase_if(listing.refs, [&](const Ref& ref) { return ref.name.starts_with(folder); });
  return listing;
}

// The plan of the way back: none if the target has nothing to give, as an empty one in a dry run.
plan::Plan plan_back(const inputs::Settings& back, const RefListing& from, const RefListing& to,
                     const plan::Facts& facts, const std::optional<std::string>& head) {
  try {
    return plan::make_plan(back, from, to, facts, head);
  } catch (const Failure& failure) {
    if (failure.code() != FailureCode::source_empty &&
        failure.code() != FailureCode::source_branch_missing) {
      throw;
    }
    return {};
  }
}

bool is_worth_telling(const transfer::RefOutcome& ref) {
  return has_landed(ref.result) || would_land(ref.result) ||
         (ref.error && ref.error != FailureCode::source_branch_missing);
}

}  // namespace

void bring_back(const inputs::Settings& settings, const std::string& source_head,
                const BothSides& sides, transfer::SyncOptions options, runner::Console& console,
                report::Report& report) {
  transfer::Outcome& outcome = report.outcome;
  const inputs::Settings back = turned_round(settings, source_head);
  transfer::Remote giver("target", sides.target, console, settings.network.timeout);
  transfer::Remote taker("source", sides.source, console, settings.network.timeout);
  const transfer::Planner planner = [&](const RefListing& from, const RefListing& to,
                                        const plan::Facts& facts,
                                        const std::optional<std::string>& head) {
    return plan_back(back, without_pull_branches(from, settings.source.name), to, facts, head);
  };
  options.prefixes = plan::listing_prefixes(back);
  analysis::ObjectPool pool({settings.runner.temp_folder});
  transfer::Outcome second = transfer::run_sync(
      giver, taker, sides.loop, planner,
      [](const auto& refs) { return std::vector<plan::MergeTrial>(refs.size()); }, {}, options,
      [&](const plan::Plan& plan, const RefListing& listing) {
        look_back(plan, listing, {taker, giver, sides.loop, pool}, settings, report.findings);
      });
  for (transfer::RefOutcome& ref : second.refs) {
    if (!is_worth_telling(ref)) continue;
    ref.on_source = true;
    if (ref.planned.action == plan::Action::create) ref.reason = "the source lacks it";
    outcome.refs.push_back(std::move(ref));
  }
  outcome.failure = second.failure;
  if (second.failure) {
    outcome.notes.emplace_back(
        "The target is as its rows say; the source could not be brought up to it, and the next run "
        "will try again.");
  }
  outcome.source_traffic = sides.source.traffic();
  outcome.target_traffic = sides.target.traffic();
  outcome.pack_bytes += second.pack_bytes;
  outcome.pack_objects += second.pack_objects;
}

}  // namespace occ::app
