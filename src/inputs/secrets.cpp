#include "inputs/secrets.hpp"

#include "base/ascii.hpp"
#include "base/encode.hpp"
#include "base/token_forms.hpp"
#include "inputs/reader.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

namespace occ::inputs {
namespace {

constexpr std::array<std::string_view, 4> kSecretInputs{"source_token", "target_token",
                                                        "github_token", "ssh_private_key"};
// Of the runner and of other steps.
constexpr std::array<std::string_view, 4> kSecretVariables{
    "ACTIONS_RUNTIME_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_TOKEN", "GITHUB_TOKEN", "GH_TOKEN"};
constexpr std::array<std::string_view, 4> kAddresses{"INPUT_SOURCE_REPO", "INPUT_TARGET_REPO",
                                                     "SOURCE_REPO", "TARGET_REPO"};
constexpr std::array<std::string_view, 6> kProxies{"http_proxy", "https_proxy", "all_proxy",
                                                   "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"};

// What stands before the '@' of an address, also of one that lacks a part of its scheme.
std::string login_of(std::string_view text) {
  const std::size_t scheme = text.find("://");
  if (scheme == std::string_view::npos) {
    const std::string_view before = text.substr(0, text.rfind('@'));
    return before.size() == text.size() ? "" : std::string(before.substr(before.rfind('/') + 1));
  }
  const std::string_view rest = text.substr(scheme + 3);
  const std::string_view authority = rest.substr(0, rest.find('/'));
  const std::size_t at = authority.rfind('@');
  return at == std::string_view::npos ? "" : std::string(authority.substr(0, at));
}

// Which half of name:password is the token is the server's choice: "TOKEN:x-oauth-basic@" is as
// usual as "x-access-token:TOKEN@". People's names stay, for they stand in commits too.
bool is_token(std::string_view name, std::string_view password) {
  constexpr std::size_t kLongerThanNames = 20;
  const auto digits =
      std::count_if(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; });
  return token_prefix_length(name) > 0 || password.empty() || password == "x-oauth-basic" ||
         password == "x" || (name.size() >= kLongerThanNames && digits > 1);
}

void add_word(std::string word, std::vector<Secret>& secrets) {
  if (word.empty()) return;
  std::string plain = percent_decode(word);
  if (plain != word) secrets.emplace_back(std::move(word));
  secrets.emplace_back(std::move(plain));
}

void add_secrets_of_address(std::string_view text, std::vector<Secret>& secrets) {
  const std::string login = login_of(text);
  const std::size_t colon = login.find(':');
  // A name is a token only over HTTP: ssh's is no secret.
  const bool is_http = ascii_starts_with(text, "http");
  const std::string name = login.substr(0, colon);
  const std::string password = colon == std::string::npos ? "" : login.substr(colon + 1);
  add_word(password, secrets);
  if (is_http && is_token(name, password)) add_word(name, secrets);
}

// Addresses that stand where none belongs, as in `branches`: a mistake is told with its words.
void add_secrets_of_misplaced(std::string_view text, std::vector<Secret>& secrets) {
  for (std::size_t at = text.find("://"); at != std::string_view::npos;
       at = text.find("://", at + 3)) {
    std::size_t start = at;
    while (start > 0 && std::isalpha(static_cast<unsigned char>(text[start - 1])) != 0) --start;
    const std::string_view word = text.substr(start);
    add_secrets_of_address(word.substr(0, word.find_first_of(" \t\r\n,'\"")), secrets);
  }
}

void add_secrets_of_proxy(std::string_view text, std::vector<Secret>& secrets) {
  const std::string login = login_of(text);
  const std::size_t colon = login.find(':');
  if (colon != std::string::npos) add_word(login.substr(colon + 1), secrets);
}

}  // namespace

bool is_secret_input(std::string_view input) {
  return std::find(kSecretInputs.begin(), kSecretInputs.end(), input) != kSecretInputs.end();
}

std::vector<Secret> find_secrets(const Environment& environment) {
  const Reader reader(environment);
  std::vector<Secret> secrets;
  for (const std::string_view input : kSecretInputs) {
    if (std::string text = reader.text(input); !text.empty()) secrets.emplace_back(std::move(text));
  }
  for (const std::string_view variable : kSecretVariables) {
    if (std::string text = reader.variable(variable); !text.empty()) {
      secrets.emplace_back(std::move(text));
    }
  }
  for (const std::string_view variable : kAddresses) {
    add_secrets_of_address(reader.variable(variable), secrets);
  }
  for (const auto& [name, value] : environment) {
    if (name.starts_with("INPUT_") || name == "SYNC_BRANCH") {
      add_secrets_of_misplaced(value, secrets);
    }
  }
  for (const std::string_view variable : kProxies) {
    add_secrets_of_proxy(reader.variable(variable), secrets);
  }
  return secrets;
}

}  // namespace occ::inputs
