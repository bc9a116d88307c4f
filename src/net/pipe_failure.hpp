// What a git or an ssh that gave up wrote on its standard error, as a Failure. Pure.
#pragma once

#include "base/failure.hpp"

#include <string>
#include <string_view>

namespace occ::net {

struct PipeEnd {
  int status = 0;           // of the child's exit, or 128 + signal
  std::string_view words;   // what it wrote on standard error
  bool has_spoken = false;  // it had written on standard output: the far end was reached
  bool is_ssh = false;
  bool has_own_key = false;  // ssh had the key of `ssh_private_key`, and no other
};

[[nodiscard]] Failure failure_of_pipe(const PipeEnd& end, const std::string& whom);

}  // namespace occ::net
