// Takes a plan to the target: backups, the refs' commands and the record of the run, together
// where that can be all or nothing; then asks the target what became of it. What landed over all
// attempts of a run stands in fates.hpp, what the target refused in lessons.hpp.
#pragma once

#include "net/loop.hpp"
#include "plan/plan.hpp"
#include "transfer/attempts.hpp"
#include "transfer/fates.hpp"
#include "transfer/lessons.hpp"
#include "transfer/outcome.hpp"
#include "transfer/proof.hpp"
#include "transfer/relay.hpp"
#include "transfer/remote.hpp"
#include "transfer/verdict.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace occ::transfer {

// The record of a run, as objects, and the commit that refs/sync/ledger will name.
struct RunRecord {
  Oid commit;
  std::vector<wire::PackObject> objects;
};

// The refs that the tool owns on the target, below refs/sync/. An empty function: not wanted.
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

  // A new plan begins, from what the target lists `now`.
  void begin_attempt(const RefListing& now) { fates_.begin_attempt(now); }
  // Takes out of a new plan what cannot go, or has to wait for a later push.
  void fit(plan::Plan& plan);
  // Throws Failure{atomic_refused} if the plan insists on all or nothing, and the target, as far as
  // is known, cannot do that.
  void require_atomic(const plan::Plan& plan) const;

  // Pushes a plan that has commands, and confirms it. `listing`: the target's; brought up to date.
  // `pack_bytes`: what `send` will fetch, if that is known.
  [[nodiscard]] Step deliver(const plan::Plan& plan, RefListing& listing, const Send& send,
                             std::optional<std::uint64_t> pack_bytes);
  // Records what deliver() could not, or recorded wrongly. Call once, when nothing else is to do.
  // Throws Failure{cancelled} and nothing else.
  void record_late(const plan::Plan& plan, RefListing& listing);
  // Likewise after a failure, of a run that moved refs before. Throws nothing.
  void record_after(const Failure& failure, const plan::Plan& plan, RefListing& listing);

  // Of every ref of the last plan, which is taken apart for it, and of those that landed before.
  [[nodiscard]] std::vector<RefOutcome> outcomes(plan::Plan plan, bool dry_run,
                                                 const std::optional<Failure>& failure) const;
  // Those that were decided, in the order of their names; the caller may complete them.
  [[nodiscard]] auto& decided() { return fates_.decided(); }
  [[nodiscard]] const std::vector<std::string>& notes() const { return notes_; }
  // The target's ledger holds a record of this run, and it is true.
  [[nodiscard]] bool recorded() const { return recorded_ && !history_given_up_; }
  [[nodiscard]] std::uint64_t pack_bytes() const { return pack_bytes_; }
  [[nodiscard]] std::uint64_t pack_objects() const { return pack_objects_; }

 private:
  struct Push {
    wire::PushRequest request;
    std::vector<wire::PackObject> objects;
    std::optional<std::vector<std::string>> recorded;  // what the enclosed record says, in short
  };

  // Without the quiet refs, which no record tells of: as they are, and as they are if the push of
  // `plan` lands.
  [[nodiscard]] std::vector<RefOutcome> loud_outcomes(const plan::Plan& plan,
                                                      const std::optional<Failure>& failure) const;
  [[nodiscard]] std::vector<RefOutcome> expected_outcomes(const plan::Plan& plan) const;
  // Of refs that `plan` does not hold.
  [[nodiscard]] std::vector<RefOutcome> outcomes_beside(const plan::Plan& plan) const;
  [[nodiscard]] bool can_be_atomic(const plan::Plan& plan) const;
  [[nodiscard]] bool push_backups(const plan::Plan& plan, RefListing& listing);
  [[nodiscard]] std::string push_some_backups(wire::PushRequest request, RefListing& listing);
  [[nodiscard]] Push assemble(const plan::Plan& plan, const RefListing& listing,
                              std::optional<std::uint64_t> pack_bytes);
  void add_merge(Push& push, const Oid& commit) const;
  void add_expired(Push& push, const RefListing& listing);
  void add_record(Push& push, const std::vector<RefOutcome>& refs, const RefListing& listing,
                  std::optional<std::uint64_t> pack_bytes);
  [[nodiscard]] Step confirm(const plan::Plan& plan, const Push& push, const RelayResult& result,
                             RefListing& listing);
  [[nodiscard]] Step push_one_by_one();
  [[nodiscard]] Step push_less(const std::string& why);
  // Nothing more is to be done with this push.
  [[nodiscard]] Step go_on(const Verdict& verdict);
  [[nodiscard]] RefListing list_after(const plan::Plan& plan, const RelayResult& result);
  // Returns whether the record is written, or never will be.
  [[nodiscard]] bool push_record(const std::vector<RefOutcome>& refs, RefListing& listing);
  void give_up_history(const std::string& why);

  Remote& target_;
  net::Loop& loop_;
  const OwnRefs& own_;
  Proof proof_{target_, loop_};
  Fates fates_;
  Lessons lessons_{fates_};
  std::vector<plan::PlannedRef> aside_;      // of the last plan, what waits for a later push
  std::optional<std::vector<Ref>> expired_;  // asked once
  bool tried_ = false;
  bool keeps_backups_ = false;                        // there are some that no record tells of
  std::optional<std::vector<std::string>> recorded_;  // in short, what the last record of ours says
  bool history_given_up_ = false;
  std::vector<std::string> notes_;
  std::uint64_t pack_bytes_ = 0;
  std::uint64_t pack_objects_ = 0;
};

}  // namespace occ::transfer
