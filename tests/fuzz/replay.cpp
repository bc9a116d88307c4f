// Runs one target on files, and on each of them with every byte changed and at every length: the
// recorded dialogues as an ordinary test, with any compiler.
#include "base/failure.hpp"
#include "fuzz/input.hpp"

#include <cstdio>
#include <fstream>
#include <iterator>

namespace {

void run_once(std::string_view text) {
  try {
    occ::fuzz::run(occ::as_bytes(text));
  } catch (const occ::Failure&) {
    return;  // how a decoder refuses
  }
}

}  // namespace

int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    std::ifstream file(argv[i], std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(file), {}};
    if (text.empty()) return std::fprintf(stderr, "cannot read %s\n", argv[i]), 1;
    run_once(text);
    for (std::size_t at = 0; at < text.size(); ++at) {
      run_once(std::string_view(text).substr(0, at));
      for (const char change : {'\x01', '\x10', '\x80', '\xFF'}) {
        text[at] = static_cast<char>(text[at] ^ change);
        run_once(text);
        text[at] = static_cast<char>(text[at] ^ change);
      }
    }
  }
  return argc > 1 ? 0 : 1;
}
