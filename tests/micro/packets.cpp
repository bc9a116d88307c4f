// From the bytes of an answer to those of the pack: pkt-line framing and side-band.
// Goal: 2 GB/s, so that no link and no hash has to wait for it.
#include "net/stream.hpp"
#include "transfer/packet_reader.hpp"
#include "wire/fetch.hpp"
#include "wire/pkt_line.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <memory>
#include <string>

namespace occ {
namespace {

constexpr std::size_t kPackSize = 32U << 20U;

// A pack as git sends it: in band 1, `payload` bytes a packet, a progress line now and then.
std::string banded_pack(std::size_t payload) {
  std::string answer;
  const std::string piece = '\1' + std::string(payload, 'p');
  for (std::size_t sent = 0, count = 0; sent < kPackSize; sent += payload, ++count) {
    wire::append_packet(answer, piece);
    if (count % 64 == 0) wire::append_packet(answer, "\2Receiving\r");
  }
  wire::append_flush(answer);
  return answer;
}

// Hands out an answer in pieces of one size, as the network does.
class Pieces : public net::Stream {
 public:
  Pieces(Bytes answer, std::size_t size) : rest_(answer), size_(size) {}

  Bytes read() override {
    const Bytes piece = rest_.first(std::min(size_, rest_.size()));
    rest_ = rest_.subspan(piece.size());
    return piece;
  }
  void write(Bytes) override {}
  void finish_writing() override {}

 private:
  Bytes rest_;
  std::size_t size_;
};

std::size_t take_pack_out(transfer::PacketReader& reader) {
  std::size_t size = 0;
  while (true) {
    const wire::Packet packet = reader.next();
    if (packet.kind == wire::PacketKind::flush) return size;
    const auto [band, data] = wire::split_band(packet);
    if (band == wire::BandedData::Band::pack) size += data.size();
  }
}

// Arguments: bytes of pack in a packet, bytes that arrive at a time.
void TakePackOutOfSideBand(benchmark::State& state) {
  const std::string answer = banded_pack(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) {
    transfer::PacketReader reader(
        std::make_unique<Pieces>(as_bytes(answer), static_cast<std::size_t>(state.range(1))));
    if (take_pack_out(reader) < kPackSize) state.SkipWithError("pack bytes are missing");
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(answer.size()));
}
// Git fills packets of 65,515 bytes or sends what its pipe gave, 8 KiB and less; a read of the
// socket brings 16 KiB, a busy inbox up to 512.
BENCHMARK(TakePackOutOfSideBand)
    ->Args({65515, 16 << 10})
    ->Args({65515, 512 << 10})
    ->Args({8191, 16 << 10})
    ->Args({8191, 512 << 10})
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace occ
