// Takes a plan to the target: backups, the refs' commands and the record of the run, together
// where that can be all or nothing; then asks the target what became of it. Remembers, over all
// attempts of a run, what landed and what the target refused.
#pragma once

#include "net/loop.hpp"
#include "plan/plan.hpp"
#include "transfer/attempts.hpp"
#include "transfer/outcome.hpp"
#include "transfer/relay.hpp"
#include "transfer/remote.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace occ::transfer {

// The record of a run, as objects, and the commit that refs/sync/ledger will name.
struct RunRecord {
  Oid commit;
  std::vector<wire::PackObject> objects;
};

// The refs that the tool owns on the target (design.md section 4). An empty function: not wanted.
struct OwnRefs {
  // `before`: the ledger's tip, or null. `refs`: the outcomes, as they are if the push lands.
  std::function<RunRecord(const Oid& before, const std::vector<RefOutcome>& refs,
                          std::optional<std::uint64_t> pack_bytes)>
      record;
  // Of a merge commit of ours: the objects that it needs and neither side has.
  std::function<std::vector<wire::PackObject>(const Oid& merge)> merge_objects;
  // Backups whose time is over. May ask the target.
  std::function<std::vector<Ref>(const RefListing& target)> expired_backups;
};

// Brings the commands and our objects to the target, with what they need from elsewhere. Nothing:
// it was not let through, the target is unchanged, and another plan is needed.
using Send =
    std::function<std::optional<RelayResult>(const wire::PushRequest& push, OwnObjects own)>;

class Delivery {
 public:
  // Borrowed.
  Delivery(Remote& target, net::Loop& loop, const OwnRefs& own)
      : target_(target), loop_(loop), own_(own) {}

  // Forgets what an earlier attempt did not land.
  void begin_attempt();
  // Takes out of a new plan what the target refused before.
  void apply_refusals(plan::Plan& plan) const;

  // Pushes a plan that has commands, and confirms it. `listing`: the target's; brought up to date.
  // `pack_bytes`: what `send` will fetch, if that is known.
  [[nodiscard]] Step deliver(const plan::Plan& plan, RefListing& listing, const Send& send,
                             std::optional<std::uint64_t> pack_bytes);
  // Records what deliver() could not, or recorded wrongly. Call once, when nothing else is to do.
  // Throws Failure{cancelled} and nothing else.
  void record_late(const plan::Plan& plan, RefListing& listing);
  // The run is cancelled before the push was whole.
  void note_not_landed(const plan::Plan& plan);

  // Of every ref of the last plan, which is taken apart for it.
  [[nodiscard]] std::vector<RefOutcome> outcomes(plan::Plan plan, bool dry_run,
                                                 const std::optional<Failure>& failure) const;
  // Those that landed, in the order of their names; the caller may complete them.
  [[nodiscard]] std::map<std::string, RefOutcome>& decided() { return decided_; }
  [[nodiscard]] const std::vector<std::string>& notes() const { return notes_; }
  [[nodiscard]] std::uint64_t pack_bytes() const { return pack_bytes_; }
  [[nodiscard]] std::uint64_t pack_objects() const { return pack_objects_; }

 private:
  struct Push {
    wire::PushRequest request;
    std::vector<wire::PackObject> objects;
    std::optional<std::vector<std::string>> recorded;  // what the enclosed record says, in short
  };

  [[nodiscard]] RefOutcome outcome(plan::PlannedRef ref, bool dry_run,
                                   const std::optional<Failure>& failure) const;
  // Nothing was to be done with it, in no attempt.
  [[nodiscard]] bool is_quiet(const plan::PlannedRef& ref) const;
  // Without the quiet refs, which no record tells of: as they are, and as they are if the push of
  // `plan` lands.
  [[nodiscard]] std::vector<RefOutcome> loud_outcomes(const plan::Plan& plan) const;
  [[nodiscard]] std::vector<RefOutcome> expected_outcomes(const plan::Plan& plan) const;
  [[nodiscard]] bool can_be_atomic(const plan::Plan& plan) const;
  [[nodiscard]] bool push_backups(const plan::Plan& plan, RefListing& listing);
  [[nodiscard]] Push assemble(const plan::Plan& plan, const RefListing& listing,
                              std::optional<std::uint64_t> pack_bytes);
  void add_merge(Push& push, const Oid& commit) const;
  void add_expired(Push& push, const RefListing& listing);
  void add_record(Push& push, const std::vector<RefOutcome>& refs, const RefListing& listing,
                  std::optional<std::uint64_t> pack_bytes);
  [[nodiscard]] Step confirm(const plan::Plan& plan, const Push& push, const RelayResult& result,
                             RefListing& listing);
  [[nodiscard]] RefListing list_after(const plan::Plan& plan, const RelayResult& result);
  // Whether another plan, without what is refused, may let the rest land.
  [[nodiscard]] bool learn_refusals(const plan::Plan& plan, const Push& push,
                                    const PushAnswer& answer);
  [[nodiscard]] bool learn_refusal(const plan::Plan& plan, const wire::CommandResult& result,
                                   const PushAnswer& answer);
  void give_up_history(const std::string& why);
  [[nodiscard]] RefListing list_target();

  Remote& target_;
  net::Loop& loop_;
  const OwnRefs& own_;
  std::map<std::string, RefOutcome> decided_;  // by target ref
  std::map<std::string, RefOutcome> refused_;  // for themselves: the others can land without them
  std::optional<std::string> backups_refused_;
  std::optional<std::vector<Ref>> expired_;  // asked once
  bool keep_expired_ = false;
  bool history_refused_ = false;
  bool record_apart_ = false;  // it goes by itself, when the refs have landed
  bool without_atomic_ = false;
  bool tried_ = false;
  int lessons_ = 0;                                   // refusals that made another plan
  std::optional<std::vector<std::string>> recorded_;  // in short, what the last record of ours says
  std::vector<std::string> notes_;
  std::uint64_t pack_bytes_ = 0;
  std::uint64_t pack_objects_ = 0;
};

}  // namespace occ::transfer
