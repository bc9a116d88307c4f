#include "transfer/sync.hpp"

#include "base/backoff.hpp"
#include "base/failure.hpp"
#include "base/untrusted.hpp"
#include "transfer/ancestry_probe.hpp"
#include "transfer/haves.hpp"
#include "transfer/refusal.hpp"
#include "transfer/relay.hpp"
#include "transfer/verdict.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <random>

namespace occ::transfer {
namespace {

constexpr int kMostReplans = 3;  // after a lost lease
constexpr std::chrono::minutes kLongestRetryAfter{10};
constexpr std::chrono::milliseconds kGraceAfterCancel{1200};
constexpr std::chrono::milliseconds kReplicationWait{1000};

enum class Step { finished, plan_again };

class SyncRun {
 public:
  SyncRun(Remote& source, Remote& target, net::Loop& loop, const Planner& planner,
          const SyncOptions& options, const OnPlan& on_plan)
      : source_(source),
        target_(target),
        loop_(loop),
        planner_(planner),
        options_(options),
        on_plan_(on_plan),
        random_(std::random_device()()) {}

  Outcome run() {
    try {
      attempt_until_finished();
    } catch (const Failure& failure) {
      outcome_.failure = failure;
    }
    outcome_.dry_run = options_.dry_run;
    outcome_.source_traffic = source_.traffic();
    outcome_.target_traffic = target_.traffic();
    outcome_.refs = collected();
    return std::move(outcome_);
  }

 private:
  void attempt_until_finished() {
    int replans = 0;
    int failures = 0;
    bool listed = false;
    while (true) {
      try {
        if (!listed) list_both();
        listed = true;
        if (once() == Step::finished || replans == kMostReplans) return;
        ++replans;
        source_.trace().notice("the target moved while we pushed; planning again (" +
                               std::to_string(replans) + " of " + std::to_string(kMostReplans) +
                               ")");
        loop_.sleep(Backoff{std::chrono::milliseconds(300)}.wait(replans, random_));
      } catch (const Failure& failure) {
        const auto asked = failure.retry_after();
        if (!failure.retry_may_help() || failures >= options_.retries ||
            (asked && *asked > kLongestRetryAfter)) {
          throw;
        }
        const auto wait =
            asked ? std::chrono::milliseconds(*asked) : Backoff{}.wait(failures, random_);
        ++failures;
        source_.trace().notice(std::string(failure.what()) + "; trying again in " +
                               std::to_string(wait.count() / 1000 + 1) + " s (" +
                               std::to_string(failures) + " of " +
                               std::to_string(options_.retries) + ")");
        loop_.sleep(wait);
        listed = false;
      }
    }
  }

  void list_both() {
    source_.start_listing(net::Service::upload_pack);
    target_.start_listing(net::Service::receive_pack);
    source_.continue_listing(options_.prefixes);
    target_listing_ = target_.finish_listing();
    source_listing_ = source_.finish_listing();
    if (source_listing_.format != target_listing_.format) {
      throw Failure(FailureCode::object_format_mismatch,
                    "the source uses " + std::string(name_of(source_listing_.format)) +
                        " ids, the target " + std::string(name_of(target_listing_.format)));
    }
  }

  void make_plan() {
    plan_ = planner_(source_listing_, target_listing_, facts_, target_head_);
    if (!plan_.wants_target_head) return;
    target_head_ = ask_target_head();
    plan_ = planner_(source_listing_, target_listing_, facts_, target_head_);
  }

  std::string ask_target_head() {
    target_.start_listing(net::Service::upload_pack);
    target_.continue_listing({});
    return target_.finish_listing().head_branch;
  }

  Step once() {
    std::erase_if(decided_, [](const auto& each) { return !has_landed(each.second.result); });
    make_plan();
    std::unique_ptr<RelayedPack> pack;
    if (plan_.has_unknown()) {
      if (!options_.dry_run && source_.is_stateless()) pack = learn_from_pack();
      if (!pack) learn_by_probes();
    }
    announce();
    if (options_.dry_run || !plan_.has_commands()) {
      hang_up_idle();
      return Step::finished;
    }
    return push(std::move(pack));
  }

