#include "inputs/input_table.hpp"

#include <array>

namespace occ::inputs {
namespace {

constexpr std::array kInputs{
    InputDefinition{"source_repo", "",
                    "Where to read: owner/name, URL, ssh address or path. Default: the environment "
                    "variable SOURCE_REPO, then the repository of the workflow."},
    InputDefinition{"target_repo", "",
                    "Where to write, in the same forms. Default: the environment variable "
                    "TARGET_REPO."},
    InputDefinition{"source_token", "",
                    "Token for reading the source. Default: github_token, if the source is on the "
                    "workflow's own server."},
    InputDefinition{"target_token", "",
                    "Token for writing the target: scopes repo and workflow, or fine-grained with "
                    "Contents and Workflows read and write."},
    InputDefinition{"github_token", "", "The workflow's own token; never sent to another server."},
    InputDefinition{"source_username", "",
                    "User name that goes with source_token. Default: the one in the address, then "
                    "x-access-token."},
    InputDefinition{"target_username", "",
                    "User name that goes with target_token. Default: the one in the address, then "
                    "x-access-token."},
    InputDefinition{"branches", "",
                    "Branches to sync, one a line or separated by commas: names, globs, !exclude, "
                    "from:to. Default: the environment variable SYNC_BRANCH, then the source's "
                    "default branch."},
    InputDefinition{"sync_tags", "true", "Tags to sync: true, false, or globs as in branches."},
    InputDefinition{"move_tags", "false",
                    "Move a tag of the target that points elsewhere than the source's."},
    InputDefinition{"prune", "false",
                    "Delete refs of the target that branches and sync_tags select and the source "
                    "does not have."},
    InputDefinition{"max_deletions", "10",
                    "Refuse all deletions if prune finds more refs than this."},
    InputDefinition{"create_branches", "true", "Create branches that the target lacks."},
    InputDefinition{"dry_run", "false",
                    "Do everything but the push, and report what would happen."},
    InputDefinition{"force_sync", "false",
                    "Go on though the triggering build failed, and overwrite what diverged, moved "
                    "tags included."},
    InputDefinition{"on_divergence", "fail",
                    "What to do with a branch on which the target has commits of its own: fail, "
                    "skip, overwrite, merge, or pull_request: leave it, and open a pull request on "
                    "the target."},
    InputDefinition{"on_conflict", "fail",
                    "What to do if that merge stops on a file: fail, ours (the target's version of "
                    "the file), theirs (the source's) or pull_request."},
    InputDefinition{"merge_author", "", "Who signs a merge: Name <email>. Default: sync-action."},
    InputDefinition{"pull_request_labels", "", "Labels of such a pull request."},
    InputDefinition{"pull_request_reviewers", "",
                    "Who is asked to review it: users, and teams as org/team."},
    InputDefinition{"pull_request_assignees", "", "Who it is assigned to."},
    InputDefinition{"pull_request_draft", "false", "Open it as a draft."},
    InputDefinition{"atomic", "false", "Let all refs land or none."},
    InputDefinition{"require_successful_build", "true",
                    "Started by workflow_run, skip the sync unless that run succeeded and "
                    "built what is synced."},
    InputDefinition{"sync_built_commit", "false",
                    "Started by workflow_run, sync the branch that was built up to the commit that "
                    "was built, and no other branch."},
    InputDefinition{"backup", "true",
                    "Keep the old tip of everything overwritten or deleted under "
                    "refs/sync/backup/ on the target, in the same push."},
    InputDefinition{"backup_keep", "30",
                    "Days after which backups are removed by a later sync; those of the last ten "
                    "runs always stay; 0 keeps all."},
    InputDefinition{"history", "true",
                    "Append a record of each run that changes the target to refs/sync/ledger "
                    "there."},
    InputDefinition{
        "direction", "to_target",
        "to_target, or both: whichever side is ahead moves the other; then source_token "
        "needs write access too."},
    InputDefinition{"mode", "sync",
                    "sync, or rollback: move each ref that an earlier run moved back to what it "
                    "was."},
    InputDefinition{"rollback_to", "last",
                    "The run to undo: last, or the id of a run as the ledger names it."},
    InputDefinition{"report", "true",
                    "Write the report's files, and upload them as an artifact of the run: true or "
                    "false; full: look into commits, files and conflicts too, which takes some "
                    "more requests."},
    InputDefinition{"report_max_commits", "1000",
                    "How many commits a full report lists for one ref; the rest is counted."},
    InputDefinition{"report_max_bytes", "33554432",
                    "How many bytes of files a full report may fetch to count lines and to find "
                    "conflicts."},
    InputDefinition{"predict_branches", "",
                    "Branches of the target, as globs, with which a merge of what is synced is "
                    "tried in memory; the report tells which would conflict. At most 20."},
    InputDefinition{
        "preflight", "true",
        "Do not complete a push that GitHub is known to refuse: for a file above 100 MiB "
        "or, with a full report, a token without the workflow scope."},
    InputDefinition{
        "report_html", "true",
        "Upload the HTML report beside the archive too, so that the run page opens it."},
    InputDefinition{
        "artifact_name", "",
        "Name of the archive with the report. Default: sync-report- and the number of the run."},
    InputDefinition{"retention_days", "30",
                    "How long the artifacts are kept, at most as long as the repository's settings "
                    "allow; 0 for what they say."},
    InputDefinition{"retries", "3", "How often a failed request is repeated, 0 to 10."},
    InputDefinition{"timeout", "300", "Seconds without any progress before giving up, 1 to 3600."},
    InputDefinition{"ssh_private_key", "", "Private key for ssh addresses."},
    InputDefinition{"ssh_known_hosts", "",
                    "Lines of a known_hosts file for ssh addresses; unknown hosts are refused."},
};

}  // namespace

std::span<const InputDefinition> input_table() {
  return kInputs;
}

}  // namespace occ::inputs
