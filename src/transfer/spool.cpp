#include "transfer/spool.hpp"

#include "base/failure.hpp"
#include "base/shown_bytes.hpp"
#include "base/temporary.hpp"

#include <cerrno>
#include <system_error>

namespace occ::transfer {

Spool::Spool(const std::string& folder) : folder_(temporary_parent(folder)) {
  path_ = folder_ / (unguessable_name("sync-action-") + ".pack");
  file_.reset(open_private_file(path_));
  if (!file_) fail("no file can be made");
  std::error_code failed;
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
                    ": " + why +
                    "; the target wants to know the length of a pack before its bytes, "
                    "so it has to wait there");
}

}  // namespace occ::transfer