  // Probe and relay in one request: the pack that the target lacks also proves, by its commits,
  // that an update is a fast-forward. Returns nothing if it cannot; then it taught nothing.
  std::unique_ptr<RelayedPack> learn_from_pack() {
    const wire::FetchRequest request = fetch_request(/*done=*/false);
    if (request.wants.empty()) return nullptr;
    auto pack = std::make_unique<RelayedPack>(source_, request, RelayedPack::Scan::commits);
    const wire::FetchPreamble& preamble = pack->preamble();
    const OidSet known(preamble.acknowledged.begin(), preamble.acknowledged.end());
    for (const plan::PlannedRef& ref : plan_.refs) {
      const bool unknown = ref.relation == plan::Relation::unknown;
      if (unknown && !known.contains(ref.old_oid)) return nullptr;
    }
    if (!preamble.pack_follows) return nullptr;
    if (pack->fill_prefix()) {
      learn_from_commits(*pack, request);
      learn_by_probes();  // what the pack left open
    }
    return pack;
  }

  // Exact facts only: the walk from a new tip ended at its own old tip and nowhere else, or that
  // was the only have and no delta stayed unread that could be a commit.
  void learn_from_commits(const RelayedPack& pack, const wire::FetchRequest& request) {
    const wire::PackScanner& scanner = *pack.scanner();
    const bool nothing_unread =
        scanner.unread() == 0 || request.filter == wire::Filter::keep_all_trees;
    for (const plan::PlannedRef& ref : plan_.refs) {
      if (ref.relation != plan::Relation::unknown) continue;
      const Walk walk = walk_from(ref.new_oid, scanner.commits());
      const bool alone = request.haves.size() == 1 && nothing_unread;
      if (walk.boundary.contains(ref.old_oid) && (alone || walk.boundary.size() == 1)) {
        facts_[{ref.new_oid, ref.old_oid}] = {plan::Relation::fast_forward, walk.count, 0};
      }
    }
    make_plan();
  }

  static bool proves_fast_forwards(const plan::Plan& plan, const RelayedPack& pack) {
    return std::all_of(plan.refs.begin(), plan.refs.end(), [&](const plan::PlannedRef& ref) {
      return ref.relation != plan::Relation::unknown ||
             walk_from(ref.new_oid, pack.scanner()->commits()).boundary.contains(ref.old_oid);
    });
  }

  void learn_by_probes() {
    AncestryProbe probe(source_, target_, target_listing_);
    for (const plan::PlannedRef& ref : plan_.refs) {
      if (ref.relation != plan::Relation::unknown) continue;
      const auto pair = std::pair{ref.new_oid, ref.old_oid};
      if (!facts_.contains(pair)) facts_[pair] = probe.ask(ref.new_oid, ref.old_oid);
    }
    shared_.insert(probe.shared().begin(), probe.shared().end());
    make_plan();
  }

  wire::FetchRequest fetch_request(bool done) {
    const auto& server = source_.advertisement(net::Service::upload_pack);
    wire::FetchRequest request;
    request.wants = needed_objects(plan_, target_listing_);
    request.haves = offered_haves(plan_, target_listing_, shared_);
    const auto& receiver = target_.advertisement(net::Service::receive_pack);
    request.shallow = receiver.shallow;
    request.thin_pack = !receiver.capabilities.has("no-thin");
    request.done = done;
    if (!request.haves.empty() && wire::offers_filter(server) && server.version == 2) {
      request.filter = wire::Filter::keep_all_trees;
    }
    return request;
  }

  void announce() {
    if (announced_) return;
    announced_ = true;
    on_plan_(plan_);
  }

  Step push(std::unique_ptr<RelayedPack> pack) {
    const bool unproven = plan_.has_unknown();
    const wire::PushRequest request = push_request_of(plan_, target_);
    LastWord last_word;
    if (unproven) {
      last_word = [this](const RelayedPack& whole) { return proves_fast_forwards(plan_, whole); };
    }
    Relay relay(source_, target_);
    std::optional<RelayResult> result;
    try {
      const auto fetch = fetch_request(/*done=*/true);
      if (fetch.wants.empty()) pack.reset();  // what it was fetched for is not pushed
      result = relay.run(request, fetch, std::move(pack), last_word);
    } catch (const Failure& failure) {
      if (failure.code() == FailureCode::cancelled) note_not_landed();
      throw;
    }
    if (!result) {
      learn_by_probes();
      return Step::plan_again;
    }
    outcome_.pack_bytes += result->pack_bytes;
    outcome_.pack_objects += result->pack_objects;
    return confirm(*result);
  }

