#include "transfer/refusal.hpp"

#include "samples.hpp"

#include <gtest/gtest.h>

namespace occ::transfer {
namespace {

struct Case {
  std::string_view reason;
  std::string_view server_text;
  std::string_view unpack;
  FailureCode code;
};

void expect_all(std::initializer_list<Case> cases) {
  for (const Case& each : cases) {
    EXPECT_EQ(classify_refusal(each.reason, each.server_text, each.unpack).code, each.code)
        << each.reason << " / " << each.server_text;
  }
}

TEST(ClassifyRefusal, KnowsTheReasonsOfGitsReceivePack) {
  using enum FailureCode;
  expect_all({
      {"failed to update ref", "", "ok", lease_lost},
      {"failed to lock refs/heads/a", "", "ok", lease_lost},
      {"cannot lock ref 'refs/heads/a': is at 1 but expected 2", "", "ok", lease_lost},
      {"reference already exists", "", "ok", lease_lost},
      {"incorrect old value provided", "", "ok", lease_lost},
      {"non-fast-forward", "", "ok", non_fast_forward},
      {"deny updating a hidden ref", "", "ok", hidden_ref},
      {"deny deleting a hidden ref", "", "ok", hidden_ref},
      {"deletion prohibited", "", "ok", deletion_refused},
      {"deletion of the current branch prohibited", "", "ok", default_branch_deletion},
      {"shallow update not allowed", "", "ok", source_shallow},
      {"atomic push failure", "", "ok", atomic_refused},
      {"atomic transaction failed", "", "ok", atomic_refused},
      {"transaction failed to start", "", "ok", atomic_refused},
      {"pre-receive hook declined", "we do not like it", "ok", hook_declined},
      {"hook declined", "", "ok", hook_declined},
      {"branch is currently checked out", "", "ok", ref_rejected},
      {"funny refname", "", "ok", ref_rejected},
      {"missing necessary objects", "", "ok", ref_rejected},
      {"", "", "ok", ref_rejected},
  });
}

TEST(ClassifyRefusal, KnowsAMissingWorkflowScopeInAHooksWords) {
  for (const std::string_view text :
       {"refusing to allow a GitHub App to create or update workflow `.github/workflows/x.yml` "
        "without `workflows` permission\n",
        "refusing to allow an OAuth App to create or update workflow `.github/workflows/x.yml` "
        "without `workflow` scope\n",
        "refusing to allow a Personal Access Token to create or update workflow "
        "`.github/workflows/x.yml` without `workflow` scope\n"}) {
    expect_all({{"pre-receive hook declined", text, "ok", FailureCode::workflow_scope},
                {"push declined", text, "ok", FailureCode::workflow_scope}});
  }
}

TEST(ClassifyRefusal, KnowsTheTextsOfGitHub) {
  using enum FailureCode;
  expect_all({
      {"protected branch hook declined",
       "error: GH006: Protected branch update failed for refs/heads/main.\n"
       "error: At least 1 approving review is required by reviewers with write access.\n",
       "ok", protected_branch},
      {"protected branch hook declined",
       "error: GH006: Protected branch update failed for refs/heads/main.\n"
       "error: Cannot force-push to this branch\n",
       "ok", protected_branch},
      {"push declined due to repository rule violations",
       "error: GH013: Repository rule violations found for refs/heads/main.\n"
       "Review all repository rules at https://github.com/a/b/rules?ref=refs%2Fheads%2Fmain\n",
       "ok", protected_branch},
      {"pre-receive hook declined",
       "error: Trace: 0123456789abcdef\n"
       "error: See https://gh.io/lfs for more information.\n"
       "error: File big.bin is 150.00 MB; this exceeds GitHub's file size limit of 100.00 MB\n"
       "error: GH001: Large files detected. You may want to try Git Large File Storage - "
       "https://git-lfs.github.com.\n",
       "ok", large_file},
      {"refusing to allow a Personal Access Token to create or update workflow "
       "`.github/workflows/ci.yml` without `workflow` scope",
       "", "ok", workflow_scope},
      {"refusing to allow an OAuth App to create or update workflow `.github/workflows/ci.yml` "
       "without `workflow` scope",
       "", "ok", workflow_scope},
      {"refusing to allow a GitHub App to create or update workflow `.github/workflows/ci.yml` "
       "without `workflows` permission",
       "", "ok", workflow_scope},
      {"refusing to delete the current branch: refs/heads/main", "", "ok", default_branch_deletion},
  });
}

TEST(ClassifyRefusal, TakesGitHubsMereWarningAboutLargeFilesForNoReason) {
  using enum FailureCode;
  constexpr std::string_view kWarning =
      "warning: See https://gh.io/lfs for more information.\n"
      "warning: File mid.bin is 60.00 MB; this is larger than GitHub's recommended maximum file "
      "size of 50.00 MB\n"
      "warning: GH001: Large files detected. You may want to try Git Large File Storage.\n";
  const std::string with_rule =
      std::string(kWarning) + "error: GH013: Repository rule violations found for refs/heads/x.\n";
  expect_all({
      {"push declined due to repository rule violations", with_rule, "ok", protected_branch},
      {"pre-receive hook declined", kWarning, "ok", hook_declined},
  });
}

TEST(ClassifyRefusal, KnowsTheTextsOfGitLab) {
  using enum FailureCode;
  expect_all({
      {"pre-receive hook declined",
       "GitLab: You are not allowed to push code to protected branches on this project.\n", "ok",
       protected_branch},
      {"pre-receive hook declined",
       "GitLab: You are not allowed to force push code to a protected branch on this project.\n",
       "ok", protected_branch},
      {"pre-receive hook declined", "GitLab: Author 'x' is not a member of team\n", "ok",
       hook_declined},
  });
}

TEST(ClassifyRefusal, LooksAtWhatTheUnpackerSaid) {
  using enum FailureCode;
  expect_all({
      {"unpacker error", "fatal: pack exceeds maximum allowed size\n", "index-pack abnormal exit",
       pack_too_large},
      {"unpacker error", "", "pack exceeds maximum allowed size (2 GiB)", pack_too_large},
      {"unpacker error", "fatal: unresolved deltas\n", "unpack-objects abnormal exit",
       ref_rejected},
  });
  EXPECT_NE(classify_refusal("unpacker error", "", "disk full").text.find("disk full"),
            std::string::npos);
}

TEST(ClassifyRefusal, DoesNotTakeAChattyHookForAReason) {
  // Words of the server's chatter count only if a hook declined.
  EXPECT_EQ(
      classify_refusal("failed to update ref", "this is a protected branch, mind you", "ok").code,
      FailureCode::lease_lost);
}

TEST(ClassifyRefusal, MakesTheServersTextPrintable) {
  const auto refusal = classify_refusal("::error::\x1b[31mno", "", "ok");
  EXPECT_EQ(refusal.text.find("::"), std::string::npos);
  EXPECT_EQ(refusal.text.find('\x1b'), std::string::npos);
}

TEST(ClassifyRefusal, TellsOfAPackThatWasRefusedInTheServersWords) {
  const Refusal refusal = classify_refusal(
      "unpacker error", "error: object 1234: treeEntriesNotSorted: contains entries not sorted\n",
      "index-pack abnormal exit");
  EXPECT_NE(refusal.text.find("treeEntriesNotSorted"), std::string::npos);
  EXPECT_NE(refusal.text.find("index-pack abnormal exit"), std::string::npos);
}

TEST(MostCommands, AreReadFromTheWordsOfGitHub) {
  EXPECT_EQ(most_commands("error: GH013: Repository rule violations found for refs/heads/a.\n\n"
                          "- Pushes can not update more than 5 branches or tags.\n"),
            5U);
  EXPECT_EQ(most_commands("maximum ref updates exceeded: 12 commands sent but max allowed is 10"),
            10U);
}

TEST(MostCommands, AreNotMadeUp) {
  for (const std::string_view text :
       {"", "pre-receive hook declined", "update more than you may", "max allowed is ",
        "max allowed is 0", "max allowed is 99999999999999999999999"}) {
    EXPECT_FALSE(most_commands(text)) << text;
  }
}

TEST(TellsOfRewrittenRef, KnowsTheWordsOfTheServers) {
  for (const std::string_view text :
       {"the server says 'upload-pack: not our ref 0123'",
        "the server says 'git upload-pack: not our ref 0123'",
        "Server does not allow request for unadvertised object 0123",
        "the server says 'want 0123456789012345678901234567890123456789 not valid'",
        "Client wants invalid object 0123"}) {
    EXPECT_TRUE(tells_of_rewritten_ref(text)) << text;
  }
  for (const std::string_view text : {"repository not found", "the argument is not valid", ""}) {
    EXPECT_FALSE(tells_of_rewritten_ref(text)) << text;
  }
}

TEST(WithheldObject, IsNamedByTheServersWords) {
  const std::string hex = "0123456789012345678901234567890123456789";
  const auto oid = Oid::from_hex(hex);
  EXPECT_EQ(withheld_object("the server says 'upload-pack: not our ref " + hex + "'"), oid);
  EXPECT_EQ(withheld_object("the server says 'want " + hex + " not valid'"), oid);
  EXPECT_EQ(withheld_object("upload-pack: not our ref 0123"), std::nullopt);
  EXPECT_EQ(withheld_object("not our ref"), std::nullopt);
  EXPECT_EQ(withheld_object("no such commit: " + hex), std::nullopt);
}

}  // namespace
}  // namespace occ::transfer
