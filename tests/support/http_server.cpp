#include "support/http_server.hpp"

#include "support/git.hpp"
#include "support/process.hpp"
#include "support/temp_dir.hpp"

#include <chrono>
#include <poll.h>
#include <sstream>
#include <stdexcept>
#include <sys/socket.h>
#include <thread>

namespace occ::test {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kSentinel = "/are-you-done-";

std::string as_conf(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + "\"";
}

// The first line of a request that only the access log is meant to see.
void ask_for(std::uint16_t port, const std::string& path) {
  const Fd socket = connect_to_loopback(port);
  send_all(socket.get(), "GET " + path + " HTTP/1.0\r\n\r\n");
  pollfd answered{socket.get(), POLLIN, 0};
  ::poll(&answered, 1, 2000);
}

std::vector<std::string> fields_of(const std::string& line) {
  std::vector<std::string> fields;
  std::istringstream in(line);
  for (std::string field; std::getline(in, field, '\t');) fields.push_back(field);
  return fields;
}

}  // namespace

fs::path git_http_backend() {
  const ProcessResult found = run_process({"git", "--exec-path"});
  fs::path program = fs::path(found.out.substr(0, found.out.find('\n'))) / "git-http-backend";
  if (!fs::exists(program)) throw std::runtime_error("no '" + program.string() + "'");
  return program;
}

bool LoggedRequest::is_for(std::string_view service) const {
  return path.ends_with("/" + std::string(service)) ||
         query.find("service=" + std::string(service)) != std::string::npos;
}

HttpServer::HttpServer(fs::path folder, const HttpServerOptions& options)
    : folder_(std::move(folder)),
      scheme_(options.tls ? "https" : "http"),
      credentials_(options.required) {
  fs::create_directories(repositories());
  fs::create_directories(folder_ / "uploads");
  write_file(folder_ / "access.log", "");
  write_file(folder_ / "gitconfig", "");
  git_config("http.receivepack", "true");
  write_configuration(options);
  const Listener listener = listen_on_loopback();
  port_ = listener.port;
  pid_ = spawn_server({"lighttpd", "-D", "-f", (folder_ / "lighttpd.conf").string()},
                      git_environment(), listener.socket.get(), folder_ / "lighttpd.log");
}

HttpServer::~HttpServer() {
  end_server(pid_);
}

fs::path HttpServer::program(const HttpServerOptions& options) const {
  const fs::path backend = options.program.empty() ? git_http_backend() : options.program;
  if (!options.refused) return backend;
  fs::create_directories(folder_ / "bodies");
  write_file(folder_ / "refused-word", options.refused->word);
  write_file(folder_ / "refusal", options.refused->answer);
  const std::string here = "'" + folder_.string() + "/";
  fs::path gate = folder_ / "gate";
  write_script(gate, "#!/bin/sh\nbody=$(mktemp " + here + "bodies/XXXXXX')\ncat >\"$body\"\n" +
                         "grep -aqFf " + here + "refused-word' \"$body\" && exec cat " + here +
                         "refusal'\nexec '" + backend.string() + "' <\"$body\"\n");
  return gate;
}

