#include "net/pipe_failure.hpp"

#include "samples.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>

namespace occ::net {
namespace {

using enum FailureCode;

Failure of_ssh(int status, std::string_view words, bool has_own_key = true) {
  return failure_of_pipe(
      {.status = status, .words = words, .is_ssh = true, .has_own_key = has_own_key},
      "ssh://git@h/r");
}

TEST(PipeFailure, OfAHostThatRefusesIsNotTriedAgain) {
  constexpr std::string_view kSaid = "ERROR: Permission to o/r.git denied to u.\n";
  for (const int status : {0, 1, 128, 255}) {
    const Failure failure = of_ssh(status, kSaid);
    EXPECT_EQ(failure.code(), no_permission) << status;
    EXPECT_FALSE(failure.retry_may_help()) << status;
  }
}

TEST(PipeFailure, OfAHostThatRefusesInUnknownWordsIsNotTriedAgain) {
  for (const int status : {0, 1, 128}) {
    const Failure failure = of_ssh(status, "ERROR: We moved to the moon.\n");
    EXPECT_EQ(failure.code(), server_refused) << status;
    EXPECT_FALSE(failure.retry_may_help()) << status;
    EXPECT_NE(std::string(failure.what()).find("moved to the moon"), std::string::npos);
  }
}

TEST(PipeFailure, InTheMiddleOfAnAnswerIsALostConnection) {
  const Failure failure = failure_of_pipe(
      {.status = 1, .words = "fatal: odd\n", .has_spoken = true, .is_ssh = true}, "h");
  EXPECT_EQ(failure.code(), connection_lost);
  EXPECT_TRUE(failure.retry_may_help());
}

TEST(PipeFailure, OfWhatPassesIsTriedAgain) {
  constexpr std::array<std::string_view, 9> kSaid{
      "kex_exchange_identification: Connection closed by remote host\r\n"
      "Connection closed by 1.2.3.4 port 22\r\n",
      "kex_exchange_identification: read: Connection reset by peer\r\n",
      "ssh_exchange_identification: Connection closed by remote host\r\n",
      "Connection reset by 1.2.3.4 port 22\r\n",
      "ssh: connect to host h port 22: Connection timed out\r\n",
      "ssh: connect to host h port 22: Connection refused\r\n",
      "Connection to h closed by remote host.\r\n",
      "client_loop: send disconnect: Broken pipe\r\n",
      "Timeout, server h not responding.\r\n"};
  for (const std::string_view said : kSaid) {
    EXPECT_TRUE(of_ssh(255, said).retry_may_help()) << said;
    EXPECT_NE(of_ssh(255, said).code(), ssh_failed) << said;
  }
}

TEST(PipeFailure, OfTheKeyOrTheHostsKeyIsNotTriedAgain) {
  for (const std::string_view said :
       {"Host key verification failed.\r\n",
        "Unable to negotiate with 1.2.3.4 port 22: no matching host key type found.\r\n",
        "git@h: Permission denied (publickey).\r\nConnection closed by 1.2.3.4 port 22\r\n",
        "Received disconnect from 1.2.3.4 port 22:2: Too many authentication failures\r\n"}) {
    EXPECT_FALSE(of_ssh(255, said).retry_may_help()) << said;
  }
}

TEST(PipeFailure, OfAHostThatSaysWhyBeforeItHangsUpIsWhatItSays) {
  EXPECT_EQ(of_ssh(255,
                   "remote: TF401019: The Git repository does not exist or you do not have "
                   "permissions.\r\nConnection to ssh.dev.azure.com closed by remote host.\r\n")
                .code(),
            repository_not_found);
}

TEST(PipeFailure, OfAKeyThatSshCannotReadIsBadInputByName) {
  for (const std::string_view said : {"error in libcrypto", "invalid format",
                                      "incorrect passphrase supplied to decrypt private key"}) {
    const std::string words = "Load key \"/tmp/sync-1/k\": " + std::string(said) +
                              "\r\ngit@h: Permission denied (publickey).\r\n";
    const Failure failure = of_ssh(255, words);
    EXPECT_EQ(failure.code(), bad_input) << said;
    EXPECT_TRUE(std::string_view(failure.what()).starts_with("ssh_private_key: "));
    EXPECT_NE(std::string_view(failure.what()).find(said), std::string_view::npos);
    EXPECT_EQ(std::string_view(failure.what()).find("/tmp/"), std::string_view::npos);
    EXPECT_EQ(of_ssh(255, words, false).code(), authentication_failed) << "a key of the user's own";
  }
}

TEST(PipeFailure, OfAMissingProgramIsThatOfTheFarEnd) {
  EXPECT_EQ(of_ssh(127, "zsh:1: no git here\n").code(), service_missing);
  EXPECT_EQ(of_ssh(1, "bash: git-receive-pack: command not found\n").code(), service_missing);
}

TEST(PipeFailure, OfALocalGitThatDiedSaysTheSameAgain) {
  const Failure failure = failure_of_pipe(
      {.status = 128, .words = "fatal: something else\n", .has_spoken = true}, "/r.git");
  EXPECT_EQ(failure.code(), connection_lost);
  EXPECT_FALSE(failure.retry_may_help());
}

}  // namespace
}  // namespace occ::net
