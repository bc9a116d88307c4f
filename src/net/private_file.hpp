// A file that only its owner can read and that goes when its owner in the program goes.
#pragma once

#include <string>
#include <string_view>

namespace occ::net {

class PrivateFile {
 public:
  // Makes a file with an unguessable name and mode 0600 in `folder`. Throws
  // Failure{temporary_folder}.
  PrivateFile(const std::string& folder, std::string_view content);
  ~PrivateFile();
  PrivateFile(const PrivateFile&) = delete;
  PrivateFile& operator=(const PrivateFile&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace occ::net
