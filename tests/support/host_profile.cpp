#include "support/host_profile.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace occ::test {
namespace {

using nlohmann::json;

// A pre-receive hook that runs `body` for each command of main: $old, $new, $ref.
std::string for_each_push_of_main(std::string_view body) {
  return "while read old new ref; do\n  test \"$ref\" = refs/heads/main || continue\n  " +
         std::string(body) + "\ndone\n";
}

// Declines main, saying this.
std::string declining_main(std::string_view text) {
  return for_each_push_of_main("cat >&2 <<'END'\n" + std::string(text) + "\nEND\nexit 1");
}

// The answer to who does not introduce himself as git (hosts 0).
json turned_away(std::string_view status, std::string_view text, const json& headers = {}) {
  json all = headers.is_null() ? json::object() : headers;
  if (!all.contains("Content-Type")) all["Content-Type"] = "text/plain";
  return {{"status", status}, {"text", text}, {"headers", all}};
}

const json kReasonsOfGithub = json::array({
    {"GH013", "push declined due to repository rule violations"},  // hosts 5
    {"GH006", "protected branch hook declined"},                   // hosts 5
    {"GH007", "push declined due to email privacy restrictions"},  // hosts 5
});

HostProfile github() {
  HostProfile host{.host = Host::github, .folder = "octo/", .suffix = ".git"};
  host.config = {
      {"uploadpack.allowFilter", "true"},               // hosts 1
      {"uploadpack.allowTipSHA1InWant", "true"},        // hosts 1
      {"uploadpack.allowReachableSHA1InWant", "true"},  // hosts 1
      {"uploadpackfilter.allow", "false"},              // hosts 2
      {"uploadpackfilter.blob:none.allow", "true"},     // hosts 2
      {"uploadpackfilter.blob:limit.allow", "true"},    // hosts 2
      {"uploadpackfilter.tree.allow", "true"},          // hosts 2
      {"uploadpackfilter.tree.maxDepth", "0"},          // hosts 2
      {"receive.fsckObjects", "true"},                  // hosts 4
      {"receive.advertisePushOptions", "true"},         // hosts 4
      {"receive.hideRefs", "refs/pull"},                // hosts 4
      {"transfer.advertiseSID", "true"},                // hosts 4
  };
  host.own_refs = {"refs/pull/1/head", "refs/pull/1/merge"};
  host.rules = {
      {"stranger", turned_away("404 Not Found", "Not Found")},  // hosts 0
      {"offers",
       {{"git-receive-pack",  // hosts 4
         {"report-status", "report-status-v2", "delete-refs", "side-band-64k", "ofs-delta",
          "atomic", "object-format", "quiet", "agent", "session-id", "push-options"}}}},
      {"reasons", kReasonsOfGithub},
  };
  host.refusals = {
      // hosts 5, all of them
      {"OfALargeFile",
       declining_main(
           "error: File big.bin is 120.00 MB; this exceeds GitHub's file size limit of "
           "100.00 MB\nerror: GH001: Large files detected. You may want to try Git Large "
           "File Storage - https://git-lfs.github.com."),
       "large_file", "big.bin"},
      {"OfAForcedPush",
       declining_main("error: GH003: Sorry, force-pushing to main is not allowed."), "",
       "force-pushing to main is not allowed"},
      {"OfAProtectedBranch",
       declining_main("error: GH006: Protected branch update failed for refs/heads/main.\nerror: "
                      "Changes must be made through a pull request."),
       "protected_branch", "Changes must be made through a pull request."},
      {"OfAPrivateAddress",
       declining_main("error: GH007: Your push would publish a private email address."), "",
       "private email address"},
      {"OfMissingLfsObjects",
       declining_main(
           "error: GH008: Your push referenced at least 1 unknown Git LFS object:\nerror: "
           "    6c17f2007cbe934aee6e309b28b2dba3c119c5dff2ef813ed124699efe319868"),
       "", "unknown Git LFS object"},
      {"OfARule",
       declining_main(
           "error: GH013: Repository rule violations found for refs/heads/main.\nReview "
           "all repository rules at https://github.com/octo/target/rules\n\n- Commits must "
           "have verified signatures."),
       "protected_branch", "Commits must have verified signatures."},
  };
  return host;
}

HostProfile gitlab() {
  HostProfile host{.host = Host::gitlab, .folder = "group/sub-group/", .suffix = ".git"};
  host.config = {
      {"uploadpack.allowFilter", "true"},             // hosts 8
      {"uploadpack.allowAnySHA1InWant", "true"},      // hosts 8
      {"receive.fsckObjects", "true"},                // hosts 8
      {"receive.fsck.badTimezone", "ignore"},         // hosts 8
      {"receive.fsck.zeroPaddedFilemode", "ignore"},  // hosts 8
      {"receive.advertisePushOptions", "true"},
  };
  for (const char* hidden : {"refs/keep-around", "refs/merge-requests", "refs/pipelines",
                             "refs/environments", "refs/remotes", "refs/tmp", "refs/work"}) {
    host.config.emplace_back("receive.hideRefs", hidden);  // hosts 8
  }
  host.own_refs = {"refs/merge-requests/1/head", "refs/pipelines/77", "refs/keep-around/0123"};
  host.rules = {
      {"stranger",
       turned_away("302 Found", "You are being redirected.", {{"Location", "/users/_signin"}})},
      {"offers", json::object()},
  };
  host.refusals = {
      {"OfAForcedPush",  // hosts 8
       declining_main(
           "GitLab: You are not allowed to force push code to a protected branch on this "
           "project."),
       "protected_branch", "You are not allowed to force push code"},
      {"OfAProtectedBranch",  // hosts 8
       declining_main("GitLab: You are not allowed to push code to protected branches on this "
                      "project."),
       "protected_branch", "You are not allowed to push code"},
      {"OfAPushRule", declining_main("GitLab: Author 'x' is not a member of team"), "hook_declined",
       "is not a member of team"},
  };
  return host;
}

HostProfile gitea() {
  HostProfile host{.host = Host::gitea, .folder = "owner/", .suffix = ".git"};
  host.largest_request = 1'000'000;  // hosts 9
  host.config = {
      {"uploadpack.allowFilter", "true"},         // hosts 9
      {"uploadpack.allowAnySHA1InWant", "true"},  // hosts 9
      {"receive.advertisePushOptions", "true"},
  };
  host.own_refs = {"refs/pull/1/head"};
  host.rules = {{"stranger", turned_away("403 Forbidden", "Forbidden")},  // hosts 0
                {"offers", json::object()}};
  host.refusals = {{"OfAProtectedBranch",
                    declining_main("Gitea: Not allowed to push to protected branch main"),
                    "protected_branch", "Not allowed to push to protected branch main"}};
  return host;
}

HostProfile azure_devops() {
  // The address (hosts 10).
  HostProfile host{
      .host = Host::azure_devops, .folder = "organisation/My Project/_git/", .suffix = ""};
  host.version_2 = false;  // hosts 10
  host.rules = {
      {"stranger",
       turned_away("302 Found", "", {{"Location", "/_signin"}, {"Content-Type", "text/html"}})},
      {"offers", json::object()},
      {"demands", {"multi_ack", "multi_ack_detailed"}},  // hosts 10
      {"demand_text",
       "TF401041: The Git protocol sent is not as expected (Clients must support multi-ack.)."},
  };
  host.refusals = {
      {"OfATooLargePush",
       declining_main("TF402462: The push was rejected because its size is "
                      "greater than the limit."),  // hosts 10
       "", "TF402462"},
      {"OfAProtectedBranch",
       declining_main("TF402455: Pushes to this branch are not permitted; you must use a pull "
                      "request to update this branch."),
       "", "you must use a pull request"}};
  return host;
}

HostProfile gerrit() {
  HostProfile host{.host = Host::gerrit, .folder = "a/", .suffix = ""};
  host.version_2 = false;  // hosts 11
  host.own_refs = {"refs/changes/01/1/1", "refs/changes/01/1/meta", "refs/meta/config"};
  host.rules = {
      {"stranger", turned_away("404 Not Found", "Not found")},  // hosts 0
      {"offers",                                                // hosts 11
       {{"git-receive-pack",
         {"side-band-64k", "delete-refs", "report-status", "quiet", "atomic", "ofs-delta",
          "agent"}},
        {"git-upload-pack",
         {"include-tag", "multi_ack_detailed", "multi_ack", "ofs-delta", "side-band",
          "side-band-64k", "thin-pack", "no-progress", "no-done", "agent", "symref"}}}},
      {"says", {{"agent", "JGit/7.1.0"}}},
  };
  host.refusals = {{"OfAClosedBranch", declining_main("branch main is closed for direct pushes"),
                    "hook_declined", "closed for direct pushes"}};
  return host;
}

HostProfile minimal() {
  HostProfile host{.host = Host::minimal, .folder = "", .suffix = ".git"};
  host.version_2 = false;
  host.deletes = false;
  host.rules = {
      {"stranger", turned_away("403 Forbidden", "git only")},  // hosts 0
      {"offers",                                               // hosts 11, 15
       {{"git-receive-pack", {"report-status"}}, {"git-upload-pack", {"symref", "thin-pack"}}}},
      {"version_line", true},       // hosts 16
      {"flushes_after_report", 2},  // hosts 16
  };
  return host;
}

HostProfile jgit() {
  HostProfile host{.host = Host::jgit, .folder = "", .suffix = ".git"};
  host.version_2 = false;
  host.config = {{"http.receivepack", "true"}};
  return host;
}

HostProfile dulwich() {
  HostProfile host{.host = Host::dulwich, .folder = "", .suffix = ".git"};
  host.version_2 = false;
  host.any_object = false;  // hosts 21
  return host;
}

}  // namespace

