// Uploads artifacts to the run's own artifact service, straight over its interface: create, put,
// finalize, with the retries and the doubts that come between (CONTRACT 15). An upload
// that does not succeed is told as a warning and never ends the run.
#pragma once

#include "runner/artifact_access.hpp"
#include "runner/artifact_calls.hpp"
#include "runner/console.hpp"
#include "runner/zip.hpp"

#include <chrono>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <vector>

namespace occ::runner {

struct UploadedArtifact {
  std::string name;    // perhaps with a suffix, if the one asked for was taken
  std::string id;      // digits
  std::string url;     // for people who are logged in
  std::string digest;  // "sha256:" and 64 digits, of the uploaded bytes
};

struct ArtifactResult {
  std::optional<UploadedArtifact> artifact;
  std::vector<std::string> warnings;
  std::string kept_shorter;  // that it is kept for fewer days than asked for, and why; or nothing
};

// How long to go on. The defaults are those of GitHub's own client.
struct UploadPatience {
  int tries = 5;  // of one call
  std::chrono::milliseconds first_wait{3000};
  double growth = 1.5;  // of the waits after it, each with jitter
  std::vector<std::chrono::milliseconds> storage_waits{std::chrono::milliseconds(0),
                                                       std::chrono::milliseconds(4000),
                                                       std::chrono::milliseconds(12'000)};
  std::chrono::milliseconds whole{300'000};  // after it no call is tried again
};

class ArtifactService {
 public:
  // `access` passed reason_against_upload(). It, `loop` and `console` are borrowed. The console
  // hides the signatures of upload addresses. `loop` stops a call that hangs.
  ArtifactService(const ArtifactAccess& access, net::Loop& loop, Console& console,
                  UploadPatience patience = {});

  // An archive of the files under `name`. `retention_days`: 0 for what the repository says.
  // Both throw Failure{cancelled}, and Failure{internal_error} if there is no archive to be made.
  [[nodiscard]] ArtifactResult upload_zip(const std::string& name, std::span<const NamedFile> files,
                                          int retention_days);
  // One file as it is: the run page opens it. The artifact bears the file's name.
  [[nodiscard]] ArtifactResult upload_file(const NamedFile& file, int retention_days);

 private:
  struct Content;
  enum class Step : std::uint8_t { uploaded, name_taken, name_spoilt, given_up };

  [[nodiscard]] ArtifactResult upload(Content content, int retention_days);
  [[nodiscard]] Step try_name(const Content& content, const std::string& name,
                              ArtifactResult& result);
  [[nodiscard]] CreateOutcome create(const Content& content, const std::string& name);
  [[nodiscard]] FinalizeOutcome finalize(const Content& content, const std::string& name);
  [[nodiscard]] std::string next_name(const std::string& first, int number);
  [[nodiscard]] bool wait_before_try(int number);
  void hide_signature(const Secret& upload_url);

  const ArtifactAccess& access_;
  net::Loop& loop_;
  Console& console_;
  UploadPatience patience_;
  ArtifactCalls calls_;
  std::mt19937_64 random_;
  std::chrono::steady_clock::time_point end_;
};

}  // namespace occ::runner
