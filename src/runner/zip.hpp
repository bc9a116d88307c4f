// A zip archive of a few texts, made in memory (APPNOTE.TXT; by libzip). Reads no file, no clock.
#pragma once

#include <span>
#include <string>

namespace occ::runner {

struct NamedFile {
  std::string name;  // within the archive: UTF-8, relative, '/' between folders
  std::string bytes;
};

// The archive's bytes. The same files in the same order give the same bytes, whatever the time and
// the time zone: every entry bears the date with which zip's calendar begins. Throws
// Failure{internal_error}.
[[nodiscard]] std::string zip(std::span<const NamedFile> files);

}  // namespace occ::runner
