#include "inputs/same_place.hpp"

#include "base/ascii.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>

namespace occ::inputs {
namespace {

namespace fs = std::filesystem;

// Where git would find the repository: it tries these ends (git's path.c, enter_repo).
fs::path opened(const std::string& location) {
  constexpr std::array<std::string_view, 4> kEnds{"/.git", "", ".git/.git", ".git"};
  std::string start = location;
  while (start.size() > 1 && start.ends_with('/')) start.pop_back();
  std::error_code error;
  for (const std::string_view end : kEnds) {
    const fs::path path(start + std::string(end));
    if (!fs::exists(path / "HEAD", error)) continue;
    fs::path whole = fs::canonical(path, error);
    if (!error) return whole;
  }
  fs::path whole = fs::weakly_canonical(start, error);
  return error ? fs::path(start) : whole;
}

// "/a/../b//c/" → "/b/c"
std::string plain_path(std::string_view path) {
  std::string plain = fs::path(path).lexically_normal().generic_string();
  while (plain.size() > 1 && plain.ends_with('/')) plain.pop_back();
  return plain;
}

// The large hosts know no case in these names, and take them with and without their end.
std::string as_large_hosts_read(std::string path) {
  path = ascii_lower(path);
  if (path.ends_with(".git")) path.resize(path.size() - 4);
  return path;
}

std::string plain_url(const Endpoint& endpoint) {
  const std::string& url = endpoint.location;
  const std::size_t authority = url.find("://") + 3;
  const std::size_t slash = std::min(url.find('/', authority), url.size());
  const std::string scheme = ascii_lower(url.substr(0, authority));
  std::string host = ascii_lower(url.substr(authority, slash - authority));
  const std::string_view usual = scheme == "https://" ? ":443" : ":80";
  if (host.ends_with(usual)) host.resize(host.size() - usual.size());
  if (host.ends_with(':')) host.pop_back();
  const std::string path = plain_path(std::string_view(url).substr(slash));
  return scheme + host + (endpoint.speaks_v2 ? as_large_hosts_read(path) : path);
}

std::string plain_ssh(const Endpoint& endpoint) {
  const std::size_t at = endpoint.user_and_host.rfind('@') + 1;
  const std::string host = ascii_lower(std::string_view(endpoint.user_and_host).substr(at));
  const std::string port = endpoint.port == "22" ? std::string() : endpoint.port;
  std::string path = plain_path(endpoint.location);
  if (host == "github.com" || host == "gitlab.com" || host == "bitbucket.org" ||
      host == "codeberg.org") {
    path = as_large_hosts_read(path);
    path.erase(0, path.find_first_not_of('/'));
  }
  return endpoint.user_and_host.substr(0, at) + host + ':' + port + ':' + path;
}

}  // namespace

bool is_same_place(const Endpoint& a, const Endpoint& b) {
  if (a.kind != b.kind) return false;
  switch (a.kind) {
    case Endpoint::Kind::local:
      return opened(a.location) == opened(b.location);
    case Endpoint::Kind::http:
      return plain_url(a) == plain_url(b);
    case Endpoint::Kind::ssh:
      return plain_ssh(a) == plain_ssh(b);
  }
  return false;
}

}  // namespace occ::inputs
