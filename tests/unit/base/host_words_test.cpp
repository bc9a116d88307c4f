#include "base/host_words.hpp"

#include "samples.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string_view>
#include <utility>

namespace occ {
namespace {

using enum FailureCode;

// As the hosts write them.
constexpr std::array<std::pair<std::string_view, FailureCode>, 33> kSaid{{
    // GitHub
    {"ERROR: Repository not found.\nfatal: Could not read from remote repository.\n",
     repository_not_found},
    {"ERROR: The key you are authenticating with has been marked as read only.\n", no_permission},
    {"ERROR: Permission to o/r.git denied to u.\n", no_permission},
    {"ERROR: Permission to o/r.git denied to deploy key\n", no_permission},
    {"ERROR: This repository was archived so it is read-only.\n", read_only},
    {"ERROR: The 'o' organization has enabled or enforced SAML SSO. To access\n", no_permission},
    // GitLab
    {"remote: \nremote: ====\nremote: \nremote: ERROR: The project you were looking for could not "
     "be "
     "found or you don't have permission to view it.\nremote: \n",
     repository_not_found},
    {"remote: GitLab: You are not allowed to push code to this project.\n", no_permission},
    {"remote: ERROR: This deploy key does not have write access to this project.\n", no_permission},
    {"remote: GitLab: A repository for this project does not exist yet.\n", repository_not_found},
    {"remote: GitLab: You can't push code to a read-only GitLab instance.\n", read_only},
    {"remote: ERROR: The project is archived and cannot be modified.\n", read_only},
    {"remote: GitLab: Internal API unreachable\n", server_error},
    {"remote: ERROR: Your account has been blocked.\n", no_permission},
    // Bitbucket
    {"Unauthorized\n", no_permission},
    {"Unauthorized\r\nfatal: Could not read from remote repository.\r\n", no_permission},
    {"repository access denied.\n", no_permission},
    {"repository access denied. access via a deployment key is read-only.\n", no_permission},
    {"conq: repository does not exist.\n", repository_not_found},
    // Gitea and Forgejo
    {"Gitea: Unauthorized\n", no_permission},
    {"Forgejo: Unauthorized\n", no_permission},
    {"Gitea: User permission denied for writing.\n", no_permission},
    {"Gitea: User: 2:u with Key: 1:k is not authorized to write to o/r.\n", no_permission},
    {"Gitea: Unknown git command\n", service_missing},
    {"Gitea: Cannot find repository: o/r\n", repository_not_found},
    // Azure DevOps
    {"remote: TF401019: The Git repository with name or identifier r does not exist or you do not "
     "have permissions for the operation you are attempting.\n",
     repository_not_found},
    {"remote: TF401027: You need the Git 'GenericContribute' permission to perform this action.\n",
     no_permission},
    // gitolite, git daemon, git, shells
    {"FATAL: W any r u DENIED by fallthru\n(or you mis-spelled the reponame)\n", no_permission},
    {"access denied or repository not exported: /r.git", no_permission},
    {"fatal: '/r.git' does not appear to be a git repository\n", repository_not_found},
    {"bash: git-receive-pack: command not found\n", service_missing},
    {"sh: 1: git-upload-pack: not found\n", service_missing},
    {"fatal: Interactive git shell is not enabled.\n", service_missing},
}};

TEST(HostWords, AreKnownAsTheHostsWriteThem) {
  for (const auto& [said, code] : kSaid) EXPECT_EQ(code_of_host_words(said), code) << said;
}

TEST(HostWords, OfABannerOrOfNothingAreNotKnown) {
  for (const std::string_view said :
       {"", "Unauthorized access to this machine is prohibited.\n",
        "** WARNING: connection is not using a post-quantum key exchange algorithm.\n",
        "upload-pack: not our ref 1111111111111111111111111111111111111111",
        "filter 'combine' not supported", "fatal: unable to read /srv/archived/x.git/HEAD\n"}) {
    EXPECT_EQ(code_of_host_words(said), std::nullopt) << said;
  }
}

}  // namespace
}  // namespace occ
