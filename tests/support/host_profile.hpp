// What the public hosts do otherwise than plain `git http-backend`, as values: settings of git,
// rules for host_gate.py, refusals by hooks. Each line of a profile names its fact: `hosts 4` is
// number 4 of the table "Hosts" in tests/README.md. Starts nothing; see host_server.hpp.
#pragma once

#include "support/git.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace occ::test {

enum class Host : std::uint8_t {
  github,
  gitlab,
  gitea,         // behind nginx with a limit of 1 MB for a request
  azure_devops,  // protocol version 0
  gerrit,        // what a current JGit offers
  minimal,       // next to nothing is offered
  // Programs of their own instead of git behind rules.
  jgit,
  dulwich,
};

[[nodiscard]] const char* name_of(Host host);
void PrintTo(Host host, std::ostream* out);

// Something that the host's hooks or checks decline.
struct HostRefusal {
  std::string name;   // for the name of a test
  std::string hook;   // a pre-receive hook (sh) that declines every push of main
  std::string error;  // the id in the catalogue of errors; empty: any
  std::string text;   // what the user has to read
};

struct HostProfile {
  Host host;
  std::string folder;        // of the repositories below the server, such as "octo/"
  std::string suffix;        // of the repositories' names
  bool version_2 = true;     // of the protocol
  bool deletes = true;       // refs can be deleted by a push
  bool any_object = true;    // a fetch may ask for what is no tip: merges and reports need that
  long largest_request = 0;  // bytes; 0: no limit
  std::vector<std::pair<std::string, std::string>> config = {};  // of git, for every repository
  std::vector<std::string> own_refs = {};  // which the host keeps in every repository
  nlohmann::json rules = {};               // for host_gate.py; null for a program of its own
  std::vector<HostRefusal> refusals = {};
};

[[nodiscard]] const HostProfile& profile_of(Host host);
// Where the repository of this name lies below the server's folder.
[[nodiscard]] std::string place_of(Host host, std::string_view repository);
// The same as the path of an address: blanks as %20.
[[nodiscard]] std::string address_of(Host host, std::string_view repository);
// Gives a repository the settings that the host's would have.
void make_hosted(const GitRepo& repository, Host host);
// Gives a repository, at its main branch, the refs that such a host keeps for itself.
void add_own_refs(GitRepo& repository, Host host);

// A pre-receive hook that declines a push of more than `most` refs (hosts 5).
[[nodiscard]] std::string hook_against_more_refs_than(int most);
// A pre-receive hook that declines refs outside of refs/heads/ and refs/tags/ (hosts 18).
[[nodiscard]] std::string hook_against_other_refs();

}  // namespace occ::test
