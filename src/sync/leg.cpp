#include "sync/leg.hpp"

#include "analysis/file_search.hpp"
#include "base/failure.hpp"
#include "base/shown_bytes.hpp"
#include "plan/pull_branch.hpp"
#include "plan/selection.hpp"
#include "sync/leg_plan.hpp"
#include "sync/look_into.hpp"
#include "sync/patience.hpp"
#include "sync/plan_lines.hpp"
#include "sync/recording.hpp"
#include "sync/source_side.hpp"
#include "transfer/delivery.hpp"
#include "transfer/refusal.hpp"
#include "transfer/relay.hpp"
#include "transfer/target_answers.hpp"
#include "transfer/withheld.hpp"

#include <algorithm>
#include <exception>
#include <optional>
#include <tuple>
#include <utility>

namespace occ::sync {
namespace {

using inputs::Settings;
using transfer::Delivery;
using transfer::RelayedPack;
using transfer::Step;

std::string note_on(const std::vector<wire::LargeObject>& large) {
  const auto largest = std::max_element(
      large.begin(), large.end(), [](const auto& a, const auto& b) { return a.size < b.size; });
  return "Large files were among what was pushed: " + std::to_string(large.size()) +
         ", the largest of " + shown_bytes(largest->size) +
         (largest->blob ? " (blob " + largest->blob->hex() + ")" : "") + '.';
}

transfer::SizeLimits sizes_of(const Settings& settings) {
  transfer::SizeLimits sizes;
  const bool on_github = !settings.pull_requests.api_url.empty();
  if (on_github) sizes.told = analysis::kLargeFile;
  if (on_github && settings.report.preflight) sizes.refused = analysis::kRefusedFile;
  return sizes;
}

const char* side_of_source(Way way) {
  return way == Way::back ? "target" : "source";
}

const char* side_of_target(Way way) {
  return way == Way::back ? "source" : "target";
}

using Difference = std::tuple<std::string, Oid, Oid>;  // of a ref: its name and two tips

class LegRun {
 public:
  explicit LegRun(const Leg& leg)
      : leg_(leg),
        settings_(leg.settings),
        target_(side_of_target(leg.way), leg.target, leg.console, settings_.network.timeout),
        history_(settings_, leg.identity, target_, leg.loop, leg.console.redactor()),
        delivery_(
            target_, leg.loop,
            settings_.history.ledger ? Delivery::Records::kept : Delivery::Records::unwanted) {
    if (leg.source == nullptr) return;
    remote_source_.emplace(side_of_source(leg.way), *leg.source, leg.console,
                           settings_.network.timeout);
    source_.emplace(*remote_source_, target_, leg.loop, settings_, sizes_of(settings_));
  }

  LegResult run() {
    LegResult result;
    transfer::Outcome& outcome = result.outcome;
    try {
      until_finished();
      record_late(delivery_, history_, plan_, target_listing_, leg_.loop);
    } catch (const Failure& failure) {
      outcome.failure = failure;
    } catch (const std::exception& mistake) {  // what had landed is told all the same
      outcome.failure = Failure(FailureCode::internal_error, mistake.what());
    }
    if (outcome.failure) {
      record_after(*outcome.failure, delivery_, history_, plan_, target_listing_, leg_.loop);
    }
    tell(result);
    return result;
  }

 private:
  void until_finished() {
    Patience patience(settings_.network.retries, leg_.loop, leg_.console);
    bool listed = false;
    while (true) {
      try {
        if (!listed) list();
        listed = true;
        if (!patience.allows_after(once())) return;
      } catch (const Failure& failure) {
        listed = false;
        if (patience.has_seen_enough_of(failure) && leave_out(failure)) {
          patience.begin_without(failure);
        } else if (!patience.allows_after(failure)) {
          patience.give_up(failure);
        }
      }
    }
  }

  // From the plan to the proof.
  Step once() {
    if (source_) transfer::take_out(source_->listing, source_->withheld);
    transfer::take_out(target_listing_, withheld_at_target_);
    delivery_.begin_attempt(target_listing_);
    make_plan();
    std::unique_ptr<RelayedPack> pack = learn();
    merge();
    announce();
    if (settings_.dry_run) foresee_atomic();
    if (settings_.dry_run || !plan_.has_commands()) {
      hang_up_idle();
      return Step::finished;
    }
    return source_ ? relay(std::move(pack)) : deliver(nullptr);
  }

  // What the push would come to.
  void foresee_atomic() {
    const std::string why = delivery_.why_not_atomic(plan_);
    if (why.empty()) return;
    for (plan::PlannedRef& ref : plan_.refs) {
      if (!plan::is_command(ref.action)) continue;
      ref.action = plan::Action::blocked;
      ref.problem = FailureCode::atomic_refused;
      ref.reason = why;
    }
  }

