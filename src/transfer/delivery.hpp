// How a plan is taken to the target: backups, the refs' commands and the record of the run,
// together where that can be all or nothing; then the target is asked what became of it. What
// landed over all attempts of a run stands in fates.hpp, what the target refused in lessons.hpp.
// Who calls it sends the shipment (transfer/relay).
#pragma once

#include "net/loop.hpp"
#include "plan/plan.hpp"
#include "transfer/fates.hpp"
#include "transfer/lessons.hpp"
#include "transfer/outcome.hpp"
#include "transfer/proof.hpp"
#include "transfer/relay.hpp"
#include "transfer/remote.hpp"
#include "transfer/verdict.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace occ::transfer {

// The record of a run, as objects, and the commit that refs/sync/ledger will name.
struct RunRecord {
  Oid commit;
  std::vector<wire::PackObject> objects;
};

// What goes to the target in one push, beside what comes from the source.
struct Shipment {
  wire::PushRequest request;
  std::vector<wire::PackObject> objects;  // of ours, none of them twice
  bool may_be_atomic = false;             // if it has several commands, it is
  // What the record that goes along says, in short; with it, its command is the last one.
  std::optional<std::vector<std::string>> recorded;
};

// What a push is followed by.
enum class Step : std::uint8_t {
  finished,
  plan_again,         // somebody else moved a ref: after a pause
  plan_again_at_once  // the target refused a part, or takes only a part at a time
};

class Delivery {
 public:
  enum class Records : std::uint8_t { kept, unwanted };

  // Borrowed. `records`: whether the target is to keep one of this run.
  Delivery(Remote& target, net::Loop& loop, Records records)
      : target_(target), records_(records), proof_(target, loop) {}

  // A new plan begins, from what the target lists `now`.
  void begin_attempt(const RefListing& now) { fates_.begin_attempt(now); }
  // Takes out of a new plan what cannot go, or has to wait for a later push.
  void fit(plan::Plan& plan);
  // Why the plan, which insists on all or nothing, cannot be had so, as far as is known; empty: it
  // can, or does not insist.
  [[nodiscard]] std::string why_not_atomic(const plan::Plan& plan) const;

  // The way of a plan that has commands: backups, shipment, push, and what came of it. `listing`:
  // the target's, which is brought up to date.
  //
  // Whether the rest may follow. Backups that cannot go in one push with it go now.
  [[nodiscard]] bool push_backups(const plan::Plan& plan, RefListing& listing);
  // The commands. Throws Failure{atomic_refused}.
  [[nodiscard]] Shipment load(const plan::Plan& plan, const RefListing& listing) const;
  // Objects of ours that the commands need: of a merge.
  void add(Shipment& shipment, std::vector<wire::PackObject> objects) const;
  // Whether backups whose time is over may go along, and the removal of these.
  [[nodiscard]] bool takes_expired() const;
  void add_expired(Shipment& shipment, const std::vector<Ref>& expired,
                   const RefListing& listing) const;
  // Whether the record goes in the same push; what it has to tell then; and the record, which comes
  // last.
  [[nodiscard]] bool record_goes_along(const plan::Plan& plan) const;
  [[nodiscard]] std::vector<RefOutcome> expected_outcomes(const plan::Plan& plan) const;
  void add_record(Shipment& shipment, RunRecord record, const std::vector<RefOutcome>& refs,
                  const RefListing& listing) const;
  // What became of a push that the target got, by its own listing.
  [[nodiscard]] Step confirm(const plan::Plan& plan, const Shipment& shipment,
                             const RelayResult& result, RefListing& listing);
  // What is to be done about a push that it cannot have acted on; nothing: the failure is the end.
  // `pack_bytes`: what was to be sent, if that is known.
  [[nodiscard]] std::optional<Step> learn(const plan::Plan& plan, const Shipment& shipment,
                                          const Failure& failure,
                                          std::optional<std::uint64_t> pack_bytes);

  // Whether a push of this run may have, or certainly has, moved refs that a record is to tell of.
  [[nodiscard]] bool may_have_moved_refs() const;
  [[nodiscard]] bool has_moved_refs() const { return fates_.any_landed(); }
  // What a record of the run has to tell, when nothing else is to do, or after a failure of a run
  // that may have moved refs; nothing: there is nothing to record.
  [[nodiscard]] std::optional<std::vector<RefOutcome>> left_to_record(const plan::Plan& plan);
  [[nodiscard]] std::optional<std::vector<RefOutcome>> left_to_record(const plan::Plan& plan,
                                                                      const Failure& failure,
                                                                      RefListing& listing);
  // Whether the last record says this already, or none will ever be taken.
  [[nodiscard]] bool is_recorded(const std::vector<RefOutcome>& refs);
  // Pushes it. Returns whether it is written, or never will be.
  [[nodiscard]] bool push_record(RunRecord record, const std::vector<RefOutcome>& refs,
                                 RefListing& listing);
  void give_up_history(const std::string& why);
  void note(std::string text) { notes_.push_back(std::move(text)); }

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
  // Without the quiet refs, which no record tells of: as they are.
  [[nodiscard]] std::vector<RefOutcome> loud_outcomes(const plan::Plan& plan,
                                                      const std::optional<Failure>& failure) const;
  // Of refs that `plan` does not hold.
  [[nodiscard]] std::vector<RefOutcome> outcomes_beside(const plan::Plan& plan) const;
  [[nodiscard]] bool can_be_atomic(const plan::Plan& plan) const;
  [[nodiscard]] std::string push_some_backups(wire::PushRequest request, RefListing& listing);
  [[nodiscard]] Step push_one_by_one();
  [[nodiscard]] Step push_less(const std::string& why);
  // Nothing more is to be done with this push.
  [[nodiscard]] Step go_on(const Verdict& verdict);
  [[nodiscard]] RefListing list_after(const plan::Plan& plan, const RelayResult& result);

  Remote& target_;
  Records records_;
  Proof proof_;
  Fates fates_;
  Lessons lessons_{fates_};
  std::vector<plan::PlannedRef> aside_;  // of the last plan, what waits for a later push
  bool tried_ = false;
  bool keeps_backups_ = false;                        // there are some that no record tells of
  std::optional<std::vector<std::string>> recorded_;  // in short, what the last record of ours says
  bool history_given_up_ = false;
  std::vector<std::string> notes_;
  std::uint64_t pack_bytes_ = 0;
  std::uint64_t pack_objects_ = 0;
};

}  // namespace occ::transfer
