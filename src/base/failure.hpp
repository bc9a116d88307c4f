// What can end a run or a ref, told once: the catalogue gives each code its stable public id, the
// exit status, whether another try can help, and the remedy. README's table is made from it.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

namespace occ {

enum class FailureCode : std::uint8_t {
  bad_input,
  source_branch_missing,
  built_commit_missing,
  target_branch_missing,
  source_empty,
  authentication_failed,
  no_permission,
  repository_not_found,
  read_only,
  workflow_scope,
  protected_branch,
  large_file,
  hidden_ref,
  non_fast_forward,
  diverged,
  tag_moved,
  merge_conflict,
  lease_lost,
  ref_conflict,
  too_many_deletions,
  default_branch_deletion,
  broken_ref,
  symbolic_ref,
  deletion_refused,
  atomic_refused,
  hook_declined,
  ref_rejected,
  api_refused,
  api_unreachable,
  object_format_mismatch,
  source_shallow,
  pack_too_large,
  length_required,
  host_unreachable,
  proxy_refused,
  tls_failure,
  tls_refused,
  wrong_scheme,
  timeout,
  rate_limited,
  server_error,
  connection_lost,
  server_refused,
  protocol_error,
  limit_exceeded,
  ssh_failed,
  program_missing,
  service_missing,
  repository_damaged,
  not_confirmed,
  backup_refused,
  no_such_record,
  moved_since,
  temporary_folder,
  cancelled,
  internal_error,
};

enum class Retry : std::uint8_t { never, may_help };

struct CatalogueEntry {
  FailureCode code;
  std::string_view id;       // stable, public, snake_case
  int exit_status;           // of the process; see below
  Retry retry;               // of the same request, unchanged
  std::string_view meaning;  // one clause for the table in README
  std::string_view remedy;   // what the user does next
};

[[nodiscard]] const CatalogueEntry& catalogue_entry(FailureCode code);
[[nodiscard]] std::span<const CatalogueEntry> catalogue();

inline constexpr int kExitDone = 0;
inline constexpr int kExitRefused = 1;
inline constexpr int kExitBadInput = 2;
inline constexpr int kExitRemote = 3;
inline constexpr int kExitBug = 70;

enum class Side : std::uint8_t { source, target };

// With whom we talked when it failed. The remedy depends on it.
struct Peer {
  Side side = Side::target;
  bool is_written = true;  // what was asked of it was a push, or its beginning
};

// The one exception type: this target, or this run, cannot go on. `detail` says what failed first,
// its subject in single quotes, in lower case, with no full stop and never a secret.
class Failure : public std::runtime_error {
 public:
  Failure(FailureCode code, const std::string& detail) : std::runtime_error(detail), code_(code) {}

  [[nodiscard]] FailureCode code() const { return code_; }
  [[nodiscard]] const CatalogueEntry& entry() const { return catalogue_entry(code_); }
  [[nodiscard]] bool retry_may_help() const { return !final_ && entry().retry == Retry::may_help; }

  // How long the server asked us to wait (Retry-After), if it did.
  [[nodiscard]] std::optional<std::chrono::seconds> retry_after() const { return retry_after_; }
  Failure& with_retry_after(std::optional<std::chrono::seconds> wait) {
    retry_after_ = wait;
    return *this;
  }

  // This one will not pass by itself, though others of its code may.
  Failure& with_no_retry() {
    final_ = true;
    return *this;
  }

  // Nothing where it is about neither side, or about both.
  [[nodiscard]] const std::optional<Peer>& peer() const { return peer_; }
  // The first word counts: whoever was nearest knew best.
  Failure& with_peer(Peer peer) {
    if (!peer_) peer_ = peer;
    return *this;
  }

  // The same in other words.
  [[nodiscard]] Failure reworded(const std::string& detail) const {
    Failure other(code_, detail);
    other.retry_after_ = retry_after_;
    other.peer_ = peer_;
    other.final_ = final_;
    return other;
  }

 private:
  FailureCode code_;
  std::optional<std::chrono::seconds> retry_after_;
  std::optional<Peer> peer_;
  bool final_ = false;
};

}  // namespace occ