void HttpServer::write_configuration(const HttpServerOptions& options) const {
  std::ostringstream conf;
  conf << "server.modules = (\"mod_redirect\", \"mod_access\", \"mod_auth\", \"mod_authn_file\","
       << " \"mod_alias\", \"mod_setenv\", \"mod_cgi\", \"mod_accesslog\""
       << (options.tls ? ", \"mod_openssl\"" : "") << ")\n"
       << "server.bind = \"/dev/stdin\"\n"  // the socket that the test opened
       << "server.document-root = " << as_conf(repositories().string()) << "\n"
       << "server.errorlog = " << as_conf((folder_ / "error.log").string()) << "\n"
       << "server.upload-dirs = (" << as_conf((folder_ / "uploads").string()) << ")\n"
       << "server.stream-response-body = 2\n"
       << "server.stream-request-body = "
       << (options.chunked_bodies == ChunkedBodies::accepted ? 0 : 1) << "\n"
       << "accesslog.filename = "  // through a pipe, because only then each line goes out at once
       << as_conf("|exec cat >>'" + (folder_ / "access.log").string() + "'") << "\n"
       << "accesslog.format = \"%m\\t%U\\t%q\\t%s\\t%I\\t%O\"\n";
  if (options.largest_request_kib) {
    conf << "server.max-request-size = " << *options.largest_request_kib << "\n";
  }
  for (const auto& [from, to] : options.renamed) {
    conf << "url.redirect += (" << as_conf("^" + from + "(/.*)?$") << " => " << as_conf(to + "$1")
         << ")\n";  // what it matches against includes the query
  }
  conf << "url.redirect-code = 301\n"
       << "alias.url = (\"/\" => " << as_conf(program(options).string() + "/") << ")\n"
       << "cgi.assign = (\"\" => \"\")\n"
       << "setenv.set-environment = (\"GIT_PROJECT_ROOT\" => " << as_conf(repositories().string())
       << ", \"GIT_HTTP_EXPORT_ALL\" => \"1\"";
  for (auto [name, value] : git_environment()) {
    if (name == "GIT_CONFIG_GLOBAL") value = (folder_ / "gitconfig").string();
    if (name != "PATH" && name != "LANG" && name != "TZ") {
      conf << ", " << as_conf(name) << " => " << as_conf(value);
    }
  }
  if (!options.agent.empty()) conf << ", \"GIT_USER_AGENT\" => " << as_conf(options.agent);
  conf << ")\n";
  if (options.protocol == GitProtocol::v0) {
    conf << "setenv.set-request-header = (\"Git-Protocol\" => \"\")\n";
  }
  if (options.required) {
    write_file(folder_ / "users", options.required->user + ":" + options.required->password + "\n");
    conf << "auth.backend = \"plain\"\n"
         << "auth.backend.plain.userfile = " << as_conf((folder_ / "users").string()) << "\n"
         << "auth.require = (\"/\" => (\"method\" => \"basic\", \"realm\" => \"git\","
         << " \"require\" => \"valid-user\"))\n";
  }
  // As GitHub does, and others in their own ways: whoever is no client of Git gets no answer.
  if (options.program.empty()) {
    conf << "$HTTP[\"user-agent\"] !~ \"^git/\" { url.access-deny = (\"\") }\n";
  }
  if (options.pushes_forbidden) {
    conf << "$HTTP[\"url\"] =~ \"git-receive-pack\" { url.access-deny = (\"\") }\n"
         << "$HTTP[\"query-string\"] =~ \"git-receive-pack\" { url.access-deny = (\"\") }\n";
  }
  if (options.tls) {
    conf << "ssl.engine = \"enable\"\nssl.pemfile = "
         << as_conf(options.tls->certificate_and_key.string()) << "\n";
  }
  write_file(folder_ / "lighttpd.conf", conf.str());
}

std::string HttpServer::origin() const {
  return scheme_ + "://127.0.0.1:" + std::to_string(port_);
}

std::string HttpServer::url(std::string_view repository) const {
  return origin() + "/" + std::string(repository);
}

std::vector<LoggedRequest> HttpServer::requests() {
  if (scheme_ == "https") throw std::logic_error("requests() needs a server without TLS");
  const std::string sentinel = std::string(kSentinel) + std::to_string(++sentinels_);
  ask_for(port_, sentinel);
  std::string log;
  for (int i = 0; log.find("\t" + sentinel + "\t") == std::string::npos; ++i) {
    if (i == 1000) throw std::runtime_error("the access log does not grow");
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    log = file_text(folder_ / "access.log");
  }
  std::vector<LoggedRequest> found;
  std::istringstream lines(log);
  for (std::string line; std::getline(lines, line);) {
    const auto fields = fields_of(line);
    if (fields.size() != 6 || fields[1].starts_with(kSentinel)) continue;
    found.push_back({fields[0], fields[1], fields[2], std::stoi(fields[3]), std::stol(fields[4]),
                     std::stol(fields[5])});
  }
  return found;
}

void HttpServer::git_config(std::string_view key, std::string_view value) const {
  const ProcessResult done =
      run_process({"git", "config", "--file", (folder_ / "gitconfig").string(), std::string(key),
                   std::string(value)},
                  {.env = git_environment()});
  if (done.exit_code != 0) throw std::runtime_error("git config failed: " + done.err);
}

void HttpServer::take_filters_of_github_only() const {
  git_config("uploadpack.allowFilter", "true");
  git_config("uploadpackfilter.allow", "false");
  for (const char* filter : {"blob:none", "blob:limit", "tree"}) {
    git_config("uploadpackfilter." + std::string(filter) + ".allow", "true");
  }
  git_config("uploadpackfilter.tree.maxDepth", "0");
}

void HttpServer::record_packs() const {
  const fs::path packs = folder_ / "sent-packs";
  fs::create_directories(packs);
  const fs::path script = folder_ / "record-pack";
  write_script(script, "#!/bin/sh\n\"$@\" | tee \"$(mktemp '" + packs.string() + "/XXXXXX')\"\n");
  git_config("uploadpack.packObjectsHook", script.string());
}

std::vector<std::size_t> HttpServer::sent_pack_sizes() const {
  std::vector<std::size_t> sizes;
  for (const auto& file : fs::directory_iterator(folder_ / "sent-packs")) {
    sizes.push_back(file.file_size());
  }
  return sizes;
}

}  // namespace occ::test
