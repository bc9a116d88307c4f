// A delta on a base of 256 bytes.
#include "wire/delta.hpp"

#include "fuzz/input.hpp"

void occ::fuzz::run(Bytes bytes) {
  static const std::string kBase(256, 'b');
  static_cast<void>(wire::apply_delta(as_bytes(kBase), bytes, 1U << 20U));
}
