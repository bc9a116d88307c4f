#include "support/world.hpp"

#include <utility>

namespace occ::test {

namespace fs = std::filesystem;

namespace {

bool is_http(Transport transport) {
  return transport == Transport::http || transport == Transport::http_filter ||
         transport == Transport::http_github || transport == Transport::http_v0;
}

fs::path place_of(const TempDir& folder, Transport transport, std::optional<Host> host,
                  const char* side) {
  const fs::path base = folder / side;
  if (host) return base / "repos" / place_of(*host, side);
  return (is_http(transport) ? base / "repos" : base) / (std::string(side) + ".git");
}

std::unique_ptr<HttpServer> start_http(const TempDir& folder, const char* side,
                                       HttpServerOptions options, Transport transport,
                                       const char* token) {
  if (!options.required) options.required = Credentials{"x-access-token", token};
  if (transport == Transport::http_v0) options.protocol = GitProtocol::v0;
  if (transport == Transport::http_github) options.agent = "git/github-0123456789ab";
  auto server = std::make_unique<HttpServer>(folder / side, options);
  if (transport == Transport::http_github) server->take_filters_of_github_only();
  return server;
}

std::unique_ptr<HostServer> start_host(const TempDir& folder, const char* side, Host host,
                                       const char* token, const GitRepo& repository) {
  make_hosted(repository, host);
  return std::make_unique<HostServer>(folder / side, host, Credentials{"x-access-token", token});
}

}  // namespace

const char* name_of(Transport transport) {
  switch (transport) {
    case Transport::http:
      return "Http";
    case Transport::http_filter:
      return "HttpFilter";
    case Transport::http_github:
      return "HttpGitHub";
    case Transport::http_v0:
      return "HttpV0";
    case Transport::path:
      return "Path";
    case Transport::ssh:
      return "Ssh";
    case Transport::ssh_v0:
      return "SshV0";
  }
  return "?";
}

void PrintTo(Transport transport, std::ostream* out) {
  *out << name_of(transport);
}

World::World(const WorldOptions& options)
    : runner_(std::make_unique<Runner>(folder_ / "runner")),
      source(GitRepo::init(place_of(folder_, options.transport, options.source_host, "source"),
                           options.source)),
      target(GitRepo::init(place_of(folder_, options.transport, options.target_host, "target"),
                           options.target)) {
  inputs_ = {{"branches", "**"}, {"retries", "1"}, {"timeout", "20"}};
  if (is_http(options.transport)) {
    if (options.source_host) {
      source_host_ = start_host(folder_, "source", *options.source_host, kSourceToken, source);
      inputs_["source_repo"] = source_host_->url("source");
    } else {
      source_server_ =
          start_http(folder_, "source", options.source_server, options.transport, kSourceToken);
      inputs_["source_repo"] = source_server_->url("source.git");
    }
    if (options.target_host) {
      target_host_ = start_host(folder_, "target", *options.target_host, kTargetToken, target);
      inputs_["target_repo"] = target_host_->url("target");
    } else {
      target_server_ =
          start_http(folder_, "target", options.target_server, options.transport, kTargetToken);
      inputs_["target_repo"] = target_server_->url("target.git");
    }
    inputs_["source_token"] = kSourceToken;
    inputs_["target_token"] = kTargetToken;
  } else if (options.transport == Transport::ssh || options.transport == Transport::ssh_v0) {
    const auto version = options.transport == Transport::ssh_v0 ? SshServer::Version::oldest
                                                                : SshServer::Version::as_asked;
    ssh_server_ = std::make_unique<SshServer>(folder_ / "ssh", version);
    inputs_["source_repo"] = ssh_server_->url(source.path());
    inputs_["target_repo"] = ssh_server_->url(target.path());
    inputs_["ssh_private_key"] = ssh_server_->private_key();
    inputs_["ssh_known_hosts"] = ssh_server_->known_hosts();
  } else {
    inputs_["source_repo"] = source.path().string();
    inputs_["target_repo"] = target.path().string();
  }
  if (options.transport == Transport::http_filter) source.config("uploadpack.allowFilter", "true");
}

Inputs World::inputs(const Inputs& more) const {
  Inputs all = more;
  all.insert(inputs_.begin(), inputs_.end());
  return all;
}

}  // namespace occ::test
