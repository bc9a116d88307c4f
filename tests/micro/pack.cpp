// The scanner that reads the commits out of a pack while it passes: all else must be inflated too,
// only to find where it ends.
#include "wire/pack_scanner.hpp"

#include <benchmark/benchmark.h>
#include <zlib.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>

namespace occ {
namespace {

constexpr std::uint32_t kObjects = 4000;

std::string some_text(std::mt19937& random, std::size_t size) {
  std::string text;
  while (text.size() < size) text += std::to_string(random()) + " lines of text\n";
  text.resize(size);
  return text;
}

std::string deflated(const std::string& content) {
  uLongf size = compressBound(static_cast<uLong>(content.size()));
  std::string packed(size, '\0');
  compress(reinterpret_cast<Bytef*>(packed.data()), &size,
           reinterpret_cast<const Bytef*>(content.data()), static_cast<uLong>(content.size()));
  packed.resize(size);
  return packed;
}

std::string entry(unsigned kind, const std::string& content) {
  std::string header;
  std::size_t size = content.size();
  unsigned byte = kind << 4U | static_cast<unsigned>(size & 15U);
  for (size >>= 4U; size > 0; size >>= 7U) {
    header += static_cast<char>(byte | 0x80U);
    byte = static_cast<unsigned>(size & 0x7FU);
  }
  return header + static_cast<char>(byte) + deflated(content);
}

// A quarter commits, the rest blobs of 4,000 bytes.
std::string sample_pack() {
  std::mt19937 random(20'000);  // NOLINT: the same pack every time
  std::string pack("PACK\0\0\0\2", 8);
  for (int shift = 24; shift >= 0; shift -= 8) pack += static_cast<char>(kObjects >> shift & 0xFFU);
  const std::string id(40, 'a');
  for (std::uint32_t number = 0; number < kObjects; ++number) {
    const bool commit = number < kObjects / 4;
    pack += commit ? entry(1, "tree " + id + "\nparent " + id + "\nauthor a <a@b> 1 +0000\n\n" +
                                  some_text(random, 100))
                   : entry(3, some_text(random, 4000));
  }
  return pack;
}

void ScanPack(benchmark::State& state) {
  constexpr std::size_t kPiece = 16U << 10U;
  const std::string pack = sample_pack();
  for (auto _ : state) {
    wire::PackScanner scanner(ObjectFormat::sha1, 1U << 20U);
    Bytes rest = as_bytes(pack);
    while (!rest.empty()) {
      const Bytes piece = rest.first(std::min(kPiece, rest.size()));
      scanner.feed(piece);
      rest = rest.subspan(piece.size());
    }
    if (!scanner.finished()) state.SkipWithError("the pack did not end");
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(pack.size()));
  state.SetItemsProcessed(state.iterations() * kObjects);
}
BENCHMARK(ScanPack)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace occ
