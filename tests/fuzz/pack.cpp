// A pack as it passes: its commits, and its trailer.
#include "wire/pack.hpp"

#include "fuzz/input.hpp"
#include "wire/pack_scanner.hpp"

void occ::fuzz::run(Bytes bytes) {
  wire::TrailerCheck trailer(ObjectFormat::sha1);
  trailer.update(bytes);
  static_cast<void>(trailer.matches());
  wire::PackScanner scanner(ObjectFormat::sha1, 1U << 20U);
  scanner.feed(bytes);
}
