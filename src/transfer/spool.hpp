// A temporary file for a pack whose length has to be known before it is sent. Only its owner can
// read it, and it goes with this object.
#pragma once

#include "base/bytes.hpp"

#include <array>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

namespace occ::transfer {

class Spool {
 public:
  // In `folder`; empty: where the system keeps such files. Throws Failure{temporary_folder}, as
  // append() does.
  explicit Spool(const std::string& folder);
  ~Spool();
  Spool(const Spool&) = delete;
  Spool& operator=(const Spool&) = delete;

  void append(Bytes bytes);
  // All is appended; what was is read from its beginning.
  void rewind();
  // At least one byte; empty at the end. Valid until the next call.
  [[nodiscard]] Bytes next();
  [[nodiscard]] std::uint64_t size() const { return size_; }

 private:
  struct Closer {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  [[noreturn]] void fail(const char* what) const;

  std::filesystem::path folder_;
  std::filesystem::path path_;  // empty: it has no name any more
  std::unique_ptr<std::FILE, Closer> file_;
  std::uint64_t size_ = 0;
  std::array<std::byte, 65536> buffer_{};
};

}  // namespace occ::transfer
