// One value that holds all that a report tells, and what follows from it: the verdict, the status,
// the exit code. Renderings of it stand in files beside this one. Pure.
#pragma once

#include "analysis/findings.hpp"
#include "transfer/outcome.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace occ::report {

enum class Status : std::uint8_t {
  in_sync,     // nothing to do
  synced,      // everything that was to be done was done
  would_sync,  // a dry run that would change something
  would_fail,  // a dry run that found refs which could not be synced
  skipped,     // by the build gate, or all that differs was to be left alone
  partial,     // some refs landed, others did not
  failed,
  cancelled
};

// The run that made the report, as far as it is known; empty outside of a workflow.
struct RunFacts {
  std::string version;  // of sync-action
  std::string event;    // that triggered the run: "push"
  std::string id;
  std::string number;
  std::string url;                         // of the run's page
  std::optional<std::int64_t> started_at;  // seconds since 1970
};

// How a side is reached, as far as advice depends on it.
struct Access {
  enum class Transport : std::uint8_t { path, ssh, http };
  // By whose words to speak of rights.
  enum class Host : std::uint8_t { unknown, github, gitlab, gitea, azure, bitbucket };

  Transport transport = Transport::http;
  Host host = Host::unknown;
  bool has_token = false;            // ssh: a key
  bool is_workflow_token = false;    // for want of one of its own
  bool takes_pull_requests = false;  // the target: `on_divergence: pull_request` would be taken
  bool token_in_address = false;     // it stands in the address, and not in an input of its own
};

struct Report {
  std::string source;  // names, without credentials
  std::string target;
  std::string source_url;  // their web pages, under which commits have pages; empty: none known
  std::string target_url;
  Access source_access;
  Access target_access;
  RunFacts run;
  std::vector<std::string> asked;  // what was asked for beyond the defaults: "prune: true"
  transfer::Outcome outcome;
  analysis::Findings findings;
  std::string undoes;           // the run that was rolled back; empty: this was a sync
  std::string skipped_because;  // the build gate's reason; empty: it let the run pass
  std::string run_key;          // under which the target's ledger knows the run; empty: it does not
  bool has_files = false;       // report.json and its like are made
  std::uint64_t duration_ms = 0;
};

[[nodiscard]] Status status_of(const Report& report);
[[nodiscard]] std::string_view name_of(Status status);
// As base/failure.hpp has them; `signal`: the one that cancelled the run, 0 for none.
[[nodiscard]] int exit_code_of(const Report& report, int signal);

// The ref that single-valued outputs speak of: the source's default branch if it is synced, else
// the first branch (never one for a pull request of ours), else the first ref; nothing without
// refs.
[[nodiscard]] const transfer::RefOutcome* primary_ref(const Report& report);

// One line, in the conditional for a dry run.
[[nodiscard]] std::string verdict_line(const Report& report);

// What a person should know beside the refs, each in a sentence: how to undo the run among it.
[[nodiscard]] std::vector<std::string> notes_of(const Report& report);

// Whether a rollback can take back what the run did to the target: it moved refs there, and its
// record stands in the ledger.
[[nodiscard]] bool can_be_undone(const Report& report);
// How, in a sentence.
[[nodiscard]] std::string undo_hint(const Report& report);

// The run overwrote or deleted the ref, and kept what it was.
[[nodiscard]] bool keeps_old_tip(const transfer::RefOutcome& ref);

// What was found out about a ref; nothing if it was not looked at.
[[nodiscard]] const analysis::RefFindings* findings_of(const Report& report,
                                                       const transfer::RefOutcome& ref);

using occ::display_ref;

}  // namespace occ::report
