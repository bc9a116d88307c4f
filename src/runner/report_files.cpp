#include "runner/report_files.hpp"

#include "base/encode.hpp"
#include "base/failure.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <random>
#include <vector>

namespace occ::runner {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kTitle = "Sync report";
constexpr const char* kFolder = "sync-report";

[[noreturn]] void fail(const fs::path& path) {
  throw Failure(FailureCode::internal_error, "'" + path.string() + "' cannot be written");
}

// A checkout may hold links of any kind under our names; none is followed.
fs::path folder_in_workspace(const std::string& workspace) {
  fs::path folder = fs::path(workspace) / kFolder;
  std::error_code error;
  if (!fs::is_directory(fs::symlink_status(folder, error))) fs::remove(folder, error);
  fs::create_directories(folder, error);
  if (!fs::is_directory(fs::symlink_status(folder, error))) fail(folder);
  return folder;
}

// A shared folder for temporary files may hold anybody's things, so the name has to be new.
fs::path folder_in_temp(const ReportPlace& place) {
  std::random_device device;
  std::array<std::byte, 6> mark{};
  for (std::byte& b : mark) b = static_cast<std::byte>(device());
  std::string name = kFolder;
  for (const std::string& part : {place.run_id, place.run_attempt, hex(mark)}) {
    if (!part.empty()) name += '-' + part;
  }
  fs::path folder = fs::path(place.temp_folder) / name;
  std::error_code error;
  if (!fs::create_directory(folder, error)) fail(folder);
  return folder;
}

std::string write_files(const ReportPlace& place, std::span<const NamedFile> files) {
  const fs::path folder =
      place.workspace.empty() ? folder_in_temp(place) : folder_in_workspace(place.workspace);
  for (const NamedFile& file : files) {
    const fs::path path = folder / file.name;
    std::error_code ignored;
    fs::remove(path, ignored);
    std::ofstream out(path, std::ios::binary);
    out << file.bytes;
    out.close();
    if (!out) fail(path);
  }
  return folder.string();
}

std::optional<UploadedArtifact> told(Console& console, ArtifactResult result) {
  for (const std::string& warning : result.warnings) {
    console.annotate(Console::Severity::warning, kTitle, warning);
  }
  if (result.artifact) {
    console.info("uploaded '" + result.artifact->name + "': " + result.artifact->url);
  }
  return std::move(result.artifact);
}

void upload_files(ArtifactService& service, Console& console, const ReportUpload& upload,
                  std::span<const NamedFile> files, PublishedReport& published) {
  const std::string& name = upload.artifact_name;
  ArtifactResult archive = service.upload_zip(name, files, upload.retention_days);
  // Both have the same time to live, which is told once.
  if (!archive.kept_shorter.empty() && upload.retention_chosen) {
    console.annotate(Console::Severity::warning, kTitle, archive.kept_shorter);
  } else if (!archive.kept_shorter.empty()) {
    console.info(archive.kept_shorter);
  }
  published.archive = told(console, std::move(archive));
  if (!published.archive) return;  // what stood in its way stands in the way of the page too
  const auto html = std::find_if(files.begin(), files.end(), [](const NamedFile& file) {
    return file.name.ends_with(".html");
  });
  if (!upload.html || html == files.end()) return;
  ArtifactResult page = service.upload_file({name + ".html", html->bytes}, upload.retention_days);
  published.html = told(console, std::move(page));
}

}  // namespace

PublishedReport publish_report_files(Console& console, net::Loop& loop, const ReportPlace& place,
                                     const ArtifactAccess* access, const ReportUpload& upload,
                                     std::span<const NamedFile> files) {
  PublishedReport published;
  try {
    published.folder = write_files(place, files);
  } catch (const Failure& failure) {
    console.annotate(Console::Severity::warning, kTitle, failure.what());
  }
  if (!published.folder.empty()) console.info("report: " + published.folder);
  if (access == nullptr) return published;
  const std::string against = reason_against_upload(*access);
  if (!against.empty()) {
    const std::string where =
        published.folder.empty() ? "" : "; the report stays in '" + published.folder + "'";
    console.annotate(Console::Severity::notice, kTitle, against + where);
    return published;
  }
  try {
    ArtifactService service(*access, loop, console);
    upload_files(service, console, upload, files, published);
  } catch (const Failure& failure) {
    console.annotate(Console::Severity::warning, kTitle,
                     std::string("the report was not uploaded: ") + failure.what());
  }
  return published;
}

}  // namespace occ::runner
