#include "inputs/endpoint.hpp"

#include "base/ascii.hpp"
#include "base/encode.hpp"
#include "base/untrusted.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <iterator>
#include <utility>

namespace occ::inputs {
namespace {

bool is_slug_part(std::string_view part) {
  return !part.empty() && part != "." && part != ".." &&
         std::all_of(part.begin(), part.end(), [](unsigned char c) {
           return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.';
         });
}

// owner/name, and nothing that could be a path.
bool is_slug(std::string_view text) {
  const std::size_t slash = text.find('/');
  return slash != std::string_view::npos && is_slug_part(text.substr(0, slash)) &&
         is_slug_part(text.substr(slash + 1));
}

#ifdef _WIN32
constexpr std::string_view kBehindDrive = "/\\";
#else
constexpr std::string_view kBehindDrive = "\\";  // "c:/path" is a host called c, as git has it
#endif

bool is_path(std::string_view text) {
  const bool drive = text.size() > 2 && std::isalpha(static_cast<unsigned char>(text[0])) != 0 &&
                     text[1] == ':' && kBehindDrive.find(text[2]) != std::string_view::npos;
  return text.starts_with('/') || text.starts_with("./") || text.starts_with("../") ||
         text == "." || text == ".." || drive;
}

// Scheme, host and port, to tell whether two addresses are of one server.
std::string origin_of(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return {};
  return ascii_lower(url.substr(0, url.find('/', scheme + 3)));
}

bool is_github(std::string_view origin) {
  return origin == "https://github.com" ||
         (origin.starts_with("https://") && origin.ends_with(".ghe.com"));
}

bool is_known_host(std::string_view origin) {
  return is_github(origin) || origin == "https://gitlab.com" || origin == "https://codeberg.org";
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](unsigned char c) { return c <= 0x20 || c == 0x7F; });
}

bool is_port(std::string_view text) {
  unsigned port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() && port >= 1 && port <= 65535;
}

bool is_number(std::string_view text) {
  const std::string_view digits = text.starts_with('-') ? text.substr(1) : text;
  return !digits.empty() && digits.find_first_not_of("0123456789") == std::string_view::npos;
}

// What is wrong with a port; empty: nothing. A password with a slash in it would end the host too
// early, so what is no number is not repeated.
std::string mistake_in_port(std::string_view port) {
  if (is_port(port)) return {};
  return (is_number(port) && port.size() <= 6 ? "has the port '" + std::string(port) + "'"
                                              : std::string("has no number for its port")) +
         ": a port is a number from 1 to 65535";
}

// Likewise for what stands behind the host's colon; none, or nothing behind it, is the default.
std::string mistake_in_port_of(std::string_view host) {
  const std::size_t colon = host.rfind(':');
  if (colon == std::string_view::npos || host.ends_with(']') || colon + 1 == host.size()) return {};
  return mistake_in_port(host.substr(colon + 1));
}

// Of an address with colons in it (RFC 3986, 3.2.2): whole, and with nothing but a port behind it.
bool has_odd_brackets(std::string_view host) {
  const std::size_t close = host.find(']');
  if (!host.starts_with('[')) return host.find_first_of("[]") != std::string_view::npos;
  if (close == std::string_view::npos || close == 1) return true;
  const std::string_view inner = host.substr(1, close - 1);
  const std::string_view behind = host.substr(close + 1);
  return inner.find_first_not_of("0123456789abcdefABCDEF:.%") != std::string_view::npos ||
         (!behind.empty() && behind.front() != ':') || behind.find(']') != std::string_view::npos;
}

// A blank is often a typing mistake, and sometimes part of a project's name.
constexpr std::string_view kBlankInUrl =
    "has a blank in it: if it belongs to the address, write it as %20";

