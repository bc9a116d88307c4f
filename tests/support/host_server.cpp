#include "support/host_server.hpp"

#include "support/process.hpp"
#include "support/socket.hpp"
#include "support/temp_dir.hpp"

#include <unistd.h>
#include <utility>

namespace occ::test {

namespace fs = std::filesystem;

namespace {

// What CMake found; empty where there is none.
constexpr std::string_view kPython = HOSTS_PYTHON;
constexpr std::string_view kNginx = HOSTS_NGINX;
constexpr std::string_view kJava = HOSTS_JAVA;
constexpr std::string_view kJgitClasspath = HOSTS_JGIT_CLASSPATH;
constexpr std::string_view kDulwichPython = HOSTS_DULWICH_PYTHON;
constexpr std::string_view kSupportFolder = SUPPORT_FOLDER;

std::string support_file(std::string_view name) {
  return std::string(kSupportFolder) + "/" + std::string(name);
}

std::vector<std::string> jgit_command(const fs::path& repositories) {
  return {std::string(kJava),
          "-XX:TieredStopAtLevel=1",  // a test is over before more would pay
          "-XX:+UseSerialGC",
          "-Xmx256m",
          "-Djava.io.tmpdir=" + repositories.parent_path().string(),
          "-Duser.home=" + repositories.parent_path().string(),
          "-Drepositories=" + repositories.string(),
          "-cp",
          std::string(kJgitClasspath),
          "org.eclipse.jetty.xml.XmlConfiguration",
          support_file("jgit_server.xml")};
}

std::vector<std::string> dulwich_command(const fs::path& repositories) {
  return {std::string(kDulwichPython), support_file("dulwich_server.py"), repositories.string()};
}

}  // namespace

std::vector<Host> hosts_here() {
  std::vector<Host> hosts;
  if (!kPython.empty()) {
    hosts = {Host::github, Host::gitlab, Host::azure_devops, Host::gerrit, Host::minimal};
    if (!kNginx.empty()) hosts.push_back(Host::gitea);
  }
  if (!kJava.empty()) hosts.push_back(Host::jgit);
  if (!kDulwichPython.empty()) hosts.push_back(Host::dulwich);
  return hosts;
}

HostServer::HostServer(fs::path folder, Host host, const Credentials& required)
    : folder_(std::move(folder)), host_(host) {
  fs::create_directories(folder_ / "repos");
  if (host == Host::jgit) {
    start_program(jgit_command(folder_ / "repos"));
  } else if (host == Host::dulwich) {
    start_program(dulwich_command(folder_ / "repos"));
  } else {
    start_git(required);
    if (host == Host::gitea) start_nginx();
  }
}

HostServer::~HostServer() {
  end_server(pid_);
}

void HostServer::start_git(const Credentials& required) {
  const HostProfile& profile = profile_of(host_);
  nlohmann::json rules = profile.rules;
  rules["backend"] = git_http_backend().string();
  write_file(folder_ / "rules.json", rules.dump(1));
  const fs::path gate = folder_ / "gate";
  write_script(gate, "#!/bin/sh\nexec '" + std::string(kPython) + "' -IS '" +
                         support_file("host_gate.py") + "' '" + (folder_ / "rules.json").string() +
                         "'\n");
  git_server_ = std::make_unique<HttpServer>(
      folder_, HttpServerOptions{
                   .required = required,
                   .protocol = profile.version_2 ? GitProtocol::v2 : GitProtocol::v0,
                   .agent = host_ == Host::github ? "git/github-0123456789ab" : "",  // hosts 1
                   .program = gate,
               });
  port_ = git_server_->port();
}

void HostServer::start_nginx() {
  const Listener listener = listen_on_loopback();
  port_ = listener.port;
  const std::string own = folder_.string() + "/nginx-";
  std::string temporary_folders;
  for (const char* name : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"}) {
    temporary_folders += "  " + std::string(name) + "_temp_path " + own + name + ";\n";
  }
  // Workers would become another user, who may not see the folder.
  const std::string user = ::geteuid() == 0 ? "user root;\n" : "";
  write_file(
      own + "conf",
      user + "daemon off;\nworker_processes 1;\npid " + own + "pid;\n" +
          "events { worker_connections 64; }\nhttp {\n  access_log off;\n" + temporary_folders +
          "  client_max_body_size 1m;\n  server {\n    listen 127.0.0.1:" + std::to_string(port_) +
          ";\n    location / {\n      proxy_pass http://127.0.0.1:" +
          std::to_string(git_server_->port()) +
          ";\n      proxy_http_version 1.1;\n      proxy_set_header Host $http_host;\n"
          "    }\n  }\n}\n");
  Environment env = git_environment();
  env["NGINX"] = "0;";  // the socket that we opened, as if handed on by an older nginx
  // nginx with inherited sockets needs a worker, which ends only with a master that ends in order.
  pid_ = spawn_server({"setpriv", "--pdeathsig", "TERM", std::string(kNginx), "-e", own + "log",
                       "-c", own + "conf", "-p", folder_.string()},
                      env, listener.socket.get(), own + "log");
}

void HostServer::start_program(const std::vector<std::string>& command) {
  const Listener listener = listen_on_loopback();
  port_ = listener.port;
  pid_ = spawn_server(command, git_environment(), listener.socket.get(), folder_ / "server.log");
}

std::string HostServer::origin() const {
  return "http://127.0.0.1:" + std::to_string(port_);
}

std::string HostServer::url(std::string_view repository) const {
  return origin() + "/" + address_of(host_, repository);
}

}  // namespace occ::test
