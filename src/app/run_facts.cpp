#include "app/run_facts.hpp"

#include "base/agent.hpp"
#include "base/ascii.hpp"

#include <array>
#include <string_view>
#include <utility>

namespace occ::app {
namespace {

using Host = report::Access::Host;

// "https://user@GitLab.example.com:8443/x" or "git@gitlab.example.com" → "gitlab.example.com".
std::string host_name(std::string_view address) {
  const std::size_t scheme = address.find("://");
  if (scheme != std::string_view::npos) address.remove_prefix(scheme + 3);
  address = address.substr(0, address.find('/'));
  address.remove_prefix(address.rfind('@') + 1);
  return ascii_lower(address.substr(0, address.find(':')));
}

bool is_or_is_below(std::string_view host, std::string_view domain) {
  return host == domain || (host.ends_with(domain) && host[host.size() - domain.size() - 1] == '.');
}

Host host_of(const inputs::Endpoint& endpoint) {
  const bool http = endpoint.kind == inputs::Endpoint::Kind::http;
  const std::string host = host_name(http ? endpoint.location : endpoint.user_and_host);
  constexpr std::array<std::pair<std::string_view, Host>, 9> kDomains{{
      {"github.com", Host::github},
      {"ghe.com", Host::github},
      {"gitlab.com", Host::gitlab},
      {"codeberg.org", Host::gitea},
      {"gitea.com", Host::gitea},
      {"dev.azure.com", Host::azure},
      {"visualstudio.com", Host::azure},
      {"bitbucket.org", Host::bitbucket},
      {"ssh.dev.azure.com", Host::azure},
  }};
  for (const auto& [domain, family] : kDomains) {
    if (is_or_is_below(host, domain)) return family;
  }
  // Whoever runs one of these often calls it so.
  for (const auto& [name, family] :
       {std::pair{"gitlab.", Host::gitlab}, {"gitea.", Host::gitea}, {"forgejo.", Host::gitea}}) {
    if (host.starts_with(name)) return family;
  }
  return Host::unknown;
}

}  // namespace

report::RunFacts run_facts(const inputs::RunnerContext& runner,
                           std::chrono::system_clock::time_point started_at) {
  report::RunFacts facts;
  facts.version = kVersion;
  facts.event = runner.event_name;
  facts.id = runner.run_id;
  facts.number = runner.run_number;
  if (!runner.repository.empty() && !runner.run_id.empty()) {
    facts.url = runner.server_url + '/' + runner.repository + "/actions/runs/" + runner.run_id;
  }
  facts.started_at =
      std::chrono::duration_cast<std::chrono::seconds>(started_at.time_since_epoch()).count();
  return facts;
}

report::Access access_of(const inputs::Endpoint& endpoint, const inputs::Settings& settings) {
  report::Access access;
  switch (endpoint.kind) {
    case inputs::Endpoint::Kind::local:
      access.transport = report::Access::Transport::path;
      return access;
    case inputs::Endpoint::Kind::ssh:
      access.transport = report::Access::Transport::ssh;
      access.has_token = !settings.network.ssh_private_key.empty();
      break;
    case inputs::Endpoint::Kind::http:
      access.has_token = !endpoint.password.empty();
      access.is_workflow_token = endpoint.borrows_token;
      access.token_in_address = endpoint.password_in_address && !endpoint.borrows_token;
      break;
  }
  access.host = host_of(endpoint);
  // Elsewhere the workflow's own server may be a Gitea or Forgejo that runs the action.
  if (access.host == Host::unknown && endpoint.on_workflow_server && access.has_token &&
      settings.runner.api_url.ends_with("/api/v3")) {
    access.host = Host::github;
  }
  return access;
}

std::string web_page_of(const inputs::Endpoint& endpoint) {
  if (endpoint.kind != inputs::Endpoint::Kind::http) return {};
  std::string url = endpoint.location;
  if (!url.starts_with("https://")) return {};
  while (url.ends_with('/')) url.pop_back();
  if (url.ends_with(".git")) url.erase(url.size() - 4);
  return url;
}

}  // namespace occ::app
