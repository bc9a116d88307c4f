// Git's services in child processes: of a local repository, or at the far end of the system's
// `ssh` (gitprotocol-pack, "SSH Transport", "File Transport").
#pragma once

#include "base/secret.hpp"
#include "net/loop.hpp"
#include "net/stream.hpp"

#include <memory>
#include <string>
#include <vector>

namespace occ::net {

struct LocalAccess {
  std::string path;
  std::vector<std::string> environment;  // of the child; no secret belongs here
};

struct SshAccess {
  std::string user_and_host;  // "git@example.org"; never begins with '-'
  std::string port;           // empty: ssh's default
  std::string path;
  Secret private_key;       // empty: the user's own keys and agent
  std::string known_hosts;  // empty: the user's own file. Unknown hosts are always refused
  std::string folder;       // where the key may stand while ssh starts
  std::vector<std::string> environment;
};

// `loop` and `trace` are borrowed and must outlive the repository.
[[nodiscard]] std::unique_ptr<Repository> open_local_repository(LocalAccess access, Loop& loop,
                                                                Trace& trace);
[[nodiscard]] std::unique_ptr<Repository> open_ssh_repository(SshAccess access, Loop& loop,
                                                              Trace& trace);

}  // namespace occ::net
