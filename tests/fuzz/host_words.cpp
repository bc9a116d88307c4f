// What a host, or ssh, wrote when there was no talk.
#include "base/host_words.hpp"

#include "fuzz/input.hpp"
#include "net/pipe_failure.hpp"

void occ::fuzz::run(Bytes bytes) {
  static_cast<void>(code_of_host_words(as_text(bytes)));
  for (const bool is_ssh : {false, true}) {
    const Failure failure = net::failure_of_pipe({1, as_text(bytes), false, is_ssh, is_ssh}, "'x'");
    if (std::string(failure.what()).empty()) std::abort();
  }
}