std::optional<Endpoint> parse_http(std::string_view text, std::string_view server_url,
                                   std::string& mistake) {
  Endpoint endpoint;
  endpoint.kind = Endpoint::Kind::http;
  const std::size_t authority = text.find("://") + 3;
  const std::size_t path = std::min(text.find('/', authority), text.size());
  std::string_view host = text.substr(authority, path - authority);
  const std::size_t at = host.rfind('@');
  if (at != std::string_view::npos) {
    const std::string_view login = host.substr(0, at);
    const std::size_t colon = login.find(':');
    if (colon == std::string_view::npos) {
      endpoint.username = percent_decode(login);
    } else {
      endpoint.username = percent_decode(login.substr(0, colon));
      endpoint.password = Secret(percent_decode(login.substr(colon + 1)));
    }
    host.remove_prefix(at + 1);
  }
  if (text.find(' ') != std::string_view::npos) {
    mistake = kBlankInUrl;
  } else if (host.empty() || host.starts_with(':')) {
    mistake = "is not the address of a repository: the host is missing";
  } else if (has_odd_brackets(host)) {
    mistake = "is not the address of a repository: its [ and ] hold no address of IPv6";
  } else if (std::string port = mistake_in_port_of(host); !port.empty()) {
    mistake = std::move(port);
  } else if (path + 1 >= text.size()) {
    mistake = "is not the address of a repository: the path is missing";
  } else if (has_control(text)) {
    mistake = "is not the address of a repository: it holds a control character";
  } else if (text.find_first_of("?#") != std::string_view::npos) {
    mistake = "is not the address of a repository: it holds a '?' or '#', as those of web pages do";
  }
  if (!mistake.empty()) return std::nullopt;
  endpoint.location = ascii_lower(text.substr(0, authority)) + std::string(host);
  endpoint.location += text.substr(path);
  while (endpoint.location.ends_with('/')) endpoint.location.pop_back();
  endpoint.on_workflow_server = origin_of(endpoint.location) == origin_of(server_url);
  endpoint.speaks_v2 = endpoint.on_workflow_server || is_known_host(origin_of(endpoint.location));
  endpoint.name = endpoint.location;
  std::string slug = endpoint.location.substr(endpoint.location.find('/', authority) + 1);
  const bool has_suffix = slug.ends_with(".git");
  if (has_suffix) slug.resize(slug.size() - 4);
  if (!is_slug(slug)) return endpoint;
  if (endpoint.on_workflow_server) endpoint.name = slug;
  // At the address of a repository's page GitHub answers some clients of Git with that page.
  const bool keeps_pages = endpoint.on_workflow_server || is_github(origin_of(endpoint.location));
  if (keeps_pages && !has_suffix) endpoint.location += ".git";
  return endpoint;
}

std::optional<Endpoint> parse_ssh(std::string_view user_and_host, std::string_view port,
                                  std::string_view path, std::string& mistake) {
  Endpoint endpoint;
  endpoint.kind = Endpoint::Kind::ssh;
  endpoint.user_and_host = user_and_host;
  endpoint.port = port;
  endpoint.location = path;
  if (!port.empty()) {
    if (std::string wrong = mistake_in_port(port); !wrong.empty()) {
      mistake = std::move(wrong);
      return std::nullopt;
    }
  }
  // A name that begins with a dash would be an option of ssh.
  if (user_and_host.empty() || user_and_host.ends_with('@') || user_and_host.starts_with('@') ||
      has_odd_brackets(user_and_host.substr(user_and_host.rfind('@') + 1)) ||
      user_and_host.starts_with('-') || has_control(user_and_host) ||
      user_and_host.find("@-") != std::string_view::npos || path.empty() || path.starts_with('-') ||
      std::count(user_and_host.begin(), user_and_host.end(), '@') > 1 ||
      user_and_host.substr(0, user_and_host.find('@') + 1).find(':') != std::string_view::npos) {
    mistake =
        "is not an ssh address: write user@host:path or ssh://user@host/path, with no password";
    return std::nullopt;
  }
  endpoint.name = std::string(user_and_host) + ':' + std::string(path);
  return endpoint;
}

std::optional<Endpoint> parse_ssh_url(std::string_view rest, std::string& mistake) {
  const std::size_t slash = rest.find('/');
  if (slash == std::string_view::npos) {
    mistake = "is not an ssh address: the path is missing";
    return std::nullopt;
  }
  std::string_view host = rest.substr(0, slash);
  std::string_view path = rest.substr(slash);
  std::string_view port;
  const std::size_t colon = host.rfind(':');
  if (colon != std::string_view::npos && colon > host.rfind('@') + 1 && !host.ends_with(']')) {
    port = host.substr(colon + 1);
    host = host.substr(0, colon);
  }
  if (path.starts_with("/~")) path.remove_prefix(1);
  return parse_ssh(host, port, path, mistake);
}

