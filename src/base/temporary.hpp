// Files and folders for the run's own use, in a folder for temporary things that others may share:
// nobody but the owner can read them, and nobody could have put something in their place. Who makes
// them removes them.
#pragma once

#include <cstdio>
#include <filesystem>
#include <string>
#include <string_view>

namespace occ {

// `parent`, or where the system keeps temporary files if that is empty.
[[nodiscard]] std::filesystem::path temporary_parent(const std::string& parent);

// `stem` and some digits that nobody can guess.
[[nodiscard]] std::string unguessable_name(std::string_view stem);

// Makes the folder `parent`/`name`, mode 0700, and its parents where they are missing. Throws
// Failure{temporary_folder} if it cannot, or if there is something of that name.
[[nodiscard]] std::filesystem::path make_private_folder(const std::filesystem::path& parent,
                                                        const std::string& name);

// A new file to write and read, mode 0600; null, with errno set, if there can be none.
[[nodiscard]] std::FILE* open_private_file(const std::filesystem::path& path);

}  // namespace occ
