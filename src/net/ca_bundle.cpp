#include "net/ca_bundle.hpp"

#include "base/failure.hpp"

#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace occ::net {
namespace {

// Where distributions keep their bundle of roots, for a libcurl that was built without one.
constexpr std::array kBundlePaths{
    "/etc/ssl/certs/ca-certificates.crt",                 // Debian, Ubuntu, Alpine, Arch
    "/etc/pki/tls/certs/ca-bundle.crt",                   // Fedora, RHEL
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  // CentOS
    "/etc/ssl/ca-bundle.pem",                             // openSUSE
    "/etc/ssl/cert.pem",                                  // Alpine, macOS, BSD
};

std::string read_file(const std::string& path, const std::string& name) {
  std::ifstream file(path, std::ios::binary);
  std::error_code ignored;  // a folder opens, too
  if (!file || std::filesystem::is_directory(path, ignored)) {
    throw Failure(FailureCode::tls_failure, name + " '" + path + "' cannot be read");
  }
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

std::string system_bundle(const TlsTrust& trust) {
  if (!trust.ca_file.empty()) return trust.ca_file;
  std::error_code ignored;
  for (const char* path : kBundlePaths) {
    if (std::filesystem::is_regular_file(path, ignored)) return path;
  }
  return trust.fallback_file;
}

std::string all_certificates(const TlsTrust& trust) {
  const std::string bundle = system_bundle(trust);
  return (bundle.empty() ? std::string() : read_file(bundle, "the CA file") + '\n') +
         read_file(trust.extra_ca_file, "the file of NODE_EXTRA_CA_CERTS");
}

}  // namespace occ::net
