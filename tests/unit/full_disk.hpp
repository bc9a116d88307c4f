// A limit on the size of files, which stands for a full disk.
#pragma once

#include <csignal>
#include <sys/resource.h>

namespace occ::test {

class FullDisk {
 public:
  // No file grows beyond `bytes` while this lives.
  explicit FullDisk(rlim_t bytes = 100'000) {
    getrlimit(RLIMIT_FSIZE, &before_);
    handler_ = std::signal(SIGXFSZ, SIG_IGN);
    rlimit full = before_;
    full.rlim_cur = bytes;
    setrlimit(RLIMIT_FSIZE, &full);
  }
  ~FullDisk() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  rlimit before_{};
  void (*handler_)(int) = nullptr;
};

}  // namespace occ::test
