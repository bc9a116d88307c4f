// Where a repository is and how it is reached, read from what the user wrote.
#pragma once

#include "base/secret.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace occ::inputs {

struct Endpoint {
  enum class Kind { http, ssh, local };

  Kind kind = Kind::local;
  // http: URL without credentials, at GitHub and at the workflow's own server with `.git` at its
  // end; ssh: path at the host; local: path.
  std::string location;
  std::string user_and_host;  // ssh
  std::string port;           // ssh; empty: the default
  std::string username;       // http
  Secret password;            // http
  // http: password is github_token, for want of a token of its own
  bool borrows_token = false;
  bool password_in_address = false;  // http: and no token was given beside it
  bool on_workflow_server = false;   // http: the same server as GITHUB_SERVER_URL
  // http: known to speak protocol version 2, as the workflow's own server must for
  // actions/checkout, and some large public hosts do.
  bool speaks_v2 = false;
  std::string name;  // as messages show it: owner/name where that is known
};

// Whether it is owner/name on the workflow's own server.
[[nodiscard]] bool is_repository(const Endpoint& endpoint, std::string_view slug);

// Reads `text`: owner/name (at `server_url`), http(s)://, ssh://, user@host:path, file://, or a
// path that begins with /, ./, ../ or is absolute on Windows. Returns nothing and says why in
// `mistake`, which never holds a credential.
[[nodiscard]] std::optional<Endpoint> parse_endpoint(std::string_view text,
                                                     std::string_view server_url,
                                                     std::string& mistake);

}  // namespace occ::inputs
