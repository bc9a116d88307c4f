// What hosts and ssh itself say when there is no talk over ssh: told as what it is, and tried again
// only where that may help. An `ssh` of the test's own says it.
#include "e2e/expect.hpp"

#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <string>

namespace occ::test {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

// Both sides are paths but for one, which is reached by an `ssh` that says `words` and ends.
class SshWords : public testing::Test {
 protected:
  World world{Transport::path};

  void SetUp() override {
    world.source.commits("main", 2);
    fs::create_directories(bin());
    world.runner().set_env("PATH", bin().string() + ':' + std::getenv("PATH"));
  }

  [[nodiscard]] fs::path bin() const { return world.folder() / "bin"; }
  [[nodiscard]] fs::path calls() const { return world.folder() / "calls"; }

  // The `failures` first calls fail; what comes after is served.
  void says(const std::string& words, int status, int failures = 1000) const {
    write_file(world.folder() / "words", words);
    write_file(calls(), "");
    write_file(bin() / "ssh", "#!/bin/sh\necho >> '" + calls().string() + "'\n[ $(wc -l < '" +
                                  calls().string() + "') -le " + std::to_string(failures) +
                                  " ] && { cat '" + (world.folder() / "words").string() +
                                  "' >&2; exit " + std::to_string(status) +
                                  "; }\nfor last; do :; done\neval \"exec $last\"\n");
    fs::permissions(bin() / "ssh", fs::perms::owner_all);
  }

  [[nodiscard]] int times_called() const {
    int lines = 0;
    for (const char c : file_text(calls())) lines += c == '\n' ? 1 : 0;
    return lines;
  }

  StepRun sync(const std::string& input, const std::string& address) {
    return world.sync({{input, address}});
  }
};

TEST_F(SshWords, OfAReadOnlyDeployKeyAskForOneThatMayWrite) {
  says(
      "ERROR: The key you are authenticating with has been marked as read only.\n"
      "fatal: Could not read from remote repository.\n",
      1);
  const StepRun run =
      world.sync({{"target_repo", "git@github.com:o/r.git"}, {"ssh_private_key", "a key"}});
  EXPECT_EQ(run.exit_code(), 3) << run.story();
  EXPECT_EQ(run.error(), "no_permission") << run.story();
  EXPECT_EQ(times_called(), 1) << "what stays is not tried again";
  EXPECT_THAT(run.log(), AllOf(HasSubstr("marked as read only"), HasSubstr("may not write it"),
                               HasSubstr("deploy key of it with `Allow write access`"),
                               Not(HasSubstr("`target_token`"))));
}

TEST_F(SshWords, OfAnArchivedRepositoryBlameNoKey) {
  says("ERROR: This repository was archived so it is read-only.\n", 1);
  const StepRun run = sync("target_repo", "git@github.com:o/r.git");
  EXPECT_EQ(run.error(), "read_only") << run.story();
  EXPECT_EQ(times_called(), 1);
  EXPECT_THAT(run.log(), AllOf(HasSubstr("the target is archived"), HasSubstr("Unarchive")));
}

TEST_F(SshWords, OfASourceThatIsNotThereNameTheSource) {
  says(
      "remote: \nremote: ERROR: The project you were looking for could not be found or you don't "
      "have permission to view it.\nremote: \nfatal: Could not read from remote repository.\n",
      1);
  const StepRun run = sync("source_repo", "git@gitlab.com:o/r.git");
  EXPECT_EQ(run.error(), "repository_not_found") << run.story();
  EXPECT_EQ(times_called(), 1);
  EXPECT_THAT(run.log(), HasSubstr("Check the spelling of `source_repo`"));
}

TEST_F(SshWords, OfAHostWithoutGitBlameNoProgramHere) {
  says("bash: git-receive-pack: command not found\n", 127);
  const StepRun run = sync("target_repo", "host:r.git");
  EXPECT_EQ(run.error(), "service_missing") << run.story();
  EXPECT_THAT(run.log(), HasSubstr("Install git on the target's host"));
}

TEST_F(SshWords, ThatNobodyKnowsAreShownAndNotTriedAgain) {
  says("ERROR: We moved to the moon.\n", 0);
  const StepRun run = sync("target_repo", "git@host:r.git");
  EXPECT_EQ(run.error(), "server_refused") << run.story();
  EXPECT_EQ(times_called(), 1);
  EXPECT_THAT(run.log(), HasSubstr("We moved to the moon"));
}

TEST_F(SshWords, OfPassingTroubleAreFollowedByAnotherTry) {
  says(
      "kex_exchange_identification: Connection closed by remote host\r\n"
      "Connection closed by 1.2.3.4 port 22\r\n",
      255, 1);
  expect_synced(world, sync("target_repo", "git@host:" + world.target.path().string()));
  EXPECT_GE(times_called(), 2);
}

TEST_F(SshWords, OfAKeyThatCannotBeReadNameTheInput) {
  says("Load key \"/tmp/k\": error in libcrypto\r\ngit@host: Permission denied (publickey).\r\n",
       255);
  const StepRun run = world.sync({{"target_repo", "git@host:r.git"}, {"ssh_private_key", "a key"}});
  EXPECT_EQ(run.exit_code(), 2) << run.story();
  EXPECT_EQ(run.error(), "bad_input");
  EXPECT_THAT(run.log(), AllOf(HasSubstr("ssh_private_key: "), HasSubstr("error in libcrypto")));
}

TEST_F(SshWords, AreNotWaitedForWhereTheKeyIsNone) {
  says("never said\n", 1);
  for (const std::string key :
       {"ssh-ed25519 AAAAC3Nz user@host", "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIF\n"}) {
    const StepRun run = world.sync({{"target_repo", "git@host:r.git"}, {"ssh_private_key", key}});
    EXPECT_EQ(run.error(), "bad_input") << run.story();
    EXPECT_THAT(run.log(), HasSubstr("ssh_private_key: "));
    EXPECT_EQ(times_called(), 0);
  }
}

}  // namespace
}  // namespace occ::test