const char* name_of(Host host) {
  switch (host) {
    case Host::github:
      return "GitHub";
    case Host::gitlab:
      return "GitLab";
    case Host::gitea:
      return "Gitea";
    case Host::azure_devops:
      return "AzureDevOps";
    case Host::gerrit:
      return "Gerrit";
    case Host::minimal:
      return "Minimal";
    case Host::jgit:
      return "JGit";
    case Host::dulwich:
      return "Dulwich";
  }
  return "?";
}

void PrintTo(Host host, std::ostream* out) {
  *out << name_of(host);
}

const HostProfile& profile_of(Host host) {
  static const std::array kProfiles{github(), gitlab(),  gitea(), azure_devops(),
                                    gerrit(), minimal(), jgit(),  dulwich()};
  return kProfiles.at(static_cast<std::size_t>(host));
}

std::string place_of(Host host, std::string_view repository) {
  const HostProfile& profile = profile_of(host);
  return profile.folder + std::string(repository) + profile.suffix;
}

std::string address_of(Host host, std::string_view repository) {
  std::string address;
  for (const char c : place_of(host, repository)) {
    address += c == ' ' ? "%20" : std::string(1, c);
  }
  return address;
}

void make_hosted(const GitRepo& repository, Host host) {
  const HostProfile& profile = profile_of(host);
  // Several values of one name are several lines.
  for (const auto& [key, value] : profile.config) repository.git({"config", "--add", key, value});
}

void add_own_refs(GitRepo& repository, Host host) {
  for (const auto& ref : profile_of(host).own_refs) {
    repository.set_ref(ref, repository.tip("main"));
  }
}

std::string hook_against_more_refs_than(int most) {
  const std::string limit = std::to_string(most);
  return "cat >commands\nif test $(wc -l <commands) -gt " + limit +
         "; then\n"
         "  while read old new ref; do\n"
         "    echo \"error: GH013: Repository rule violations found for $ref.\" >&2\n"
         "    echo '- Pushes can not update more than " +
         limit +
         " branches or tags.' >&2\n"
         "  done <commands\n  exit 1\nfi\n";
}

std::string hook_against_other_refs() {
  return "while read old new ref; do\n  case $ref in refs/heads/*|refs/tags/*) ;;\n"
         "  *) echo \"only branches and tags are taken, not $ref\" >&2; exit 1 ;;\n"
         "  esac\ndone\n";
}

}  // namespace occ::test
