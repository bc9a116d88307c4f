#include "runner/zip.hpp"

#include "base/failure.hpp"

#include <zip.h>

#include <ctime>
#include <memory>

namespace occ::runner {
namespace {

constexpr zip_uint32_t kDeflateLevel = 6;  // as GitHub's own client

struct SourceDeleter {
  void operator()(zip_source_t* source) const { zip_source_free(source); }
};
using Source = std::unique_ptr<zip_source_t, SourceDeleter>;

struct ArchiveDeleter {
  void operator()(zip_t* archive) const { zip_discard(archive); }
};
using Archive = std::unique_ptr<zip_t, ArchiveDeleter>;

[[noreturn]] void fail(const std::string& what) {
  throw Failure(FailureCode::internal_error, "the zip archive cannot be made: " + what);
}

// An entry's date is stored as local time, so the moment is chosen by the local clock too.
std::time_t first_date() {
  std::tm date{};
  date.tm_year = 80;
  date.tm_mday = 1;
  date.tm_isdst = -1;
  return std::mktime(&date);
}

void add_file(zip_t* archive, const NamedFile& file, std::time_t date) {
  // Borrows the bytes until the archive is closed.
  Source content(zip_source_buffer(archive, file.bytes.data(), file.bytes.size(), 0));
  if (!content) fail(zip_strerror(archive));
  const zip_int64_t added =
      zip_file_add(archive, file.name.c_str(), content.get(), ZIP_FL_ENC_UTF_8);
  if (added < 0) fail(zip_strerror(archive));
  static_cast<void>(content.release());  // the archive owns it now
  const auto index = static_cast<zip_uint64_t>(added);
  if (zip_set_file_compression(archive, index, ZIP_CM_DEFLATE, kDeflateLevel) != 0 ||
      zip_file_set_mtime(archive, index, date, 0) != 0) {
    fail(zip_strerror(archive));
  }
}

std::string read_all(zip_source_t* source) {
  zip_stat_t stat;
  if (zip_source_stat(source, &stat) != 0 || (stat.valid & ZIP_STAT_SIZE) == 0 ||
      zip_source_open(source) != 0) {
    fail(zip_error_strerror(zip_source_error(source)));
  }
  std::string bytes(stat.size, '\0');
  const zip_int64_t count = zip_source_read(source, bytes.data(), bytes.size());
  zip_source_close(source);
  if (count < 0 || static_cast<zip_uint64_t>(count) != stat.size) fail("it cannot be read back");
  return bytes;
}

}  // namespace

std::string zip(std::span<const NamedFile> files) {
  zip_error_t error;
  zip_error_init(&error);
  Source buffer(zip_source_buffer_create(nullptr, 0, 0, &error));
  if (!buffer) fail(zip_error_strerror(&error));
  Archive archive(zip_open_from_source(buffer.get(), ZIP_CREATE | ZIP_TRUNCATE, &error));
  if (!archive) fail(zip_error_strerror(&error));
  zip_source_keep(buffer.get());  // the archive frees one hold, `buffer` the other
  const std::time_t date = first_date();
  for (const NamedFile& file : files) add_file(archive.get(), file, date);
  if (zip_close(archive.get()) != 0) fail(zip_strerror(archive.get()));
  static_cast<void>(archive.release());
  return read_all(buffer.get());
}

}  // namespace occ::runner
