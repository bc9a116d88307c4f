#include "transfer/sync.hpp"

#include "base/failure.hpp"
#include "base/shown_bytes.hpp"
#include "transfer/attempts.hpp"
#include "transfer/haves.hpp"
#include "transfer/learning.hpp"
#include "transfer/refusal.hpp"
#include "transfer/relay.hpp"
#include "transfer/target_answers.hpp"
#include "transfer/withheld.hpp"

#include <algorithm>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace occ::transfer {
namespace {

std::string note_on(const std::vector<wire::LargeObject>& large) {
  const auto largest = std::max_element(
      large.begin(), large.end(), [](const auto& a, const auto& b) { return a.size < b.size; });
  return "Large files were among what was pushed: " + std::to_string(large.size()) +
         ", the largest of " + shown_bytes(largest->size) +
         (largest->blob ? " (blob " + largest->blob->hex() + ")" : "") + '.';
}

using Difference = std::tuple<std::string, Oid, Oid>;  // of a ref: its name and two tips

class SyncRun {
 public:
  SyncRun(Remote& source, Remote& target, net::Loop& loop, const Planner& planner,
          const Merger& merger, const OwnRefs& own, const SyncOptions& options,
          const OnPlan& on_plan)
      : source_(source),
        target_(target),
        loop_(loop),
        planner_(planner),
        merger_(merger),
        options_(options),
        on_plan_(on_plan),
        learning_(source, target, options.sizes),
        relay_(source, target, {options.sizes, options.folder}),
        delivery_(target, loop, own) {}

  Outcome run() {
    Outcome outcome;
    try {
      attempt_until_finished({[this] { list_both(); }, [this] { return once(); },
                              [this](const Failure& failure) { return leave_out(failure); }},
                             options_.retries, loop_, source_.trace());
      delivery_.record_late(plan_, target_listing_);
    } catch (const Failure& failure) {
      outcome.failure = failure;
    } catch (const std::exception& mistake) {  // what had landed is told all the same
      outcome.failure = Failure(FailureCode::internal_error, mistake.what());
    }
    if (outcome.failure) delivery_.record_after(*outcome.failure, plan_, target_listing_);
    outcome.dry_run = options_.dry_run;
    outcome.notes = delivery_.notes();
    outcome.recorded = delivery_.recorded();
    if (!large_.empty()) outcome.notes.push_back(note_on(large_));
    outcome.source_traffic = source_.traffic();
    outcome.target_traffic = target_.traffic();
    outcome.pack_bytes = delivery_.pack_bytes();
    outcome.pack_objects = delivery_.pack_objects();
    outcome.refs = delivery_.outcomes(std::move(plan_), options_.dry_run, outcome.failure);
    return outcome;
  }

 private:
  void list_both() {
    source_.start_listing_of(options_.prefixes);
    target_.start_listing(net::Service::receive_pack);
    source_.continue_listing();
    target_listing_ = target_.finish_listing();
    source_listing_ = source_.finish_listing();
    if (source_listing_.format != target_listing_.format) {
      throw Failure(FailureCode::object_format_mismatch,
                    "the source uses " + std::string(name_of(source_listing_.format)) +
                        " ids, the target " + std::string(name_of(target_listing_.format)));
    }
  }

  bool leave_out(const Failure& failure) {
    if (!failure.peer() || failure.peer()->is_written) return false;
    const bool of_source = (failure.peer()->side == Side::source) == (source_.side() == "source");
    RefListing& listing = of_source ? source_listing_ : target_listing_;
    auto& withheld = of_source ? withheld_at_source_ : withheld_at_target_;
    if (const auto named = withheld_object(failure.what())) {
      return is_listed(listing, *named) && withheld.insert(*named).second;
    }
    if (!of_source || !may_be_damage(failure)) return false;
    const std::vector<Oid> damaged = find_damaged(source_, fetch_request(/*done=*/true), failure);
    withheld.insert(damaged.begin(), damaged.end());
    return !damaged.empty();
  }

  void make_plan() {
    plan_ = {};  // two large plans at once would be twice the memory
    const auto plan_now = [&] {
      answers_.tell(target_listing_);
      plan_ = planner_(source_listing_, target_listing_, learning_.facts(), answers_.head());
    };
    plan_now();
    if (answers_.ask(target_, plan_.questions)) plan_now();
    delivery_.fit(plan_);
  }

  Step once() {
    take_out(source_listing_, withheld_at_source_);
    take_out(target_listing_, withheld_at_target_);
    delivery_.begin_attempt(target_listing_);
    make_plan();
    std::unique_ptr<RelayedPack> pack;
    if (plan_.has_unknown()) {
      if (!options_.dry_run && source_.is_stateless()) {
        pack = learning_.from_pack(plan_, fetch_request(/*done=*/false));
        make_plan();
      }
      if (!pack || pack->fill_prefix() || options_.ancestry_first) learn_by_probes();
    }
    learn_by_merging();
    announce();
    if (options_.dry_run) delivery_.require_atomic(plan_);
    if (options_.dry_run || !plan_.has_commands()) {
      hang_up_idle();
      return Step::finished;
    }
    return push(std::move(pack));
  }

  // What is learnt of a branch can bring in another one: that of its pull request.
  void learn_by_probes() {
    while (plan_.has_unknown()) {
      learning_.by_probes(plan_, target_listing_);
      make_plan();
    }
  }