// " ('htps')"; a scheme is letters and never a secret, unless it is long.
std::string meant_scheme(std::string_view text) {
  constexpr std::size_t kLongest = 10;
  const std::string_view scheme = text.substr(0, text.find("://"));
  const bool plain = std::all_of(scheme.begin(), scheme.end(),
                                 [](unsigned char c) { return std::isalpha(c) != 0; });
  if (!plain || scheme.empty() || scheme.size() > kLongest) return {};
  return " ('" + std::string(scheme) + "')";
}

// "; did you mean 'owner/name'?" for what is nearly right; else nothing.
std::string meant_address(std::string_view text) {
  std::string meant;
  std::copy_if(text.begin(), text.end(), std::back_inserter(meant),
               [](unsigned char c) { return c > 0x20; });
  while (meant.ends_with('/')) meant.pop_back();
  const std::size_t slash = meant.find('/');
  const bool begins_with_host = slash != std::string::npos && slash > 0 &&
                                meant.find('.') < slash && is_slug(meant.substr(slash + 1));
  if (begins_with_host) meant.insert(0, "https://");
  if (!begins_with_host && !is_slug(meant)) return {};
  return "; did you mean '" + printable(meant, 200) + "'?";
}

Endpoint local(std::string_view path) {
  Endpoint endpoint;
  endpoint.kind = Endpoint::Kind::local;
  endpoint.location = path;
  endpoint.name = endpoint.location;
  return endpoint;
}

}  // namespace

bool is_repository(const Endpoint& endpoint, std::string_view slug) {
  return endpoint.on_workflow_server && ascii_lower(endpoint.name) == ascii_lower(slug);
}

std::optional<Endpoint> parse_endpoint(std::string_view text, std::string_view server_url,
                                       std::string& mistake) {
  const std::string start = ascii_lower(text.substr(0, 8));
  if (start.starts_with("http://") || start == "https://") {
    return parse_http(text, server_url, mistake);
  }
  if (start.starts_with("ssh://")) return parse_ssh_url(text.substr(6), mistake);
  if (start.starts_with("file://")) {
    const std::string path = percent_decode(text.substr(7));
    if (!path.starts_with('/')) {
      mistake = "is not a file address: write file:///path";
      return std::nullopt;
    }
    return local(path);
  }
  // "//user:password@host/path" would be a path, and be shown.
  if (text.starts_with("//") && text.find('@') != std::string_view::npos) {
    mistake = "begins with // and has an '@'; does it lack its https: ?";
    return std::nullopt;
  }
  if (is_path(text)) return local(text);
  // [::1]:path, whose host has colons of its own.
  const std::size_t open = text.find('[');
  const std::size_t close = text.find("]:");
  if (open < close && close != std::string_view::npos && (open == 0 || text[open - 1] == '@') &&
      text.substr(0, close).find('/') == std::string_view::npos) {
    return parse_ssh(text.substr(0, close + 1), {}, text.substr(close + 2), mistake);
  }
  if (text.find("::") != std::string_view::npos || text.find("://") != std::string_view::npos) {
    mistake = "has an address of a kind that is not spoken" + meant_scheme(text) +
              ": use https, http, ssh or file";
    return std::nullopt;
  }
  const std::size_t colon = text.find(':');
  if (colon != std::string_view::npos &&
      text.substr(0, colon).find('/') == std::string_view::npos) {
    // "user:password@host/path" without its https:// would show the password as a path, and
    // "name@TOKEN:x@host/path" the token as a host.
    if (text.substr(colon, text.find('/', colon) - colon).find('@') != std::string_view::npos ||
        (text.find('@') != std::string_view::npos && text.find('@') > colon)) {
      mistake =
          "is no ssh address, which has no '@' behind its ':' (write ssh://user@host/path if it "
          "belongs to the path); does it lack its https://?";
      return std::nullopt;
    }
    return parse_ssh(text.substr(0, colon), {}, text.substr(colon + 1), mistake);
  }
  if (is_slug(text)) {
    std::string url(server_url);
    while (url.ends_with('/')) url.pop_back();
    return parse_http(url + '/' + std::string(text), server_url, mistake);
  }
  // What stands before an '@' may be a token.
  const std::string shown =
      text.find('@') == std::string_view::npos ? "'" + printable(text, 200) + "' " : std::string();
  mistake = shown +
            "is no repository: write owner/name, an https or ssh address, or a path that begins "
            "with / or ./" +
            (shown.empty() ? std::string() : meant_address(text));
  return std::nullopt;
}

}  // namespace occ::inputs
