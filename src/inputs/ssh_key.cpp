#include "inputs/ssh_key.hpp"

#include <algorithm>
#include <array>
#include <iterator>

namespace occ::inputs {
namespace {

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

bool is_public(std::string_view key) {
  constexpr std::array<std::string_view, 4> kBegin{"ssh-", "ecdsa-", "sk-ssh-", "sk-ecdsa-"};
  return std::any_of(kBegin.begin(), kBegin.end(),
                     [&](std::string_view begin) { return key.starts_with(begin); }) ||
         has(key, "BEGIN PUBLIC KEY") || has(key, "BEGIN RSA PUBLIC KEY") ||
         has(key, "BEGIN SSH2 PUBLIC KEY");
}

// OpenSSH's own format (PROTOCOL.key): "openssh-key-v1", a zero, and the name of the cipher, which
// is "none" where there is no passphrase. Both as they are in base64.
bool is_locked_openssh(std::string_view key) {
  constexpr std::string_view kHeader = "BEGIN OPENSSH PRIVATE KEY-----";
  constexpr std::string_view kMagic = "b3BlbnNzaC1rZXktdjEA";
  constexpr std::string_view kNone = "AAAABG5vbmU";
  const std::size_t at = key.find(kHeader);
  if (at == std::string_view::npos) return false;
  key.remove_prefix(at + kHeader.size());
  std::string body;
  std::copy_if(key.begin(), key.end(), std::back_inserter(body),
               [](unsigned char c) { return c > 0x20; });
  return body.starts_with(kMagic) && body.size() >= kMagic.size() + kNone.size() &&
         body.compare(kMagic.size(), kNone.size(), kNone) != 0;
}

}  // namespace

std::string mistake_in_ssh_key(std::string_view key) {
  if (is_public(key)) {
    return "is the public half of a key: give the private one, whose file has the same name "
           "without .pub";
  }
  if (key.starts_with("PuTTY-User-Key-File")) {
    return "is a key of PuTTY: let PuTTYgen export it as an OpenSSH key";
  }
  // PEM says so in words (RFC 1421 of old keys, RFC 5958 of PKCS#8).
  if (is_locked_openssh(key) || has(key, "BEGIN ENCRYPTED PRIVATE KEY") ||
      has(key, "Proc-Type: 4,ENCRYPTED")) {
    return "has a passphrase, and nobody is there to type it: give a key without one "
           "(`ssh-keygen -p` takes it off)";
  }
  return {};
}

}  // namespace occ::inputs
