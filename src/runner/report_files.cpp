#include "runner/report_files.hpp"

#include "base/failure.hpp"
#include "base/temporary.hpp"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <vector>

namespace occ::runner {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kTitle = "Sync report";
constexpr const char* kFolder = "sync-report";
constexpr int kMostFolders = 20;           // of which others hold what is not ours
constexpr std::size_t kMarkWithin = 1000;  // bytes from a file's beginning

[[noreturn]] void fail(const fs::path& path, const std::error_code& error) {
  const std::string why = error ? " (" + error.message() + ")" : "";
  throw Failure(FailureCode::temporary_folder, "'" + path.string() + "' cannot be written" + why);
}

// Whether a report of an earlier run lies in `folder`, by the one of its files that bears a mark.
bool has_our_mark(const fs::path& folder, std::span<const NamedFile> files,
                  const std::string& mark) {
  return std::any_of(files.begin(), files.end(), [&](const NamedFile& file) {
    std::string beginning(kMarkWithin, '\0');
    std::ifstream in(folder / file.name, std::ios::binary);
    in.read(beginning.data(), static_cast<std::streamsize>(beginning.size()));
    return in.gcount() > 0 && beginning.find(mark) != std::string::npos;
  });
}

// Whether the files may be written into `folder`: whatever is not ours stays, and links, of which a
// checkout may hold any under our names, are not followed.
bool may_take(const fs::path& folder, std::span<const NamedFile> files, const std::string& mark) {
  std::error_code error;
  const fs::file_status status = fs::symlink_status(folder, error);
  if (status.type() == fs::file_type::not_found) return true;
  if (!fs::is_directory(status)) return false;
  bool any = false;
  for (const NamedFile& file : files) {
    const fs::file_status each = fs::symlink_status(folder / file.name, error);
    if (each.type() == fs::file_type::not_found) continue;
    if (!fs::is_regular_file(each)) return false;
    any = true;
  }
  return !any || has_our_mark(folder, files, mark);
}

fs::path folder_in_workspace(const ReportPlace& place, std::span<const NamedFile> files) {
  const fs::path first = fs::path(place.workspace) / kFolder;
  fs::path folder = first;
  for (int number = 2; !may_take(folder, files, place.mark); ++number) {
    if (number > kMostFolders) fail(first, std::make_error_code(std::errc::file_exists));
    folder = first.string() + '-' + std::to_string(number);
  }
  std::error_code error;
  fs::create_directories(folder, error);
  if (!fs::is_directory(fs::symlink_status(folder))) fail(folder, error);
  return folder;
}

// A shared folder for temporary files may hold anybody's things, so the name has to be new.
fs::path folder_in_temp(const ReportPlace& place) {
  std::string name = kFolder;
  for (const std::string& part : {place.run_id, place.run_attempt}) {
    if (!part.empty()) name += '-' + part;
  }
  return make_private_folder(temporary_parent(place.temp_folder), unguessable_name(name + '-'));
}

std::string write_files(const ReportPlace& place, std::span<const NamedFile> files) {
  const fs::path folder =
      place.workspace.empty() ? folder_in_temp(place) : folder_in_workspace(place, files);
  for (const NamedFile& file : files) {
    const fs::path path = folder / file.name;
    std::error_code ignored;
    fs::remove(path, ignored);
    errno = 0;
    std::ofstream out(path, std::ios::binary);
    out << file.bytes;
    out.close();
    if (!out) fail(path, {errno, std::generic_category()});
  }
  return folder.string();
}

void tell_folder(Console& console, const ReportPlace& place, const std::string& folder) {
  if (folder.empty()) return;
  console.info("report: " + folder);
  const std::string usual = (fs::path(place.workspace) / kFolder).string();
  if (place.workspace.empty() || folder == usual) return;
  console.annotate(Console::Severity::notice, kTitle,
                   "'" + usual +
                       "' holds something that is no report of ours; it was left alone, "
                       "and the report is in '" +
                       folder + "'");
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
    console.annotate(Console::Severity::warning, kTitle,
                     std::string(failure.what()) + ", so the report is in no file");
  }
  tell_folder(console, place, published.folder);
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