  void learn_by_merging() {
    std::vector<const plan::PlannedRef*> parted;
    for (const plan::PlannedRef& ref : plan_.refs) {
      if (plan::needs_merge(ref)) parted.push_back(&ref);
    }
    if (parted.empty()) return;
    std::vector<plan::MergeTrial> trials = merger_(parted);
    for (std::size_t i = 0; i < parted.size(); ++i) {
      learning_.note_merge(*parted[i], std::move(trials[i]));
    }
    make_plan();
    learn_by_probes();
  }

  wire::FetchRequest fetch_request(bool done) {
    wire::FetchRequest request;
    request.wants = needed_objects(plan_, target_listing_);
    request.haves = offered_haves(plan_, target_listing_, learning_.shared());
    const auto& receiver = target_.advertisement(net::Service::receive_pack);
    request.shallow = receiver.shallow;
    request.thin_pack = !receiver.capabilities.has("no-thin");
    request.ofs_delta = receiver.capabilities.has("ofs-delta");
    request.done = done;
    if (!request.haves.empty()) {
      request.filter = wire::Filter::keep_all_trees;
      request.cut_hint = old_common_commit(plan_, source_listing_, target_listing_);
    }
    return request;
  }

  // Again if a ref stands otherwise than when it was looked into.
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
    on_plan_(plan_, target_listing_);
  }

  Step push(std::unique_ptr<RelayedPack> pack) {
    const wire::FetchRequest fetch = fetch_request(/*done=*/true);
    const bool unproven = plan_.has_unknown();
    const bool counts_new = counts_new_commits();
    bool let_through = true;
    LastWord last_word;
    if (unproven || counts_new) {
      last_word = [&](RelayedPack& whole) {
        let_through = !unproven || proves_fast_forwards(plan_, whole);
        if (let_through && unproven) learning_.take_from(whole, plan_);
        if (let_through && counts_new) {
          learning_.count_new(whole, plan_, source_listing_, target_listing_);
        }
        return let_through;
      };
    }
    if (fetch.wants.empty()) {
      pack.reset();  // what it was fetched for is not pushed
    } else if (!pack) {
      pack = std::make_unique<RelayedPack>(source_, fetch, scan_for(counts_new), options_.sizes);
    }
    std::optional<std::uint64_t> size = 0;
    if (pack) size = pack->fill_prefix() ? std::optional(pack->size()) : std::nullopt;
    if (pack && counts_new) pack->scan_prefix();
    const Send send = [&](const wire::PushRequest& request, OwnObjects own) {
      auto result = relay_.run(request, own, fetch, std::move(pack), last_word);
      if (result) note_large(result->large);
      return result;
    };
    const Step step = delivery_.deliver(plan_, target_listing_, send, size);
    if (!let_through) {
      learn_by_probes();
    } else if (unproven) {
      complete_facts();
    }
    if (counts_new) tell_new_commits();
    return step;
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

  // A count alone is not worth inflating a large pack for, which others do for its sizes.
  [[nodiscard]] RelayedPack::Scan scan_for(bool counts_new) const {
    const bool inflates = options_.sizes.told != wire::PackScanner::kNoSize;
    return counts_new && inflates ? RelayedPack::Scan::commits : RelayedPack::Scan::nothing;
  }

  void tell_new_commits() {
    for (auto& [name, each] : delivery_.decided()) {
      plan::PlannedRef& ref = each.planned;
      if (ref.action != plan::Action::create || !is_branch(name)) continue;
      ref.ahead = learning_.new_commits(ref.new_oid);
      if (ref.ahead) ref.behind = 0;
    }
  }

  // A plan may go in several packs, and one of them more than once.
  void note_large(const std::vector<wire::LargeObject>& objects) {
    for (const wire::LargeObject& object : objects) {
      const bool known = std::any_of(large_.begin(), large_.end(), [&](const auto& each) {
        return each.blob == object.blob && each.size == object.size;
      });
      if (!known) large_.push_back(object);
    }
  }

  // They have landed by now, whether it can be told by how many commits or not.
  void complete_facts() {
    bool asks = true;
    for (auto& [name, each] : delivery_.decided()) {
      if (!plan::needs_ancestry(each.planned)) continue;
      try {
        if (asks) learning_.complete(each.planned, target_listing_);
      } catch (const Failure& failure) {
        if (failure.code() == FailureCode::cancelled) throw;
        source_.trace().notice("how many commits came is not known: " +
                               std::string(failure.what()));
        asks = false;
      }
      if (plan::needs_ancestry(each.planned)) each.planned.relation = plan::Relation::fast_forward;
    }
  }

  void hang_up_idle() {
    source_.hang_up(net::Service::upload_pack);
    target_.hang_up(net::Service::receive_pack);
    target_.hang_up(net::Service::upload_pack);
  }

  Remote& source_;
  Remote& target_;
  net::Loop& loop_;
  const Planner& planner_;
  const Merger& merger_;
  const SyncOptions& options_;
  const OnPlan& on_plan_;
  Learning learning_;
  Relay relay_;
  Delivery delivery_;

  RefListing source_listing_;
  RefListing target_listing_;
  TargetAnswers answers_;
  OidSet withheld_at_source_;  // though listed
  OidSet withheld_at_target_;
  plan::Plan plan_;
  std::optional<std::vector<Difference>> announced_;  // sorted
  std::vector<wire::LargeObject> large_;              // in what was pushed
};

}  // namespace

Outcome run_sync(Remote& source, Remote& target, net::Loop& loop, const Planner& planner,
                 const Merger& merger, const OwnRefs& own, const SyncOptions& options,
                 const OnPlan& on_plan) {
  return SyncRun(source, target, loop, planner, merger, own, options, on_plan).run();
}

}  // namespace occ::transfer
