#include "app/repositories.hpp"

#include "net/http_repository.hpp"
#include "net/pipe_repository.hpp"

#include <algorithm>
#include <utility>

namespace occ::app {

net::TlsTrust trust_of(const inputs::NetworkSettings& network) {
  return {network.ca_file, network.extra_ca_file, network.fallback_ca_file};
}

std::unique_ptr<net::Repository> open_repository(const inputs::Endpoint& endpoint,
                                                 const inputs::Settings& settings, net::Loop& loop,
                                                 Trace& trace) {
  const inputs::NetworkSettings& network = settings.network;
  switch (endpoint.kind) {
    case inputs::Endpoint::Kind::http: {
      net::HttpAccess access;
      access.url = endpoint.location;
      access.username = endpoint.username;
      access.password = endpoint.password;
      access.trust = trust_of(network);
      access.speaks_v2 = endpoint.speaks_v2;
      access.connect_timeout =
          std::min<std::chrono::milliseconds>(network.timeout, access.connect_timeout);
      return net::open_http_repository(std::move(access), loop, trace);
    }
    case inputs::Endpoint::Kind::ssh: {
      net::SshAccess access;
      access.user_and_host = endpoint.user_and_host;
      access.port = endpoint.port;
      access.path = endpoint.location;
      access.private_key = network.ssh_private_key;
      access.known_hosts = network.ssh_known_hosts;
      access.folder = settings.runner.temp_folder;
      access.environment = network.child_environment;
      return net::open_ssh_repository(std::move(access), loop, trace);
    }
    case inputs::Endpoint::Kind::local:
      break;
  }
  return net::open_local_repository({endpoint.location, network.child_environment}, loop, trace);
}

}  // namespace occ::app
