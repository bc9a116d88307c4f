// Brings the rendered report to where people look for it: files in the workspace, and artifacts of
// the run. Knows neither what a report says nor how it is rendered.
#pragma once

#include "net/loop.hpp"
#include "runner/artifact_service.hpp"

#include <optional>
#include <span>
#include <string>

namespace occ::runner {

struct ReportPlace {
  std::string workspace;  // GITHUB_WORKSPACE; empty: below temp_folder
  std::string temp_folder;
  std::string run_id;
  std::string run_attempt;
  std::string mark;  // is in the first 1000 bytes of one of the files of every report
};

struct ReportUpload {
  std::string artifact_name;  // of the archive; the lone HTML file is called so too, with ".html"
  bool html = true;           // whether the HTML file is uploaded beside the archive
  int retention_days = 0;     // 0: what the repository says
  bool retention_chosen = true;  // by the user: that it is shorter is worth a warning
};

struct PublishedReport {
  std::string folder;  // empty if the files could not be written
  std::optional<UploadedArtifact> archive;
  std::optional<UploadedArtifact> html;
};

// Writes `files` into sync-report/ of the workspace (replacing an earlier report; where something
// else has one of the names, into sync-report-2/ and so on; without a workspace, into a folder of
// this run's own that nobody else can read), uploads them as one archive, and the first ".html"
// among them once more as it is. `access`: null if this is no step of a workflow, and then nothing
// is uploaded and nothing said about it. Without the archive the HTML is not tried. What does not
// work becomes an annotation; nothing is thrown for it, not even for a cancel.
[[nodiscard]] PublishedReport publish_report_files(Console& console, net::Loop& loop,
                                                   const ReportPlace& place,
                                                   const ArtifactAccess* access,
                                                   const ReportUpload& upload,
                                                   std::span<const NamedFile> files);

}  // namespace occ::runner
