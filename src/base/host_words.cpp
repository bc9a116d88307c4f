#include "base/host_words.hpp"

#include "base/ascii.hpp"

#include <array>
#include <string>

namespace occ {
namespace {

struct HostWords {
  std::string_view words;  // lower case; "\n" is the beginning, or the end, of a line
  FailureCode code;
};

using enum FailureCode;

// In the order in which they decide; the first match counts. What says two things at once ("not
// found or no permission") is not found: so the advice on it is the one that has both.
constexpr std::array kHostWords{
    // Azure DevOps
    HostWords{"tf401019", repository_not_found},
    HostWords{"tf401027", no_permission},
    HostWords{"tf400813", no_permission},
    // The repository is not there, or not shown.
    HostWords{"repository not found", repository_not_found},
    HostWords{"project not found", repository_not_found},
    HostWords{"repository does not exist", repository_not_found},
    HostWords{"repository for this project does not exist", repository_not_found},
    HostWords{"could not be found or you don't have permission", repository_not_found},
    HostWords{"does not exist or you do not have", repository_not_found},
    HostWords{"access denied or repository not exported", no_permission},
    HostWords{"cannot find repository", repository_not_found},
    HostWords{"no such repository", repository_not_found},
    HostWords{"unknown repository", repository_not_found},
    HostWords{"does not appear to be a git repository", repository_not_found},
    HostWords{"not a git repository", repository_not_found},
    // Whoever asks may not. Before what is read-only: a key that is read-only may not write.
    HostWords{"marked as read only", no_permission},
    HostWords{"does not have write access", no_permission},
    HostWords{"access via a deployment key is read-only", no_permission},
    HostWords{"not allowed to push", no_permission},
    HostWords{"not allowed to upload", no_permission},
    HostWords{"not allowed to download", no_permission},
    HostWords{"not allowed to access", no_permission},
    HostWords{"user permission denied", no_permission},
    HostWords{"is not authorized to", no_permission},
    HostWords{"saml sso", no_permission},
    HostWords{"ip allow list", no_permission},
    HostWords{"account is suspended", no_permission},
    HostWords{"account has been blocked", no_permission},
    HostWords{"has been disabled", no_permission},
    // Nobody may, for now or for ever.
    HostWords{"archived so it is read-only", read_only},
    HostWords{"is archived", read_only},
    HostWords{"has been archived", read_only},
    HostWords{"read-only gitlab", read_only},
    HostWords{"is temporarily read-only", read_only},
    HostWords{"is read-only", read_only},
    HostWords{"is a mirror", read_only},
    // There is no Git at the far end, or not for this login.
    HostWords{"command not found", service_missing},
    HostWords{"git-upload-pack: not found", service_missing},
    HostWords{"git-receive-pack: not found", service_missing},
    HostWords{"not recognized as an internal or external command", service_missing},
    HostWords{"unknown git command", service_missing},
    HostWords{"is not a git command", service_missing},
    HostWords{"interactive git shell is not enabled", service_missing},
    HostWords{"account is currently not available", service_missing},
    // It passes.
    HostWords{"rate limit", rate_limited},
    HostWords{"too many requests", rate_limited},
    HostWords{"internal api unreachable", server_error},
    HostWords{"internal api error", server_error},
    HostWords{"internal server error", server_error},
    HostWords{"temporarily unavailable", server_error},
    HostWords{"unable to handle this request", server_error},
    // In a word or two; whatever says more stands above. Banners, which threaten whoever is
    // "unauthorized", come the same way.
    HostWords{"\nunauthorized\n", no_permission},
    HostWords{": unauthorized\n", no_permission},
    HostWords{"access denied", no_permission},
    HostWords{" denied to ", no_permission},
    HostWords{" denied by ", no_permission},
};

}  // namespace

std::optional<FailureCode> code_of_host_words(std::string_view text) {
  std::string lower = '\n' + ascii_lower(text) + '\n';
  std::erase(lower, '\r');
  for (const HostWords& known : kHostWords) {
    if (lower.find(known.words) != std::string::npos) return known.code;
  }
  return std::nullopt;
}

}  // namespace occ
