// What a target refused in this run, and how the next plan and the next push go round it. A push
// that is refused whole, though `atomic` was not asked for, is tried again in parts: without the
// record, without backups, without deletions, then in halves, until the refs that are to blame
// stand alone. Pure.
#pragma once

#include "plan/plan.hpp"
#include "transfer/fates.hpp"
#include "transfer/portions.hpp"
#include "transfer/push_call.hpp"
#include "transfer/refusal.hpp"
#include "wire/capabilities.hpp"

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace occ::transfer {

// In search of the refs that are to blame: so many refused pushes, and bytes in them, a run spends.
inline constexpr int kMostRefusedPushes = 24;
inline constexpr int kFewRefusedPushes = 4;  // however large
inline constexpr std::uint64_t kMostRefusedBytes = 1ULL << 30U;

// A push that did not land whole. Borrowed.
struct RefusedPush {
  const plan::Plan& plan;
  const wire::PushRequest& request;
  const PushAnswer& answer;
  bool with_record = false;
  std::uint64_t pack_bytes = 0;
};

class Lessons {
 public:
  // Where it writes which refs are refused for themselves. Borrowed.
  explicit Lessons(Fates& fates) : fates_(fates) {}

  // Takes out of a new plan what cannot go: what was refused before, and what the target does not
  // offer. Returns the refs that only have to wait; the plan does not hold them any more. Nothing
  // waits for nothing.
  [[nodiscard]] std::vector<plan::PlannedRef> apply(plan::Plan& plan,
                                                    const wire::Capabilities& target);

  // Whether another plan may let more land. What the target lists has been noted before.
  [[nodiscard]] bool learn(const RefusedPush& push);
  // Likewise, from a push that ended without a report.
  [[nodiscard]] bool learn(const plan::Plan& plan, const wire::PushRequest& request,
                           const Failure& failure, std::uint64_t pack_bytes);
  // Whether a push of which nothing landed may have been refused for `atomic` itself, although the
  // target offers it, and nobody insists on it. Asked once for each such push.
  [[nodiscard]] bool blame_atomic(const plan::Plan& plan, const wire::PushRequest& request,
                                  const Failure& failure);
  // Somebody else moved refs before a push came to them, which then took nothing, as it was to be
  // all or nothing. A ref that loses its lease again goes after the others, which must not wait for
  // it. `refs`: what became of those of the plan.
  void note_lost_leases(const plan::Plan& plan, const std::vector<RefOutcome>& refs);
  // The push is through with. Whether something waits, which may go now.
  [[nodiscard]] bool go_on() { return portions_.release(); }

  [[nodiscard]] bool is_in_parts() const { return portions_.any_waits(); }

  void refuse_backups(const std::string& why) { backups_refused_ = why; }
  void keep_record_apart() { record_apart_ = true; }
  void refuse_ledger(const std::string& why) { ledger_refused_ = why; }
  // Whether `text`, a target's words, speaks of a limit on the commands of one push that is below
  // `sent`; from now on it holds.
  bool learn_limit(std::string_view text, std::size_t sent);

  [[nodiscard]] bool allows_atomic() const { return !without_atomic_; }
  [[nodiscard]] bool record_goes_along() const { return !record_apart_; }
  [[nodiscard]] bool backups_go_along() const { return !backups_apart_; }
  [[nodiscard]] bool expires_backups() const { return !keep_expired_; }
  // Commands that one push may have.
  [[nodiscard]] std::size_t most_commands() const { return most_commands_; }
  // Why the target does not take the ledger; nothing: it does, as far as is known.
  [[nodiscard]] const std::optional<std::string>& ledger_refused() const { return ledger_refused_; }

 private:
  [[nodiscard]] bool learn_from_whole(const RefusedPush& push,
                                      const std::vector<std::string>& names);
  [[nodiscard]] bool learn_from_aliases(const RefusedPush& push);
  [[nodiscard]] bool learn_from_names(const RefusedPush& push);
  [[nodiscard]] bool learn_from_name(const plan::Plan& plan, const wire::CommandResult& result,
                                     const PushAnswer& answer);
  [[nodiscard]] bool take_ours_out(const wire::PushRequest& request, bool with_record);
  [[nodiscard]] bool fit_limit(const plan::Plan& plan, const std::vector<std::string>& names,
                               std::size_t sent);
  void split(const plan::Plan& plan, const std::vector<std::string>& names);
  [[nodiscard]] bool may_split() const;
  void refuse_group(const plan::Plan& plan, const Refusal& refusal, std::size_t size);

  Fates& fates_;
  Portions portions_;
  std::optional<std::string> backups_refused_;
  std::optional<std::string> ledger_refused_;
  bool record_apart_ = false;  // it goes by itself, when the refs have landed
  bool backups_apart_ = false;
  bool keep_expired_ = false;
  bool without_atomic_ = false;
  std::map<std::string, int> lost_leases_;  // how often, by target ref
  std::size_t most_commands_ = std::numeric_limits<std::size_t>::max();
  int broken_off_ = 0;  // atomic pushes
  int named_ = 0;       // refusals of an atomic push that named a ref
  int refused_pushes_ = 0;
  std::uint64_t refused_bytes_ = 0;
};

}  // namespace occ::transfer
