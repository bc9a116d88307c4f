#include "base/failure.hpp"
#include "net/private_file.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <sys/stat.h>
#include <unistd.h>

namespace occ::net {

PrivateFile::PrivateFile(const std::string& folder, std::string_view content)
    : path_(folder + "/sync-action-XXXXXX") {
  const int descriptor = ::mkstemp(path_.data());  // mode 0600
  if (descriptor < 0) {
    throw Failure(FailureCode::temporary_folder,
                  "no file can be made in '" + folder + "': " + std::strerror(errno));
  }
  while (!content.empty()) {
    const ssize_t put = ::write(descriptor, content.data(), content.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) {
      const std::string why = std::strerror(errno);  // what follows may change it
      ::close(descriptor);
      ::unlink(path_.c_str());
      throw Failure(FailureCode::temporary_folder,
                    "a file in '" + folder + "' cannot be written: " + why);
    }
    content.remove_prefix(static_cast<std::size_t>(put));
  }
  ::close(descriptor);
}

PrivateFile::~PrivateFile() {
  ::unlink(path_.c_str());
}

}  // namespace occ::net
