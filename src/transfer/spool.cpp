#include "transfer/spool.hpp"

#include "base/encode.hpp"
#include "base/failure.hpp"
#include "base/shown_bytes.hpp"

#include <cerrno>
#include <random>
#include <system_error>

namespace occ::transfer {
namespace {

std::string random_name() {
  std::random_device random;
  std::array<std::byte, 8> bytes{};
  for (std::byte& each : bytes) each = static_cast<std::byte>(random() & 0xFFU);
  return "sync-action-" + hex(bytes) + ".pack";
}

std::filesystem::path folder_of(const std::string& folder) {
  std::error_code ignored;
  return folder.empty() ? std::filesystem::temp_directory_path(ignored)
                        : std::filesystem::path(folder);
}

}  // namespace

Spool::Spool(const std::string& folder) : folder_(folder_of(folder)) {
  path_ = folder_ / random_name();
  file_.reset(std::fopen(path_.string().c_str(), "w+bx"));
  if (!file_) fail("no file can be made");
  std::error_code failed;
  std::filesystem::permissions(path_, std::filesystem::perms::owner_read |
                                          std::filesystem::perms::owner_write,
                               failed);
  // Where an open file may lose its name, nothing is left of it however the run ends.
  if (std::filesystem::remove(path_, failed)) path_.clear();
}

Spool::~Spool() {
  file_.reset();
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove(path_, ignored);
}

void Spool::append(Bytes bytes) {
  errno = 0;
  if (std::fwrite(bytes.data(), 1, bytes.size(), file_.get()) != bytes.size()) {
    fail("the file for the pack cannot grow");
  }
  size_ += bytes.size();
}

void Spool::rewind() {
  errno = 0;
  if (std::fflush(file_.get()) != 0) fail("the file for the pack cannot grow");
  std::rewind(file_.get());
}

Bytes Spool::next() {
  const std::size_t got = std::fread(buffer_.data(), 1, buffer_.size(), file_.get());
  if (got == 0 && std::ferror(file_.get()) != 0) fail("the file for the pack cannot be read");
  return Bytes(buffer_).first(got);
}

void Spool::fail(const char* what) const {
  const std::string why = std::generic_category().message(errno);
  throw Failure(FailureCode::temporary_folder,
                std::string(what) + " in '" + folder_.string() + "' after " + shown_bytes(size_) +
                    ": " + why + "; the target wants to know the length of a pack before its bytes, "
                    "so it has to wait there");
}

}  // namespace occ::transfer
