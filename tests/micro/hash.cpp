// The running hash over a pack that passes: once for its checksum.
#include "base/hash.hpp"

#include <benchmark/benchmark.h>

#include <string>

namespace occ {
namespace {

void HashPack(benchmark::State& state, ObjectFormat format) {
  constexpr std::size_t kSize = 16U << 20U;
  constexpr std::size_t kPiece = 16U << 10U;
  const std::string pack(kSize, 'p');
  for (auto _ : state) {
    Hasher hasher(format);
    Bytes rest = as_bytes(pack);
    for (; !rest.empty(); rest = rest.subspan(kPiece)) hasher.update(rest.first(kPiece));
    benchmark::DoNotOptimize(hasher.finish());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(kSize));
}
BENCHMARK_CAPTURE(HashPack, sha1, ObjectFormat::sha1)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(HashPack, sha256, ObjectFormat::sha256)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace occ
