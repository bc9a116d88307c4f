// A Git server as people run it: lighttpd in front of `git http-backend`, serving a folder of
// bare repositories on 127.0.0.1, to clients whose User-Agent begins with `git/`, as large hosts do
// it. lighttpd hands a request body on only when it is complete, and keeps the large ones in files
// below the server's own folder.
#pragma once

#include "support/socket.hpp"
#include "support/test_ca.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace occ::test {

struct Credentials {
  std::string user;
  std::string password;
};

enum class GitProtocol : std::uint8_t {
  v2,
  v0,  // the Git-Protocol header never reaches git
};

enum class ChunkedBodies : std::uint8_t {
  accepted,
  refused_with_411,
};

// Requests whose body holds `word` get `answer`, which is a CGI program's output: headers, an empty
// line, a body.
struct RefusedWord {
  std::string word;
  std::string answer;
};

struct HttpServerOptions {
  std::optional<Credentials> required = std::nullopt;  // Basic auth, for everything
  std::optional<TlsIdentity> tls = std::nullopt;
  GitProtocol protocol = GitProtocol::v2;
  ChunkedBodies chunked_bodies = ChunkedBodies::accepted;
  std::optional<long> largest_request_kib = std::nullopt;  // above it: 413
  std::optional<RefusedWord> refused = std::nullopt;
  std::string agent = {};         // says that it is; empty: git itself
  bool pushes_forbidden = false;  // 403 for all of git-receive-pack
  // Path prefixes that answer 301: {"/old/name.git", "/new/name.git"}. The query is kept.
  std::vector<std::pair<std::string, std::string>> renamed = {};
  // Answers instead of `git http-backend`, by CGI, and sees to the User-Agent itself.
  std::filesystem::path program = {};
};

// Where git keeps the program that answers over HTTP.
[[nodiscard]] std::filesystem::path git_http_backend();

struct LoggedRequest {
  std::string method;
  std::string path;
  std::string query;
  int status = 0;
  long bytes_in = 0;   // of the whole request, headers included
  long bytes_out = 0;  // of the whole response, headers included

  // Whether it concerns the service "git-upload-pack" or "git-receive-pack".
  [[nodiscard]] bool is_for(std::string_view service) const;
};

class HttpServer {
 public:
  // Serves `<folder>/repos`; keeps its own files beside it.
  explicit HttpServer(std::filesystem::path folder, const HttpServerOptions& options = {});
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  HttpServer(HttpServer&&) = delete;
  HttpServer& operator=(HttpServer&&) = delete;

  [[nodiscard]] std::filesystem::path repositories() const { return folder_ / "repos"; }
  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::string origin() const;  // "http://127.0.0.1:1234"
  [[nodiscard]] std::string url(std::string_view repository) const;
  // What was asked of it so far, in the order of completion.
  [[nodiscard]] std::vector<LoggedRequest> requests();
  // A setting for every repository here, such as uploadpack.packObjectsHook.
  void git_config(std::string_view key, std::string_view value) const;
  // Offers filter, and answers all but blob:none, blob:limit and tree:0 with an ERR packet.
  void take_filters_of_github_only() const;
  // Makes `git upload-pack` keep a copy of each pack that it sends; see sent_packs().
  void record_packs() const;
  [[nodiscard]] std::vector<std::size_t> sent_pack_sizes() const;

 private:
  void write_configuration(const HttpServerOptions& options) const;
  [[nodiscard]] std::filesystem::path program(const HttpServerOptions& options) const;

  std::filesystem::path folder_;
  std::string scheme_;
  std::optional<Credentials> credentials_;
  std::uint16_t port_ = 0;
  pid_t pid_ = -1;
  int sentinels_ = 0;
};

}  // namespace occ::test
