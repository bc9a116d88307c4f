#include "transfer/rollback.hpp"

#include "base/failure.hpp"
#include "transfer/attempts.hpp"
#include "transfer/relay.hpp"
#include "transfer/target_answers.hpp"

#include <exception>
#include <utility>

namespace occ::transfer {
namespace {

class RollbackRun {
 public:
  RollbackRun(Remote& target, net::Loop& loop, const RollbackPlanner& planner, const OwnRefs& own,
              const SyncOptions& options, const OnPlan& on_plan)
      : target_(target),
        loop_(loop),
        planner_(planner),
        options_(options),
        on_plan_(on_plan),
        delivery_(target, loop, own) {}

  Outcome run() {
    Outcome outcome;
    try {
      attempt_until_finished({[this] { list(); }, [this] { return once(); }}, options_.retries,
                             loop_, target_.trace());
      delivery_.record_late(plan_, listing_);
    } catch (const Failure& failure) {
      outcome.failure = failure;
    } catch (const std::exception& mistake) {  // what had landed is told all the same
      outcome.failure = Failure(FailureCode::internal_error, mistake.what());
    }
    if (outcome.failure) delivery_.record_after(*outcome.failure, plan_, listing_);
    outcome.dry_run = options_.dry_run;
    outcome.notes = delivery_.notes();
    outcome.recorded = delivery_.recorded();
    outcome.target_traffic = target_.traffic();
    outcome.refs = delivery_.outcomes(std::move(plan_), options_.dry_run, outcome.failure);
    return outcome;
  }

 private:
  void list() {
    target_.start_listing(net::Service::receive_pack);
    listing_ = target_.finish_listing();
  }

  Step once() {
    delivery_.begin_attempt(listing_);
    answers_.tell(listing_);
    plan_ = planner_(listing_);
    if (answers_.ask(target_, plan_.questions)) {
      answers_.tell(listing_);
      plan_ = planner_(listing_);
    }
    delivery_.fit(plan_);
    if (!announced_) on_plan_(plan_, listing_);
    announced_ = true;
    if (options_.dry_run || !plan_.has_commands()) {
      target_.hang_up(net::Service::receive_pack);
      return Step::finished;
    }
    const Send send = [this](const wire::PushRequest& push, OwnObjects own) {
      return std::optional<RelayResult>(push_own(target_, push, own));
    };
    return delivery_.deliver(plan_, listing_, send, 0);
  }

  Remote& target_;
  net::Loop& loop_;
  const RollbackPlanner& planner_;
  const SyncOptions& options_;
  const OnPlan& on_plan_;
  Delivery delivery_;
  TargetAnswers answers_;
  RefListing listing_;
  plan::Plan plan_;
  bool announced_ = false;
};

}  // namespace

Outcome run_rollback(Remote& target, net::Loop& loop, const RollbackPlanner& planner,
                     const OwnRefs& own, const SyncOptions& options, const OnPlan& on_plan) {
  return RollbackRun(target, loop, planner, own, options, on_plan).run();
}

}  // namespace occ::transfer
