// Joins the run to the ledger of the target: what is recorded of it, which backups have expired,
// and what a rollback moves back.
#pragma once

#include "base/redactor.hpp"
#include "history/ledger.hpp"
#include "inputs/settings.hpp"
#include "net/loop.hpp"
#include "plan/plan.hpp"
#include "plan/rollback.hpp"
#include "transfer/delivery.hpp"
#include "transfer/remote.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace occ::sync {

// Names the run where the runner does not: unique, and in the order of time.
[[nodiscard]] std::string make_run_key(std::chrono::system_clock::time_point now);

class RunHistory {
 public:
  // All borrowed. The run began now. Of `identity`, its page and the two names; the rest is told by
  // the settings.
  RunHistory(const inputs::Settings& settings, const history::RunIdentity& identity,
             transfer::Remote& target, net::Loop& loop, const Redactor& redactor);

  // The record of what became of `refs`. `target`: its listing, with the ledger's tip.
  [[nodiscard]] transfer::RunRecord record(const RefListing& target,
                                           const std::vector<transfer::RefOutcome>& refs,
                                           std::optional<std::uint64_t> pack_bytes) const;
  // Backups whose time is over. May ask the target. Throws Failure{cancelled} and nothing else.
  [[nodiscard]] std::vector<Ref> expired(const RefListing& target);
  // What takes back what the ledger tells of the run to undo. May ask the target. Throws
  // Failure{no_such_record}.
  [[nodiscard]] plan::Plan plan_rollback(const RefListing& target);
  // The run that was rolled back, as the ledger names it; empty until that is known.
  [[nodiscard]] const std::string& undoes() const { return undoes_; }
  // Under which the ledger knows this run. A step that undoes an earlier one of its own run has a
  // name of its own, so that it can be undone in turn.
  [[nodiscard]] const std::string& run_key() const { return run_key_; }

 private:
  const inputs::Settings& settings_;
  const history::RunIdentity& identity_;
  transfer::Remote& target_;
  net::Loop& loop_;
  const Redactor& redactor_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::string id_;
  std::string run_key_;
  std::string undoes_;  // run key of the run that is rolled back, once it is known
  std::vector<plan::Movement> movements_;
};

}  // namespace occ::sync