  void note_not_landed() {
    for (const plan::PlannedRef& ref : plan_.refs) {
      if (plan::is_command(ref.action)) {
        decided_[ref.target_ref] = {ref, Result::unconfirmed, FailureCode::cancelled,
                                    "the run was cancelled before the push was whole"};
      }
    }
  }

  // The target's own listing decides what landed.
  Step confirm(const RelayResult& result) {
    if (result.lost && result.lost->code() == FailureCode::cancelled) {
      loop_.begin_grace(kGraceAfterCancel);
    }
    RefListing now;
    try {
      now = list_target();
      if (result.answer && awaits_replication(plan_, *result.answer, now)) {
        loop_.sleep(kReplicationWait);
        now = list_target();
      }
    } catch (const Failure& failure) {
      for (RefOutcome& each : unconfirmed_outcomes(plan_, result.lost.value_or(failure))) {
        decided_[each.planned.target_ref] = each;
      }
      throw;
    }
    const Verdict verdict = judge(plan_, result, now);
    for (const RefOutcome& each : verdict.refs) decided_[each.planned.target_ref] = each;
    const bool unproven = plan_.has_unknown();
    target_listing_ = std::move(now);
    if (unproven) complete_facts();
    if (result.lost && !verdict.all_landed) throw Failure(*result.lost);
    return verdict.lease_lost ? Step::plan_again : Step::finished;
  }

  // A large update was proven on its way; how many commits it brought is told afterwards.
  void complete_facts() {
    AncestryProbe probe(source_, target_, target_listing_);
    for (auto& [name, each] : decided_) {
      plan::PlannedRef& ref = each.planned;
      if (ref.relation != plan::Relation::unknown) continue;
      const plan::Ancestry ancestry = probe.ask(ref.new_oid, ref.old_oid);
      facts_[{ref.new_oid, ref.old_oid}] = ancestry;
      ref.relation = ancestry.relation;
      ref.ahead = ancestry.ahead;
      ref.behind = ancestry.behind;
    }
  }

  RefListing list_target() {
    target_.start_listing(net::Service::receive_pack);
    RefListing listing = target_.finish_listing();
    target_.hang_up(net::Service::receive_pack);
    return listing;
  }

  void hang_up_idle() {
    source_.hang_up(net::Service::upload_pack);
    target_.hang_up(net::Service::receive_pack);
    target_.hang_up(net::Service::upload_pack);
  }

  // Every ref of the last plan; what was pushed before it keeps its own outcome.
  std::vector<RefOutcome> collected() {
    std::vector<RefOutcome> all;
    for (const plan::PlannedRef& ref : plan_.refs) {
      const auto decided = decided_.find(ref.target_ref);
      if (decided != decided_.end()) {
        all.push_back(decided->second);
        continue;
      }
      all.push_back(planned_outcome(ref, options_.dry_run, outcome_.failure));
    }
    return all;
  }

  Remote& source_;
  Remote& target_;
  net::Loop& loop_;
  const Planner& planner_;
  const SyncOptions& options_;
  const OnPlan& on_plan_;
  std::mt19937 random_;

  RefListing source_listing_;
  RefListing target_listing_;
  std::optional<std::string> target_head_;
  plan::Facts facts_;
  OidSet shared_;
  plan::Plan plan_;
  bool announced_ = false;
  std::map<std::string, RefOutcome> decided_;  // by target ref
  Outcome outcome_;
};

}  // namespace

Outcome run_sync(Remote& source, Remote& target, net::Loop& loop, const Planner& planner,
                 const SyncOptions& options, const OnPlan& on_plan) {
  return SyncRun(source, target, loop, planner, options, on_plan).run();
}

}  // namespace occ::transfer