  void list() {
    if (source_) remote_source_->start_listing_of(plan::listing_prefixes(settings_));
    target_.start_listing(net::Service::receive_pack);
    if (source_) remote_source_->continue_listing();
    target_listing_ = target_.finish_listing();
    if (!source_) return;
    source_->listing = remote_source_->finish_listing();
    if (source_->listing.format != target_listing_.format) {
      throw Failure(FailureCode::object_format_mismatch,
                    "the source uses " + std::string(name_of(source_->listing.format)) +
                        " ids, the target " + std::string(name_of(target_listing_.format)));
    }
  }

  void make_plan() {
    plan_ = {};  // two large plans at once would be twice the memory
    plan_ = plan_now();
    if (answers_.ask(target_, plan_.questions)) plan_ = plan_now();
    delivery_.fit(plan_);
  }

  plan::Plan plan_now() {
    answers_.tell(target_listing_);
    if (!source_) return history_.plan_rollback(target_listing_);
    const Known known{source_->listing, target_listing_, source_->facts(), answers_.head()};
    if (leg_.way == Way::back) return plan_back(settings_, known);
    plan::Plan plan = plan_there(settings_, known, source_->built());
    idle_patterns_ = plan::idle_patterns(settings_, source_->listing, target_listing_);
    return plan;
  }

  std::unique_ptr<RelayedPack> learn() {
    std::unique_ptr<RelayedPack> pack;
    if (!source_ || !plan_.has_unknown()) return pack;
    if (!settings_.dry_run) {
      pack = source_->probe_by_pack(plan_, target_listing_);
      make_plan();
    }
    const bool all = settings_.report.full || settings_.report.predicted;
    if (!pack || pack->fill_prefix() || all) probe();
    return pack;
  }

  // What is learnt of a branch can bring in another one: that of its pull request.
  void probe() {
    while (plan_.has_unknown()) {
      source_->probe(plan_, target_listing_);
      make_plan();
    }
  }

  void merge() {
    if (!source_) return;
    const bool merges = std::any_of(plan_.refs.begin(), plan_.refs.end(), plan::needs_merge);
    if (merges && settings_.report.full && leg_.way != Way::back) {
      prepare_to_look(plan_, target_listing_, look_at(), settings_);
    }
    if (!source_->try_merges(plan_)) return;
    make_plan();
    probe();
  }

  // Prints the plan and looks into it; again if a ref stands otherwise than when that was done.
  void announce() {
    std::vector<Difference> differences;
    for (const plan::PlannedRef& ref : plan_.refs) {
      if (ref.action == plan::Action::none) continue;
      differences.emplace_back(ref.target_ref, ref.old_oid, plan::source_tip(ref));
    }
    std::sort(differences.begin(), differences.end());
    const bool known = announced_ && std::includes(announced_->begin(), announced_->end(),
                                                   differences.begin(), differences.end());
    if (known) return;
    announced_ = std::move(differences);
    if (leg_.way != Way::back) print_plan(leg_.console, plan_, settings_.dry_run);
    if (source_) look();
  }

  LookAt look_at() {
    return {*remote_source_,    target_, leg_.loop, source_->pool(), &source_->merges(),
            source_->learning()};
  }

  void look() {
    const LookAt at = look_at();
    if (leg_.way == Way::back) {
      findings_ = look_back(plan_, target_listing_, at, settings_);
    } else if (settings_.report.full || settings_.report.predicted ||
               plan::wants_pull_requests(plan_)) {
      look_again(plan_, target_listing_, at, settings_, leg_.host, leg_.console, findings_);
    }
  }

  Step relay(std::unique_ptr<RelayedPack> probe_pack) {
    const bool counts_new = counts_new_commits();
    PackOnItsWay pack =
        source_->send_off(plan_, target_listing_, std::move(probe_pack), counts_new);
    const Step step = deliver(&pack);
    if (!pack.let_through) {
      probe();
    } else if (pack.proves_updates) {
      source_->complete(delivery_, target_listing_);
    }
    if (counts_new) source_->tell_new_commits(delivery_);
    return step;
  }

  // Backups, shipment, push, proof. `pack`: null if nothing comes from elsewhere.
  Step deliver(PackOnItsWay* pack) {
    if (!delivery_.push_backups(plan_, target_listing_)) return Step::plan_again_at_once;
    const transfer::Shipment shipment = load(pack);
    const auto size = pack != nullptr ? pack->size : std::optional<std::uint64_t>(0);
    std::optional<transfer::RelayResult> result;
    try {
      result = pack != nullptr ? source_->relay(plan_, target_listing_, shipment, *pack)
                               : push_own(target_, shipment.request, shipment.objects);
    } catch (const Failure& failure) {
      if (const auto step = delivery_.learn(plan_, shipment, failure, size)) return *step;
      throw;
    }
    if (!result) return Step::plan_again_at_once;
    return delivery_.confirm(plan_, shipment, *result, target_listing_);
  }

