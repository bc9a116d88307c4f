#include "base/failure.hpp"

#include <array>

namespace occ {
namespace {

using enum FailureCode;

constexpr std::array kCatalogue{
    CatalogueEntry{bad_input, "bad_input", kExitBadInput, Retry::never,
                   "an input is missing, unknown or contradicts another",
                   "Correct the input that the message names; nothing was sent."},
    CatalogueEntry{
        source_branch_missing, "source_branch_missing", kExitRefused, Retry::never,
        "no branch of the source matches `branches`",
        "Check the spelling in `branches` (or SYNC_BRANCH) against the source's branches."},
    CatalogueEntry{
        built_commit_missing, "built_commit_missing", kExitRefused, Retry::never,
        "the source's branch has no longer, or the source does not give, the commit that was built",
        "Let the new tip be built: that build syncs it; or start the workflow by hand with "
        "`force_sync: true`."},
    CatalogueEntry{target_branch_missing, "target_branch_missing", kExitRefused, Retry::never,
                   "the target lacks the branch and `create_branches` is false",
                   "Create the branch on the target, or set `create_branches: true`."},
    CatalogueEntry{source_empty, "source_empty", kExitRefused, Retry::never,
                   "the source has no refs at all",
                   "Push something to the source first; an empty source never deletes anything."},
    CatalogueEntry{authentication_failed, "authentication_failed", kExitRemote, Retry::never,
                   "the server did not accept the token or the key",
                   "Renew the token, or the key, and store it again; `source_token` is for the "
                   "source, `target_token` for the target, `ssh_private_key` for both."},
    CatalogueEntry{no_permission, "no_permission", kExitRemote, Retry::never,
                   "whoever asks may not do this there",
                   "Let the token, the key or the account read the source's contents, and write "
                   "the target's; or give the permission that the message names."},
    CatalogueEntry{repository_not_found, "repository_not_found", kExitRemote, Retry::never,
                   "the repository does not exist, or is not shown to whoever asks",
                   "Check the spelling; if it is private, give the token access to it. Many hosts "
                   "answer the same in both cases."},
    CatalogueEntry{read_only, "read_only", kExitRemote, Retry::never,
                   "the repository is archived, or takes no pushes for now",
                   "Unarchive it, or let its owner open it for pushes again; nobody's right is "
                   "missing."},
    CatalogueEntry{
        workflow_scope, "workflow_scope", kExitRefused, Retry::never,
        "the push changes files under .github/workflows and the token may not",
        "Use a token with the `workflow` scope (fine-grained: Workflows read and write)."},
    CatalogueEntry{protected_branch, "protected_branch", kExitRefused, Retry::never,
                   "a branch protection or ruleset of the target refused the update",
                   "Let whoever pushes bypass the rule in the target's settings, or sync to "
                   "another branch with `from:to`."},
    CatalogueEntry{large_file, "large_file", kExitRefused, Retry::never,
                   "a file in the pushed range is larger than the target allows",
                   "Move the file to Git LFS in the source's history, or exclude the branch."},
    CatalogueEntry{hidden_ref, "hidden_ref", kExitRefused, Retry::never,
                   "the target hides this ref and refuses to have it written",
                   "Exclude the ref with `!name`, or let the target's owner unhide it."},
    CatalogueEntry{non_fast_forward, "non_fast_forward", kExitRefused, Retry::never,
                   "the target accepts only fast-forward updates of this ref",
                   "Allow forced pushes of this ref on the target, or reconcile the two sides by "
                   "hand."},
    CatalogueEntry{diverged, "diverged", kExitRefused, Retry::never,
                   "the target has commits that the source does not have",
                   "Bring the target's own commits into the source, or choose another "
                   "`on_divergence`: `skip`, `overwrite`, `merge` or `pull_request`."},
    CatalogueEntry{tag_moved, "tag_moved", kExitRefused, Retry::never,
                   "a tag points elsewhere on the target",
                   "Set `move_tags: true` to move the target's tag, or exclude it in `sync_tags`."},
    CatalogueEntry{merge_conflict, "merge_conflict", kExitRefused, Retry::never,
                   "both sides changed the same lines, so `on_divergence: merge` stopped",
                   "Merge by hand, or let one side decide with `on_conflict: ours` (the target) or "
                   "`theirs` (the source)."},
    CatalogueEntry{lease_lost, "lease_lost", kExitRefused, Retry::never,
                   "somebody else kept moving the ref while we pushed",
                   "Run again when the other writer is done; nothing of theirs was overwritten."},
    CatalogueEntry{ref_conflict, "ref_conflict", kExitRefused, Retry::never,
                   "the name clashes with another ref, as `a` with `a/b`",
                   "Delete or rename the other ref on the target, or set `prune: true` if the "
                   "source no longer has it."},
    CatalogueEntry{too_many_deletions, "too_many_deletions", kExitRefused, Retry::never,
                   "`prune` would delete more refs than `max_deletions` allows",
                   "If the deletions listed are right, raise `max_deletions`; none was made."},
    CatalogueEntry{
        default_branch_deletion, "default_branch_deletion", kExitRefused, Retry::never,
        "`prune` would delete the target's default branch",
        "Choose another default branch on the target first, or exclude it with `!name`."},
    CatalogueEntry{
        broken_ref, "broken_ref", kExitRefused, Retry::never,
        "a side lists the ref without a commit that is there, twice, or by an impossible name",
        "Mend or delete the ref where it is broken (`git fsck` tells of it), or exclude it with "
        "`!name`; it was left alone on both sides."},
    CatalogueEntry{symbolic_ref, "symbolic_ref", kExitRefused, Retry::never,
                   "on the target the ref is another name of a second ref",
                   "Exclude it with `!name`, or let the target's owner make it a ref of its own "
                   "(`git symbolic-ref --delete`)."},
    CatalogueEntry{deletion_refused, "deletion_refused", kExitRefused, Retry::never,
                   "the target does not allow refs to be deleted",
                   "Allow deletions on the target, or switch `prune` off."},
    CatalogueEntry{atomic_refused, "atomic_refused", kExitRefused, Retry::never,
                   "`atomic` was asked for and one ref of the push cannot go through",
                   "Mend the ref named beside it, or set `atomic: false` to let the others land."},
    CatalogueEntry{hook_declined, "hook_declined", kExitRefused, Retry::never,
                   "a hook on the target's server declined the push",
                   "Ask the target's owner; what the hook said, if anything, is in the reason."},
    CatalogueEntry{ref_rejected, "ref_rejected", kExitRefused, Retry::never,
                   "the target's server refused the ref for a reason of its own",
                   "Ask the target's owner; what the server said, if anything, is in the reason."},
    CatalogueEntry{api_refused, "api_refused", kExitRefused, Retry::never,
                   "GitHub's API refused a request",
                   "The message has GitHub's words; they say what does not fit."},
    CatalogueEntry{
        api_unreachable, "api_unreachable", kExitRemote, Retry::never,
        "GitHub's API could not be asked",
        "Check GITHUB_API_URL, where it is set, the network and the proxy settings; what "
        "was pushed before stays, and is told ref by ref."},
    CatalogueEntry{object_format_mismatch, "object_format_mismatch", kExitRemote, Retry::never,
                   "one repository uses SHA-1 ids and the other SHA-256",
                   "Make the target with the source's object format."},
    CatalogueEntry{source_shallow, "source_shallow", kExitRemote, Retry::never,
                   "the source is a shallow clone and the target lacks what is below its cut",
                   "Sync from a full repository (`git fetch --unshallow`)."},
    CatalogueEntry{pack_too_large, "pack_too_large", kExitRemote, Retry::never,
                   "a server limits the size of a push, or of a request",
                   "Raise the server's limit (nginx: client_max_body_size; git: "
                   "receive.maxInputSize), or sync fewer branches at a time."},
    CatalogueEntry{length_required, "length_required", kExitRemote, Retry::never,
                   "the server, or a proxy before it, does not take bodies of unknown length",
                   "Let the server accept chunked requests (HTTP/1.1 transfer coding)."},
    CatalogueEntry{host_unreachable, "host_unreachable", kExitRemote, Retry::may_help,
                   "the host's name or port could not be reached",
                   "Check the address, the network and the proxy settings."},
    CatalogueEntry{
        proxy_refused, "proxy_refused", kExitRemote, Retry::may_help,
        "the proxy did not let the request through",
        "Check the address, the user and the password in https_proxy, http_proxy or "
        "all_proxy, and what the proxy allows; no_proxy names the hosts that need none."},
    CatalogueEntry{tls_failure, "tls_failure", kExitRemote, Retry::never,
                   "no protected connection, as the server's certificate could not be verified",
                   "If the server has a private CA, name its file in SSL_CERT_FILE or "
                   "NODE_EXTRA_CA_CERTS; verification is never switched off."},
    CatalogueEntry{tls_refused, "tls_refused", kExitRemote, Retry::never,
                   "the server, or something before it, ended the TLS handshake",
                   "The server has to speak TLS 1.2 or later and to want no certificate of ours; "
                   "a firewall or a proxy on the way may end the handshake too."},
    CatalogueEntry{
        wrong_scheme, "wrong_scheme", kExitRemote, Retry::never,
        "the port speaks plain http where the address says https, or the other way round",
        "Mend the scheme or the port of the address that the message names; by plain "
        "http a token can be read on the way."},
    CatalogueEntry{timeout, "timeout", kExitRemote, Retry::may_help,
                   "nothing moved for as long as `timeout` allows",
                   "Run again; if the server thinks longer, raise `timeout`."},
    CatalogueEntry{rate_limited, "rate_limited", kExitRemote, Retry::may_help,
                   "the server asks us to come back later", "Wait, and run less often."},
    CatalogueEntry{server_error, "server_error", kExitRemote, Retry::may_help,
                   "the server answered with an error of its own",
                   "Run again later; if it stays, ask the server's owner."},
    CatalogueEntry{connection_lost, "connection_lost", kExitRemote, Retry::may_help,
                   "the connection ended before an answer was whole",
                   "Run again; a server that closes in the middle of a push may limit its size."},
    CatalogueEntry{server_refused, "server_refused", kExitRemote, Retry::never,
                   "the server ended the talk with words of its own",
                   "The message has the server's words; if they do not help, its owner can."},
    CatalogueEntry{protocol_error, "protocol_error", kExitRemote, Retry::never,
                   "the answer is not Git's smart protocol, or not that of GitHub's API",
                   "Check that the address is a Git repository and not a web page or a proxy."},
    CatalogueEntry{limit_exceeded, "limit_exceeded", kExitRemote, Retry::never,
                   "a server's data goes beyond what is read of it (tests/README.md, Bounds)",
                   "Look at the repository that the message names: no ordinary one is like this. "
                   "If yours is, please report it."},
    CatalogueEntry{
        ssh_failed, "ssh_failed", kExitRemote, Retry::never, "ssh could not open the repository",
        "Check `ssh_private_key` and `ssh_known_hosts`; the message has the words of ssh."},
    CatalogueEntry{program_missing, "program_missing", kExitRemote, Retry::never,
                   "a program that a path or an ssh address needs is not installed",
                   "Install `git` for a path, `ssh` (OpenSSH's client) for an ssh address, so that "
                   "PATH leads to it; or use an https address, which needs neither."},
    CatalogueEntry{service_missing, "service_missing", kExitRemote, Retry::never,
                   "the host of an ssh address has no Git, or none for this login",
                   "Install git there so that the login's PATH leads to git-upload-pack and "
                   "git-receive-pack, or name a login that may use them."},
    CatalogueEntry{repository_damaged, "repository_damaged", kExitRemote, Retry::never,
                   "a repository lacks objects of its own, or cannot read them",
                   "Look with `git fsck` at the repository that the message names; what is damaged "
                   "or partial (`git clone --filter`) cannot be synced until its objects are "
                   "there."},
    CatalogueEntry{not_confirmed, "not_confirmed", kExitRemote, Retry::never,
                   "the server accepted the ref, yet its listing says otherwise",
                   "Look at the target: somebody may have moved the ref since; then run again."},
    CatalogueEntry{backup_refused, "backup_refused", kExitRefused, Retry::never,
                   "the target does not take the backup, so nothing was overwritten or deleted",
                   "Let the target take refs below refs/sync/, or set `backup: false` to go "
                   "without one."},
    CatalogueEntry{no_such_record, "no_such_record", kExitRefused, Retry::never,
                   "the ledger of the target holds no record of the run to roll back",
                   "Look up the run in refs/sync/ledger on the target; runs with `history: false` "
                   "leave no record."},
    CatalogueEntry{moved_since, "moved_since", kExitRefused, Retry::never,
                   "the ref was moved after the run that is to be rolled back",
                   "Roll back the later run first, or set `force_sync: true` to move it all the "
                   "same."},
    CatalogueEntry{temporary_folder, "temporary_folder", kExitRemote, Retry::never,
                   "the temporary folder is full, is not there, or cannot be written",
                   "See that the folder that the message names is there, may be written and has "
                   "room, or let RUNNER_TEMP name another; each ref is told as it stands on the "
                   "target."},
    CatalogueEntry{cancelled, "cancelled", 130, Retry::never, "the run was cancelled",
                   "Run again; each ref is told as it stands on the target."},
    CatalogueEntry{internal_error, "internal_error", kExitBug, Retry::never,
                   "a mistake in sync-action itself",
                   "Please report it with the log of a run with debug logging switched on."},
};

}  // namespace

std::span<const CatalogueEntry> catalogue() {
  return kCatalogue;
}

const CatalogueEntry& catalogue_entry(FailureCode code) {
  for (const auto& entry : kCatalogue) {
    if (entry.code == code) return entry;
  }
  return kCatalogue.back();
}

}  // namespace occ
