#include "base/temporary.hpp"

#include "base/encode.hpp"
#include "base/failure.hpp"

#include <array>
#include <cerrno>
#include <cstddef>
#include <random>
#include <system_error>

#ifndef _WIN32
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#endif

namespace occ {

namespace fs = std::filesystem;

fs::path temporary_parent(const std::string& parent) {
  std::error_code ignored;
  return parent.empty() ? fs::temp_directory_path(ignored) : fs::path(parent);
}

std::string unguessable_name(std::string_view stem) {
  std::random_device random;
  std::array<std::byte, 12> digits{};
  for (std::byte& each : digits) each = static_cast<std::byte>(random() & 0xFFU);
  return std::string(stem) + hex(digits);
}

fs::path make_private_folder(const fs::path& parent, const std::string& name) {
  fs::path folder = parent / name;
  std::error_code error;
  fs::create_directories(parent, error);
#ifdef _WIN32
  // Folders for temporary files belong to one user there.
  if (!error && !fs::create_directory(folder, error) && !error) {
    error = std::make_error_code(std::errc::file_exists);
  }
#else
  if (!error && ::mkdir(folder.c_str(), S_IRWXU) != 0) error = {errno, std::generic_category()};
#endif
  if (error) {
    throw Failure(FailureCode::temporary_folder,
                  "no folder can be made in '" + parent.string() + "': " + error.message());
  }
  return folder;
}

std::FILE* open_private_file(const fs::path& path) {
#ifdef _WIN32
  return std::fopen(path.string().c_str(), "w+bx");
#else
  const int descriptor =
      ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (descriptor < 0) return nullptr;
  std::FILE* file = ::fdopen(descriptor, "w+b");
  if (file == nullptr) ::close(descriptor);
  return file;
#endif
}

}  // namespace occ
