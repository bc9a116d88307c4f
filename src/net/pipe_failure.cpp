#include "net/pipe_failure.hpp"

#include "base/host_words.hpp"
#include "base/known_words.hpp"
#include "base/untrusted.hpp"

#include <array>
#include <optional>
#include <span>

namespace occ::net {
namespace {

constexpr int kSshFailed = 255;      // ssh(1), "EXIT STATUS"; any other one is the far end's
constexpr int kGitDied = 128;        // of git's die()
constexpr int kNotRunnable = 126;    // of a POSIX shell: there, but no program
constexpr int kNoProgram = 127;      // of a POSIX shell: not there
constexpr std::size_t kShown = 600;  // bytes of its words

// What ssh writes when it does not come to the far end. The first match counts.
constexpr std::array kSshWords{
    KnownWords{"Host key verification failed", FailureCode::ssh_failed},
    KnownWords{"host key is known", FailureCode::ssh_failed},
    KnownWords{"Unable to negotiate", FailureCode::ssh_failed},
    KnownWords{"Permission denied (", FailureCode::authentication_failed},
    KnownWords{"Too many authentication failures", FailureCode::authentication_failed},
    KnownWords{"Could not resolve hostname", FailureCode::host_unreachable},
    KnownWords{"Connection refused", FailureCode::host_unreachable},
    KnownWords{"No route to host", FailureCode::host_unreachable},
    KnownWords{"Network is unreachable", FailureCode::host_unreachable},
    KnownWords{"timed out", FailureCode::host_unreachable},
};

// What ssh writes when it is cut off: behind the words of whoever did it, if there are any.
constexpr std::array kCutOff{
    KnownWords{"Timeout, server", FailureCode::connection_lost},
    KnownWords{"exchange_identification: ", FailureCode::connection_lost},
    KnownWords{"Connection reset", FailureCode::connection_lost},
    KnownWords{"Connection closed", FailureCode::connection_lost},
    KnownWords{"closed by remote host", FailureCode::connection_lost},
    KnownWords{"Broken pipe", FailureCode::connection_lost},
    KnownWords{"client_loop: ", FailureCode::connection_lost},
    KnownWords{"Received disconnect", FailureCode::connection_lost},
    KnownWords{"Disconnected from", FailureCode::connection_lost},
};

// What git writes of a repository that is reached, beside what every host may say.
constexpr std::array kGitWords{
    KnownWords{"No such file or directory", FailureCode::repository_not_found},
    KnownWords{"dubious ownership", FailureCode::no_permission},
    KnownWords{"insufficient permission", FailureCode::no_permission},
    KnownWords{"Permission denied", FailureCode::no_permission},
    KnownWords{"repository corruption", FailureCode::repository_damaged},
    KnownWords{"bad object", FailureCode::repository_damaged},
    KnownWords{"missing blob object", FailureCode::repository_damaged},
    KnownWords{"is corrupt", FailureCode::repository_damaged},
    KnownWords{"error: Could not read ", FailureCode::repository_damaged},
    KnownWords{"fatal: unable to read ", FailureCode::repository_damaged},
    KnownWords{"promisor remote", FailureCode::repository_damaged},
};

// "error in libcrypto" of `Load key "/tmp/…": error in libcrypto`: what ssh says of a key file that
// it cannot read. Empty: nothing.
std::string_view complaint_of_key(std::string_view text) {
  const std::size_t at = text.find("Load key ");
  if (at == std::string_view::npos) return {};
  const std::string_view line = text.substr(at, text.find_first_of("\r\n", at) - at);
  const std::size_t colon = line.rfind(": ");
  return colon == std::string_view::npos ? std::string_view{} : line.substr(colon + 2);
}

// Words before any answer are a refusal, known or not, and stay one when it is asked again.
FailureCode code_of_unknown(const PipeEnd& end, bool has_words) {
  if (end.is_ssh && end.status == kSshFailed) return FailureCode::ssh_failed;
  if (end.is_ssh && (end.status == kNoProgram || end.status == kNotRunnable)) {
    return FailureCode::service_missing;
  }
  const bool by_signal = end.status > kGitDied;
  return has_words && !end.has_spoken && !by_signal ? FailureCode::server_refused
                                                    : FailureCode::connection_lost;
}

}  // namespace

Failure failure_of_pipe(const PipeEnd& end, const std::string& whom) {
  const std::string words = quotable(end.words, kShown);
  const bool of_ssh = end.is_ssh && end.status == kSshFailed;
  if (of_ssh && end.has_own_key) {
    if (const std::string_view said = complaint_of_key(end.words); !said.empty()) {
      return {FailureCode::bad_input,
              "ssh_private_key: ssh cannot read this key ('" + quotable(said, 200) +
                  "'): give all lines of a private key's file, of one without a passphrase"};
    }
  }
  std::optional<FailureCode> known =
      of_ssh ? code_of_words(kSshWords, end.words) : code_of_words(kGitWords, end.words);
  if (!known) known = code_of_host_words(end.words);
  if (!known && of_ssh) known = code_of_words(kCutOff, end.words);
  Failure failure(known.value_or(code_of_unknown(end, !words.empty())),
                  "'" + whom + "' ended with status " + std::to_string(end.status) +
                      (words.empty() ? "" : ": " + words));
  // git(1) dies so of what will be so again; a signal, or a broken connection, is another thing.
  if (end.status == kGitDied && !words.empty() && !known) failure.with_no_retry();
  return failure;
}

}  // namespace occ::net