  transfer::Shipment load(const PackOnItsWay* pack) {
    transfer::Shipment shipment = delivery_.load(plan_, target_listing_);
    for (const plan::PlannedRef& ref : plan_.refs) {
      if (ref.action == plan::Action::merge) {
        delivery_.add(shipment, source_->merges().objects_of(ref.new_oid));
      }
    }
    if (settings_.history.backup && delivery_.takes_expired()) {
      if (!expired_) expired_ = history_.expired(target_listing_);
      delivery_.add_expired(shipment, *expired_, target_listing_);
    }
    if (delivery_.record_goes_along(plan_)) {
      const auto size = pack != nullptr ? pack->size : std::optional<std::uint64_t>(0);
      const auto refs = delivery_.expected_outcomes(plan_);
      delivery_.add_record(shipment, history_.record(target_listing_, refs, size), refs,
                           target_listing_);
    }
    return shipment;
  }

  // Later pushes bring the rest only, so that what they bring is no answer.
  [[nodiscard]] bool counts_new_commits() {
    const auto is_new = [](const plan::PlannedRef& ref) {
      return ref.action == plan::Action::create && is_branch(ref.target_ref);
    };
    const auto has_landed_before = [](const auto& each) { return has_landed(each.second.result); };
    return std::any_of(plan_.refs.begin(), plan_.refs.end(), is_new) &&
           std::none_of(delivery_.decided().begin(), delivery_.decided().end(), has_landed_before);
  }

  // From now on without the refs that name what a side lists and does not hand out. Whether there
  // are any.
  bool leave_out(const Failure& failure) {
    if (!source_ || !failure.peer() || failure.peer()->is_written) return false;
    const bool of_source =
        (failure.peer()->side == Side::source) == (remote_source_->side() == "source");
    const RefListing& listing = of_source ? source_->listing : target_listing_;
    auto& withheld = of_source ? source_->withheld : withheld_at_target_;
    if (const auto named = transfer::withheld_object(failure.what())) {
      return transfer::is_listed(listing, *named) && withheld.insert(*named).second;
    }
    if (!of_source || !transfer::may_be_damage(failure)) return false;
    const std::vector<Oid> damaged = transfer::find_damaged(
        *remote_source_, source_->request_for(plan_, target_listing_, /*done=*/true), failure);
    withheld.insert(damaged.begin(), damaged.end());
    return !damaged.empty();
  }

  void hang_up_idle() {
    if (source_) remote_source_->hang_up(net::Service::upload_pack);
    target_.hang_up(net::Service::receive_pack);
    target_.hang_up(net::Service::upload_pack);
  }

  void tell(LegResult& result) {
    transfer::Outcome& outcome = result.outcome;
    outcome.dry_run = settings_.dry_run;
    outcome.notes = delivery_.notes();
    outcome.recorded = delivery_.recorded();
    outcome.target_traffic = target_.traffic();
    outcome.pack_bytes = delivery_.pack_bytes();
    outcome.pack_objects = delivery_.pack_objects();
    result.source_head = plan_.source_head;
    result.held = leg_.way == Way::there && !source_->built().why_nothing(source_->listing).empty();
    if (source_) {
      outcome.source_traffic = remote_source_->traffic();
      if (!source_->large().empty()) outcome.notes.push_back(note_on(source_->large()));
    }
    outcome.warnings = std::move(idle_patterns_);
    outcome.refs = delivery_.outcomes(std::move(plan_), settings_.dry_run, outcome.failure);
    if (leg_.way == Way::there && settings_.dry_run && settings_.report.preflight) {
      foresee_refusals(findings_, outcome);
    }
    result.findings = std::move(findings_);
    result.undoes = history_.undoes();
    if (settings_.history.ledger) result.run_key = history_.run_key();
  }

  const Leg& leg_;
  const Settings& settings_;
  std::optional<transfer::Remote> remote_source_;
  transfer::Remote target_;
  std::optional<SourceSide> source_;
  RunHistory history_;
  Delivery delivery_;

  RefListing target_listing_;
  transfer::TargetAnswers answers_;
  transfer::OidSet withheld_at_target_;  // though listed
  plan::Plan plan_;
  std::vector<std::string> idle_patterns_;            // a sentence for each
  std::optional<std::vector<Difference>> announced_;  // sorted
  std::optional<std::vector<Ref>> expired_;           // asked once
  analysis::Findings findings_;
};

}  // namespace

LegResult run_leg(const Leg& leg) {
  return LegRun(leg).run();
}

}  // namespace occ::sync
