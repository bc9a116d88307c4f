// One leg of a run: what moves the refs of one repository, from its listing to the proof of what
// landed. A sync is one leg; `direction: both` has a second one with the sides changed; a rollback
// is a leg without a source.
#pragma once

#include "analysis/findings.hpp"
#include "github/api.hpp"
#include "inputs/settings.hpp"
#include "net/loop.hpp"
#include "net/stream.hpp"
#include "runner/console.hpp"
#include "sync/preflight.hpp"
#include "sync/run_history.hpp"
#include "transfer/outcome.hpp"

#include <cstdint>
#include <string>

namespace occ::sync {

enum class Way : std::uint8_t {
  there,  // from the source to the target
  back,   // of `direction: both`: from the target to the source
  undo    // of the target, to what it was before a run
};

// Borrowed, but for the texts.
struct Leg {
  Way way = Way::there;
  const inputs::Settings& settings;   // of this leg: those of the way back are turned round
  net::Repository* source = nullptr;  // whose objects are sent; null: undo
  net::Repository& target;            // whose refs move
  net::Loop& loop;
  runner::Console& console;
  history::RunIdentity identity;  // see RunHistory
  TargetHost host;                // of the run's target, whichever way this leg goes
};

struct LegResult {
  transfer::Outcome outcome;
  analysis::Findings findings;
  bool held = false;        // nothing of what is synced was built
  std::string source_head;  // the source's default branch, full name, as far as it is known
  std::string undoes;       // the run that was undone, as the ledger names it
  std::string run_key;      // under which the ledger knows this run
};

// Never throws: a Failure becomes Outcome::failure, beside what is known of every ref, and so does
// a mistake of ours.
[[nodiscard]] LegResult run_leg(const Leg& leg);

}  // namespace occ::sync
