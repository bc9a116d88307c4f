// The entry that libFuzzer calls (clang, -fsanitize=fuzzer).
#include "base/failure.hpp"
#include "fuzz/input.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    occ::fuzz::run(std::as_bytes(std::span(data, size)));
  } catch (const occ::Failure&) {
    return 0;  // how a decoder refuses
  }
  return 0;
}
