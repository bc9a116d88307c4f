#include "base/host_words.hpp"

#include "base/ascii.hpp"
#include "base/known_words.hpp"

#include <array>
#include <string>

namespace occ {
namespace {

using enum FailureCode;

// In the order in which they decide; the first match counts. What says two things at once ("not
// found or no permission") is not found: so the advice on it is the one that has both. In lower
// case; "\n" is the beginning, or the end, of a line.
constexpr std::array kHostWords{
    // Azure DevOps
    KnownWords{"tf401019", repository_not_found},
    KnownWords{"tf401027", no_permission},
    KnownWords{"tf400813", no_permission},
    // The repository is not there, or not shown.
    KnownWords{"repository not found", repository_not_found},
    KnownWords{"project not found", repository_not_found},
    KnownWords{"repository does not exist", repository_not_found},
    KnownWords{"repository for this project does not exist", repository_not_found},
    KnownWords{"could not be found or you don't have permission", repository_not_found},
    KnownWords{"does not exist or you do not have", repository_not_found},
    KnownWords{"access denied or repository not exported", no_permission},
    KnownWords{"cannot find repository", repository_not_found},
    KnownWords{"no such repository", repository_not_found},
    KnownWords{"unknown repository", repository_not_found},
    KnownWords{"does not appear to be a git repository", repository_not_found},
    KnownWords{"not a git repository", repository_not_found},
    // Whoever asks may not. Before what is read-only: a key that is read-only may not write.
    KnownWords{"marked as read only", no_permission},
    KnownWords{"does not have write access", no_permission},
    KnownWords{"access via a deployment key is read-only", no_permission},
    KnownWords{"not allowed to push", no_permission},
    KnownWords{"not allowed to upload", no_permission},
    KnownWords{"not allowed to download", no_permission},
    KnownWords{"not allowed to access", no_permission},
    KnownWords{"user permission denied", no_permission},
    KnownWords{"is not authorized to", no_permission},
    KnownWords{"saml sso", no_permission},
    KnownWords{"ip allow list", no_permission},
    KnownWords{"account is suspended", no_permission},
    KnownWords{"account has been blocked", no_permission},
    KnownWords{"has been disabled", no_permission},
    // Nobody may, for now or for ever.
    KnownWords{"archived so it is read-only", read_only},
    KnownWords{"is archived", read_only},
    KnownWords{"has been archived", read_only},
    KnownWords{"read-only gitlab", read_only},
    KnownWords{"is temporarily read-only", read_only},
    KnownWords{"is read-only", read_only},
    KnownWords{"is a mirror", read_only},
    // There is no Git at the far end, or not for this login.
    KnownWords{"command not found", service_missing},
    KnownWords{"git-upload-pack: not found", service_missing},
    KnownWords{"git-receive-pack: not found", service_missing},
    KnownWords{"not recognized as an internal or external command", service_missing},
    KnownWords{"unknown git command", service_missing},
    KnownWords{"is not a git command", service_missing},
    KnownWords{"interactive git shell is not enabled", service_missing},
    KnownWords{"account is currently not available", service_missing},
    // It passes.
    KnownWords{"rate limit", rate_limited},
    KnownWords{"too many requests", rate_limited},
    KnownWords{"internal api unreachable", server_error},
    KnownWords{"internal api error", server_error},
    KnownWords{"internal server error", server_error},
    KnownWords{"temporarily unavailable", server_error},
    KnownWords{"unable to handle this request", server_error},
    // In a word or two; whatever says more stands above. Banners, which threaten whoever is
    // "unauthorized", come the same way.
    KnownWords{"\nunauthorized\n", no_permission},
    KnownWords{": unauthorized\n", no_permission},
    KnownWords{"access denied", no_permission},
    KnownWords{" denied to ", no_permission},
    KnownWords{" denied by ", no_permission},
};

}  // namespace

std::optional<FailureCode> code_of_host_words(std::string_view text) {
  std::string lower = '\n' + ascii_lower(text) + '\n';
  std::erase(lower, '\r');
  return code_of_words(kHostWords, lower);
}

}  // namespace occ
