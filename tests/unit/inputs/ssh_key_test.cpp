#include "inputs/ssh_key.hpp"

#include "support/process.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace occ::inputs {
namespace {

// A key's file as ssh-keygen writes it.
std::string made_key(const test::TempDir& folder, const std::string& name,
                     const std::string& passphrase, const std::vector<std::string>& more) {
  std::vector<std::string> argv{"ssh-keygen", "-q", "-N",
                                passphrase,   "-f", (folder / name).string()};
  argv.insert(argv.end(), more.begin(), more.end());
  EXPECT_EQ(test::run_process(argv).exit_code, 0);
  return test::file_text(folder / name);
}

TEST(SshKey, WithAPassphraseIsRefused) {
  const test::TempDir folder;
  const std::vector<std::vector<std::string>> kinds{{"-t", "ed25519"},
                                                    {"-t", "rsa", "-b", "2048"},
                                                    {"-t", "rsa", "-b", "2048", "-m", "PEM"},
                                                    {"-t", "rsa", "-b", "2048", "-m", "PKCS8"}};
  int number = 0;
  for (const auto& kind : kinds) {
    const std::string name = std::to_string(++number);
    const std::string open = made_key(folder, name + "o", "", kind);
    EXPECT_EQ(mistake_in_ssh_key(open), "");
    EXPECT_NE(mistake_in_ssh_key(test::file_text(folder / (name + "o.pub"))).find("public half"),
              std::string::npos);
    const std::string locked = made_key(folder, name + "l", "a passphrase", kind);
    EXPECT_NE(mistake_in_ssh_key(locked).find("passphrase"), std::string::npos) << name;
  }
}

TEST(SshKey, OfPuttyIsRefused) {
  EXPECT_NE(mistake_in_ssh_key("PuTTY-User-Key-File-3: ssh-ed25519\n").find("PuTTY"),
            std::string::npos);
}

TEST(SshKey, OfAnUnknownFormIsLeftToSsh) {
  EXPECT_EQ(mistake_in_ssh_key("x"), "");
  EXPECT_EQ(mistake_in_ssh_key("-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNz"), "");
}

}  // namespace
}  // namespace occ::inputs
